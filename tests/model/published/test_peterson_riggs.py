"""The published model against trajectories that an independent implementation computed."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from brushite.engine.passage import SOLVED, evaluated
from brushite.engine.program import written_out
from brushite.engine.reference import solve
from brushite.engine.schedule import Schedule
from brushite.model.published.peterson_riggs import (
    PETERSON_RIGGS,
)

RELATIVE = 1e-5
ABSOLUTE = 1e-6  # of the largest value in the column
ACCURACY = 1e-9
PROGRAM = written_out(PETERSON_RIGGS)
TERIPARATIDE = 1e6 / 4117.8  # pmol in 1 µg
DENOSUMAB = 0.729e6  # ng absorbed of 1 mg
RATIO = 16.667  # mL/min in 1 L/h, rounded as published

STATES = {
    "x_PTH": "pth",
    "x_S": "secretory_pool",
    "x_PTmax": "gland_capacity",
    "x_B": "calcitriol",
    "x_AOH": "hydroxylase",
    "x_P": "plasma_calcium",
    "x_ECCPhos": "plasma_phosphate",
    "x_IntraPO": "cell_phosphate",
    "x_T": "gut_calcium",
    "x_R": "calcium_absorption",
    "x_PhosGut": "gut_phosphate",
    "x_HAp": "hydroxyapatite",
    "x_Q": "exchangeable_bone_calcium",
    "x_Qbone": "deep_bone_calcium",
    "x_OC": "osteoclasts",
    "x_ROB1": "responding_osteoblasts",
    "x_OBfast": "fast_osteoblasts",
    "x_OBslow": "slow_osteoblasts",
    "x_L": "rankl",
    "x_RNK": "rank",
    "x_O": "osteoprotegerin",
    "x_M": "rank_rankl",
    "x_N": "osteoprotegerin_rankl",
    "x_TGFB": "latent_growth_factor",
    "x_TGFBact": "growth_factor",
    "x_RX2": "runx2",
    "x_CREB": "creb",
    "x_BCL2": "bcl2",
    "x_TERISC": "teriparatide_under_skin",
    "x_TERICENT": "teriparatide_central",
    "x_DENSC": "denosumab_under_skin",
    "x_DENCENT": "denosumab_central",
    "x_DENPER": "denosumab_peripheral",
    "x_GFR": "glomerular_filtration",
    "x_EST": "oestrogen",
    "PTH_pM": "pth_concentration",
    "Ca_mM": "calcium_concentration",
    "PO4_mM": "phosphate_concentration",
    "calcitriol_pM": "calcitriol_concentration",
    "OB_frac": "osteoblast_ratio",
    "OC_frac": "osteoclast_ratio",
    "BMDls": "spine_density",
    "BMDlsDEN": "spine_density_on_denosumab",
    "BMDfn": "femoral_neck_density",
    "UCA_cum_mmol": "calcium_excreted",
    "DENCP_ng_mL": "denosumab_concentration",
    "denosumab_pM": "denosumab_molar_concentration",
}
CONVERTED = {
    "PTH_pg_mL": ("pth_concentration", 9.4),
    "GFR_mL_min": ("glomerular_filtration", RATIO),
}
NOT_MODELLED = {"x_PKGUT", "x_PKCENT", "x_PKPER1", "x_PKPER2"}  # a drug that nobody gave


@dataclass(frozen=True)
class Scenario:
    """What is different from the usual: parameters, starting states, and doses of `amount`."""

    changed: Mapping[str, float] = field(default_factory=dict)
    started: Mapping[str, float] = field(default_factory=dict)
    into: str = ""
    amount: float = 0.0
    at: Sequence[float] = ()


def declining(lost: float, years: float) -> Scenario:
    return Scenario(changed={"filtration_lost": lost, "decline_time": years * 8766})


def given(into: str, amount: float, *at: float) -> Scenario:
    return Scenario(into=into, amount=amount, at=at)


def gland(capacity: float) -> Scenario:
    return Scenario(changed={"capacity_turnover": 0.0}, started={"gland_capacity": capacity})


def eaten(what: str, factor: float) -> Scenario:
    return Scenario(changed={what: factor * PETERSON_RIGGS.parameters[what].value})


DAILY = tuple(24.0 * day for day in range(365))
SCENARIOS = {
    "baseline_1y": Scenario(),
    "teri20_single_24h": given("teriparatide_under_skin", 20 * TERIPARATIDE, 0),
    "teri40_single_24h": given("teriparatide_under_skin", 40 * TERIPARATIDE, 0),
    "teri20_daily_28d": given("teriparatide_under_skin", 20 * TERIPARATIDE, *DAILY[:28]),
    "teri20_daily_1y": given("teriparatide_under_skin", 20 * TERIPARATIDE, *DAILY),
    "denosumab60_single_1y": given("denosumab_under_skin", 60 * DENOSUMAB, 0),
    "denosumab60_q6mo_2y": given("denosumab_under_skin", 60 * DENOSUMAB, 0, 4032, 8064, 12096),
    "ckd_GFRdelta84_10y": declining(84, 10),
    "ckd_GFRdelta50_5y": declining(50, 5),
    "ckd_GFRto16_in5y": declining(84, 5),
    "ckd_GFRto50_in5y": declining(50, 5),
    "ckd_PR2010fig6a_10y": declining(100 * (1 - math.exp(-1.862775e-5 * 8766)), 1),
    "ckd_step_GFR16_5y": Scenario(started={"glomerular_filtration": 16 / RATIO}),
    "phpt_PTmax2_2y": gland(2),
    "phpt_PTmax5_2y": gland(5),
    "hypopara_PTmax0p5_2y": gland(0.5),
    "hypopara_PTmax0p1_2y": gland(0.1),
    "oralphos_x2_1y": eaten("phosphate_intake", 2),
    "oralphos_x0p5_1y": eaten("phosphate_intake", 0.5),
    "oralca_x2_1y": eaten("calcium_intake", 2),
    "oralca_x0p5_1y": eaten("calcium_intake", 0.5),
    "1ahydroxylase_x0p25_1y": Scenario(changed={"hydroxylase_synthesis": 1.575}),
    "calcitriol_1200pmol_daily_7d": given("calcitriol", 1200, *DAILY[:7]),
    "ca_bolus_plus3mmol_24h": given("plasma_calcium", 3, 0),
    "ca_bolus_minus3mmol_24h": given("plasma_calcium", -3, 0),
    "po4_bolus_plus10mmol_48h": given("plasma_phosphate", 10, 0),
    "po4_bolus_minus10mmol_48h": given("plasma_phosphate", -10, 0),
}
SLOW = {"teri20_daily_1y"}


def read(path: Path) -> dict[str, np.ndarray]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    table = np.array(rows[1:], dtype=float).T
    return dict(zip(rows[0], table, strict=True))


def run(scenario: Scenario, hours: Sequence[float]) -> list[dict[str, float]]:
    """All quantities at `hours`: at hour 0 before a dose, at a later one after it."""
    known = {n: p.value for n, p in PETERSON_RIGGS.parameters.items()} | dict(scenario.changed)
    states = {n: s.start for n, s in PETERSON_RIGGS.states.items()} | dict(scenario.started)
    readings = [{**known, **states}]
    cuts = sorted({0.0, *scenario.at, hours[-1]})
    for left, right in zip(cuts, [*cuts[1:], math.inf], strict=True):
        if left in scenario.at:
            states[scenario.into] += scenario.amount
        wanted = [h for h in hours if max(left, 1e-9) <= h < right]
        end = min(right, hours[-1])
        readings += [{**known, **states} for h in wanted if h == left]
        if end == left:
            continue
        path = solve(
            PROGRAM,
            known,
            states,
            Schedule(edges=(left, end), inputs=({},), before={}),
            [h for h in wanted if h > left],
            accuracy=ACCURACY,
        )
        assert path.outcome == SOLVED
        readings += list(path.readings)
        states = path.final
    names = [*STATES.values(), *PETERSON_RIGGS.parameters]
    return [evaluated(PETERSON_RIGGS, reading, names) for reading in readings]


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] if n in SLOW else []) for n in SCENARIOS]
)
def test_a_trajectory_is_that_of_an_independent_implementation(shared, name):
    expected = read(shared / "science" / "reference" / f"obm_{name}.csv")
    hours = expected.pop("time_h").tolist()

    found = run(SCENARIOS[name], hours)

    assert len(found) == len(hours)
    for column, values in expected.items():
        if column in NOT_MODELLED:
            assert not values.any()
            continue
        quantity, factor = CONVERTED.get(column) or (STATES[column], 1.0)
        ours = np.array([factor * row[quantity] for row in found])
        allowed = RELATIVE * abs(values) + ABSOLUTE * abs(values).max()
        off = abs(ours - values) - allowed
        worst = int(np.argmax(off))
        assert off[worst] <= 0, (
            f"{column} is {ours[worst]!r}, not {values[worst]!r}, at hour {hours[worst]:g}"
        )
