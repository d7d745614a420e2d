"""The physiology ranks as a nephrologist expects, in a population and in a twin."""

import dataclasses
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import brushite
from brushite.equations import Assumed, Fixed
from brushite.errors import ModelError, PlanError
from brushite.inference.fit import fit
from brushite.influence import people
from brushite.influence.draws import differing, narrowed
from brushite.influence.outputs import Output, Question, output_of
from brushite.influence.people import Trial, results, varied_in
from brushite.influence.ranking import influence
from brushite.influence.screening import Effort
from brushite.intake.records import read_record
from brushite.model import MINERAL
from brushite.plan import Dialysis, Plan, Procedure
from brushite.population import Population
from brushite.twin import Learnt

EVERYBODY = Population.named("haemodialysis")
CASE = Path(__file__).parents[2] / "examples" / "case-3.yaml"
QUICK = Effort(paths=2, top=5)
SURGERY = Plan(name="Surgery", steps=(Procedure(operation="parathyroidectomy", glands_left="1/8"),))


@cache
def twin():
    record = read_record(str(CASE))
    return fit(record, model=MINERAL, population=EVERYBODY, draws=128, seed=1)


def screened(output, plan=Plan(name="Current care"), **options):  # noqa: B008 - frozen
    given = {"weeks": 4, "method": "morris", "effort": QUICK, "seed": 1, "jobs": 2}
    return influence(output, EVERYBODY, plan, **(given | options))


def first(found, count):
    return [each.name for each in found.ranking][:count]


def test_gland_mass_rules_pth():
    found = screened("pth")

    assert first(found, 1) == ["state.gland_mass"]
    assert found.ranking[0].is_assumed
    assert found.runs == 2 * (found.quantities + 1)
    assert not found.failures


def test_diet_and_absorption_rule_phosphate():
    assert first(screened("phosphate"), 1) == ["diet.phosphorus"]
    assert "absorbed_phosphate_share" in first(screened("phosphate"), 5)


def test_after_surgery_it_matters_how_much_tissue_is_left():
    assert "procedure.tissue_left" in first(screened("pth", SURGERY), 2)
    assert "procedure.tissue_left" not in first(screened("pth"), 5)


def test_a_population_has_a_mass_only_when_one_is_asked_about():
    found = screened("mass volume", effort=Effort(paths=2, top=200))

    assert "lesion_1_cell_capacity" in first(found, 8)
    assert not [n for n in first(found, 200) if n.startswith("lesion_2")]
    assert not [d.name for d in varied_in(MINERAL, EVERYBODY, has_mass=False) if "lesion" in d.name]


def test_every_parameter_with_a_spread_differs_and_no_other():
    names = {d.name for d in varied_in(MINERAL, EVERYBODY, has_mass=True)}

    spread = {n for n, p in MINERAL.parameters.items() if not isinstance(p.spread, Fixed)}
    other = {n for n in spread if n.startswith(("lesion_2", "lesion_3", "lesion_4"))}
    assert names & set(MINERAL.parameters) == spread - other
    assert {"state.gland_mass", "diet.phosphorus", "dialysis.hours"} <= names
    assert "dialysis.missed" not in names  # the same in everybody


@pytest.mark.slow
def test_shares_of_the_variance_come_with_what_is_assumed_and_what_is_left():
    found = influence("pth", EVERYBODY, seed=1, jobs=2, effort=Effort(samples=128))

    glands = found.ranking[0]
    assert glands.name == "state.gland_mass"
    assert 0.5 < glands.in_all.value < 0.9
    assert glands.in_all.margin < 0.3
    assert found.rest.value < 0.2  # or the screening missed something
    assert 0.95 < found.assumed.value <= 1
    assert found.used == 128


