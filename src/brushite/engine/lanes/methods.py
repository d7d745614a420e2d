"""Rosenbrock methods: one matrix per step, factored once, and no iteration that could fail.

With W = 1/γ − h·J, stage i solves W·u_i = h·f(y + Σ a_ij·u_j) + Σ c_ij·u_j; the last stage is the
difference of the solution to one of lower order. The form without h in a denominator allows lanes
that stand still. Between steps, with θ from 0 to 1, the solution is
y(θ) = (1 − θ)·y + θ·(y₁ + (1 − θ)·(k₁ + θ·k₂)), k_i = Σ d_ij·u_j.
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Method:
    """The numbers of a method whose last two stages add to one another (stiffly accurate).

    `stages[i]` are the weights of earlier stages at which the rates of stage i are taken,
    `couplings[i]` those on the right side, `dense` those of the dense output. `order` is that of
    the solution that is kept.
    """

    name: str
    order: int
    gamma: float
    stages: tuple[tuple[float, ...], ...]
    couplings: tuple[tuple[float, ...], ...]
    dense: tuple[tuple[float, ...], ...]


# Hairer and Wanner 1996, section IV.10, coefficients RODAS.
_RODAS4_LAST = (1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950)
RODAS4 = Method(
    name="rodas4",
    order=4,
    gamma=0.25,
    stages=(
        (),
        (1.544,),
        (0.9466785280815826, 0.2557011698983284),
        (3.314825187068521, 2.896124015972201, 0.9986419139977817),
        _RODAS4_LAST,
        (*_RODAS4_LAST, 1.0),
    ),
    couplings=(
        (),
        (-5.6688,),
        (-2.430093356833875, -0.2063599157091915),
        (-0.1073529058151375, -9.594562251023355, -20.47028614809616),
        (7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160),
        (
            8.083246795921522,
            -7.981132988064893,
            -31.52159432874371,
            16.31930543123136,
            -6.058818238834054,
        ),
    ),
    dense=(
        (
            10.12623508344586,
            -7.487995877610167,
            -34.80091861555747,
            -7.992771707568823,
            1.025137723295662,
        ),
        (
            -0.6762803392801253,
            6.087714651680015,
            16.43084320892478,
            24.76722511418386,
            -6.594389125716872,
        ),
    ),
)

METHODS = MappingProxyType({m.name: m for m in (RODAS4,)})
