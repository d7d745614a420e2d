"""Calcium that has left with urine since the start.

Equations
    d(calcium_excreted)/dt = urinary_calcium

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on.
"""

from brushite.equations import State


class States:
    calcium_excreted = State("Calcium in urine since the start (UCA)", "mmol", start=0.0)


def ddt_calcium_excreted(urinary_calcium):
    return urinary_calcium