def test_who_is_lost_on_the_way_is_counted_with_the_reason(monkeypatch):
    year, rounds = people._after_a_year, []

    def lossy(trial, some):
        states, outcome = year(trial, some)
        rounds.append(len(outcome))
        return states, ["stopped: a test."] * 3 + outcome[3:] if len(rounds) == 1 else outcome

    monkeypatch.setattr(people, "_after_a_year", lossy)
    found = screened("pth", effort=Effort(paths=8, top=5))

    assert found.failures == {"stopped: a test.": 3}
    assert found.used == found.samples - 1
    assert any("could not be computed and are left out" in note for note in found.notes)


def test_an_output_without_a_logarithm_is_a_failure_and_is_counted(monkeypatch):
    monkeypatch.setattr(Output, "judged", lambda _, values: values * np.nan)
    trial = Trial(
        model=MINERAL,
        population=EVERYBODY,
        varied=varied_in(MINERAL, EVERYBODY, has_mass=False),
        asked=Question(
            output=output_of(MINERAL, "pth", is_change=False, masses=0),
            plan=Plan(name="Current care"),
            weeks=1,
            seed=1,
            jobs=1,
        ),
    )

    assert results(trial, np.full((1, len(trial.varied)), 0.5)).outcome == (people.NO_NUMBER,)


def test_the_number_of_threads_changes_nothing():
    one, two = (screened("calcium", weeks=1, jobs=jobs) for jobs in (1, 2))

    assert one.ranking == two.ranking


def test_a_plan_without_dialysis_calcium_known_is_settled_from_the_population():
    found = screened("calcium", Plan(name="More", steps=(Dialysis(hours="8 h"),)))

    assert "dialysis.dialysate_calcium" in first(found, 3)


def test_what_can_rank_nothing_is_refused_at_once():
    for options in (
        {"weeks": 0},
        {"effort": Effort(top=0)},
        {"effort": Effort(paths=1)},
        {"effort": Effort(samples=8), "method": "sobol"},
    ):
        with pytest.raises(PlanError):
            screened("pth", **options)


def test_an_unknown_output_is_refused():
    with pytest.raises(ModelError, match="Did you mean 'pth'"):
        screened("ptth")


def test_the_verb_keeps_its_name():
    assert brushite.influence is influence


# A twin


def test_in_a_twin_draws_are_ranked_with_what_was_learnt():
    found = influence("mass volume", twin(), weeks=4, seed=1, effort=Effort(top=500))

    by_name = {each.name: each for each in found.ranking}
    assert found.method == "draws"
    assert len(by_name) == found.quantities
    assert by_name["state.gland_mass"].learnt > 0.2  # PTH was measured
    assert by_name["nodular_brake"].learnt is None  # the fit does not move it
    assert first(found, 3)[0].endswith(".volume")
    assert found.assumed_of_explained is not None


def test_in_four_weeks_a_mass_stays_what_it_is():
    assert influence("mass volume", twin(), weeks=4, seed=1, effort=Effort(top=500)).now.value > 0.8


def test_a_twin_of_fewer_draws_is_refused_before_it_is_simulated():
    few = dataclasses.replace(twin(), draws=twin().draws.at(slice(0, 20)))

    with pytest.raises(PlanError, match="20 draws"):
        influence("pth", few, seed=1)


def test_quantities_of_masses_that_are_not_there_are_left_out():
    names = [each.distribution.name for each in differing(twin(), EVERYBODY)]

    assert "lesion_2_volume_limit" in names
    assert not [n for n in names if n.startswith(("lesion_3", "lesion_4"))]


def test_what_was_learnt_is_measured_on_the_scale_on_which_it_is_normal():
    found = differing(twin(), EVERYBODY)
    half = Learnt(
        name="state.gland_mass", meaning="", unit="1", before=(1, 10, 100), after=(1, 3, 10)
    )

    assert narrowed((half,), found) == {"state.gland_mass": pytest.approx(0.5)}


def test_what_is_ranked_says_where_its_number_comes_from():
    found = screened("pth", effort=Effort(paths=2, top=200))

    for each in found.ranking:
        assert each.is_assumed == each.source.startswith("assumed: ")
        if each.name in MINERAL.parameters:
            assert each.is_assumed == isinstance(MINERAL.parameters[each.name].source, Assumed)
