"""Computed tomography: calcified masses are found, measured and followed.

Coordinates are millimetres of the patient as DICOM has them (LPS): x to the left, y to the back, z
to the head. Arrays are `[slice, row, column]` on a grid whose axes run nearest to L, P and S.
"""
