"""Oestrogen, held at one level.

Equations
    none: the level is a parameter

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on.
Left out: the fall of oestrogen with age, which is switched off there (ESTON = 0).
"""

from brushite.equations import Cited, Fixed, Parameter

STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")


class Parameters:
    oestrogen = Parameter("Oestrogen, relative (EST)", 1.0, "1", Fixed(), STARTED)
