"""Mineral density of lumbar spine and femoral neck, relative to the start.

Equations
    d(density)/dt = turnover · (osteoblast_ratio^a − osteoclast_ratio^b · density)

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on.
"""

from brushite.equations import Cited, Fixed, Parameter, State

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")


class States:
    spine_density = State("Density of the lumbar spine (BMDls)", "1", start=1.0)
    femoral_neck_density = State("Density of the femoral neck (BMDfn)", "1", start=1.0)


class Parameters:
    density_osteoblast_power = Parameter(
        "Power of osteoblasts in density (gamOB)", 0.0793, "1", Fixed(), LISTED
    )
    spine_turnover = Parameter(
        "Turnover in the spine (koutBMDls)", 0.000397, "1/h", Fixed(), LISTED
    )
    spine_osteoclast_power = Parameter(
        "Power of osteoclasts in the spine (gamOCls)", 0.14, "1", Fixed(), LISTED
    )
    femoral_neck_turnover = Parameter(
        "Turnover in the femoral neck (koutBMDfnBAS)", 0.000005651, "1/h", Fixed(), LISTED
    )
    femoral_neck_osteoclast_power = Parameter(
        "Power of osteoclasts in the femoral neck (gamOCfnBAS)", 0.3101, "1", Fixed(), LISTED
    )


def ddt_spine_density(
    spine_turnover,
    osteoblast_ratio,
    density_osteoblast_power,
    osteoclast_ratio,
    spine_osteoclast_power,
    spine_density,
):
    gain = osteoblast_ratio**density_osteoblast_power
    return spine_turnover * (gain - osteoclast_ratio**spine_osteoclast_power * spine_density)


def ddt_femoral_neck_density(
    femoral_neck_turnover,
    osteoblast_ratio,
    density_osteoblast_power,
    osteoclast_ratio,
    femoral_neck_osteoclast_power,
    femoral_neck_density,
):
    gain = osteoblast_ratio**density_osteoblast_power
    loss = osteoclast_ratio**femoral_neck_osteoclast_power * femoral_neck_density
    return femoral_neck_turnover * (gain - loss)
