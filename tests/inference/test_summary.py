"""What a fit says of itself, of draws made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from brushite.distribution import normal_at
from brushite.engine.passage import SOLVED
from brushite.errors import FitError
from brushite.inference.evidence import Evidence, evidence
from brushite.inference.latent import latent
from brushite.inference.pareto import Weights
from brushite.inference.past import Lived
from brushite.inference.posterior import Posterior
from brushite.inference.summary import (
    matches,
    notes,
    refuse_hopeless,
    relearnt,
    spelled,
    taught,
    weighed,
)
from brushite.intake.records import record_in
from brushite.model import MINERAL
from brushite.population import Population
from brushite.twin import Draws, Trust

PEOPLE = Population.named("haemodialysis")
SIZE = 100
EVEN = normal_at((np.arange(SIZE) + 0.5) / SIZE)  # a standard normal distribution
CALCIUM = Evidence(
    kind="laboratory",
    name="calcium",
    quantity="observed_calcium",
    hour=0.0,
    value=2.4,
    unit="mmol/L",
    error=0.04,
)
PTH = replace(CALCIUM, name="pth", quantity="pth", value=700.0, unit="pg/mL", error=0.25)
WELL = Trust(effective=100, of=SIZE, shape=0.1)
POORLY = Trust(effective=5, of=SIZE, shape=0.9)
GROWTH = Evidence(
    kind="growth",
    name="growth of hip",
    quantity="",
    hour=0.0,
    value=1.0,
    unit="spreads",
    error=1.0,
    limit="below",
    slot=1,
)
THERAPY = """
therapy:
  - dialysis: {sessions: 3, hours: 4 h, dialysate_calcium: 1.5 mmol/L, blood_flow: 300 mL/min}
"""


def lived(*answers, numbers=None, strain=0.0, outcomes=(SOLVED,) * SIZE, glands=1.0, **draws):
    """Patients with these answers (in the units of items)."""
    columns = [np.log(np.broadcast_to(a, SIZE)) for a in answers]
    states = {"diffuse_mass": np.full(SIZE, glands), "nodular_mass": np.full(SIZE, 0.25 * glands)}
    given = {"parameters": {}, "states": states, "unsaid": {}, "uniform": {}} | draws
    return Lived(
        numbers=np.zeros((SIZE, 1)) if numbers is None else numbers,
        answers=np.column_stack(columns) if columns else np.empty((SIZE, 0)),
        strain=np.broadcast_to(strain, (SIZE, 1)),
        draws=Draws(**given),
        outcomes=tuple(outcomes),
    )


def found(before, after, weights=None):
    weights = np.full(SIZE, 1 / SIZE) if weights is None else weights / np.sum(weights)
    return Posterior(before=before, found=after, weights=Weights(of=weights, k=0.1))


def around(middle, spread):
    return middle * np.exp(spread * EVEN)


# Beside the values


def test_a_match_has_the_percentiles_of_draws_before_and_after():
    before, after = around(2.2, 0.1), around(2.35, 0.03)

    (match,) = matches([CALCIUM], found(lived(before), lived(after)))

    assert (match.name, match.hour, match.unit, match.measured) == ("calcium", 0, "mmol/L", 2.4)
    assert match.before == pytest.approx(np.percentile(before, (5, 50, 95)), rel=5e-3)
    assert match.computed == pytest.approx(np.percentile(after, (5, 50, 95)), rel=5e-3)


def test_percentiles_are_those_of_the_weight():
    values = np.linspace(1, 2, SIZE)
    heavy = np.where(values > 1.5, 3.0, 1.0)

    (match,) = matches([CALCIUM], found(lived(values), lived(values), heavy))

    # a quarter of the weight lies below 1.5, and it is even on either side
    assert match.computed == pytest.approx((1.1, 1.5 + 0.5 / 3, 2 - 0.5 / 15), abs=0.01)


def test_draws_without_weight_or_answer_count_for_nothing():
    values = np.where(np.arange(SIZE) % 2, 2.0, 99.0)
    weights = np.where(values == 2.0, 1.0, 0.0)
    values[0] = np.nan

    (match,) = matches([CALCIUM], found(lived(np.nan), lived(values), weights))

    assert match.computed == pytest.approx((2, 2, 2))
    assert np.isnan(match.before).all()


@pytest.mark.parametrize("value", [2.4, 2.6, 2.1])
def test_the_chance_is_that_of_a_report_as_far_from_the_middle(value):
    """The spread of draws and the error of a report add up; both ends count."""
    from scipy.special import ndtr

    item = replace(CALCIUM, value=value)
    (match,) = matches([item], found(lived(2.0), lived(around(2.4, 0.03))))

    away = abs(np.log(value / 2.4)) / np.hypot(0.03, 0.04)
    assert match.chance == pytest.approx(2 * ndtr(-away), rel=0.05)


def test_a_bound_has_no_chance():
    (match,) = matches([replace(PTH, limit="above")], found(lived(800), lived(900)))

    assert match.limit == "above"
    assert np.isnan(match.chance)


def test_that_a_mass_once_grew_is_no_value_of_the_record():
    both = found(lived(5.0, 2.4), lived(3.0, 2.4))

    assert [m.name for m in matches([GROWTH, CALCIUM], both)] == ["calcium"]
    assert matches([GROWTH, CALCIUM], both)[0].computed == pytest.approx((2.4, 2.4, 2.4))


def test_an_update_weighs_the_same_draws_before_and_after():
    answers = np.log(np.linspace(2, 3, SIZE))[:, None]
    weights = np.where(np.arange(SIZE) < 50, 1.0, 0.0)

    (match,) = weighed([CALCIUM], answers, answers, Weights(of=weights / 50, k=0.1))

    assert match.before[1] == pytest.approx(2.5, abs=0.01)
    assert match.computed[1] == pytest.approx(2.25, abs=0.01)


# What was learnt


def learning(shift, spread, glands=(1.0, 4.0), trust=WELL):
    """What is told when only the number of gland mass is so much moved and narrowed."""
    who = latent(MINERAL, PEOPLE, record_in(f"person: {{label: A}}{THERAPY}"))
    numbers = np.tile(EVEN[:, None], (1, len(who.names)))
    after = numbers.copy()
    place = who.names.index("state.gland_mass")
    after[:, place] = shift + spread * EVEN
    both = found(lived(numbers=numbers, glands=glands[0]), lived(numbers=after, glands=glands[1]))
    return taught(who, both, trust)


def test_what_was_learnt_is_told_with_values_before_and_after():
    (gland,) = learning(1.5, 0.4)

    assert gland.name == "state.gland_mass"
    assert gland.before == pytest.approx((1.25,) * 3)
    assert gland.after == pytest.approx((5,) * 3)  # diffuse and nodular tissue
    assert gland.unit == PEOPLE.quantities["state.gland_mass"].unit
    assert gland.meaning == PEOPLE.quantities["state.gland_mass"].meaning


@pytest.mark.parametrize(
    ("shift", "spread", "effective", "is_told"),
    [
        (0.0, 1.0, 1e6, False),
        (0.15, 1.0, 1e6, False),  # 0.011 nats
        (0.25, 1.0, 1e6, True),  # 0.03 nats
        (0.0, 0.8, 1e6, True),  # 0.04 nats
        (0.25, 1.0, 100, False),  # chance feigns up to 0.12
        (0.6, 1.0, 100, True),
    ],
)
def test_only_what_chance_does_not_feign_is_told(shift, spread, effective, is_told):
    told = learning(shift, spread, trust=Trust(effective=effective, of=SIZE, shape=0.1))

    assert bool(told) == is_told


def test_what_was_learnt_most_comes_first():
    who = latent(MINERAL, PEOPLE, record_in(f"person: {{label: A}}{THERAPY}"))
    numbers = np.tile(EVEN[:, None], (1, len(who.names)))
    after = numbers.copy()
    parameters = {"bone_turnover": np.ones(SIZE)}
    for name, shift in (("bone_turnover", 1.0), ("state.gland_mass", 2.0)):
        after[:, who.names.index(name)] += shift
    both = found(
        lived(numbers=numbers, parameters=parameters), lived(numbers=after, parameters=parameters)
    )

    assert [x.name for x in taught(who, both, WELL)] == ["state.gland_mass", "bone_turnover"]


def test_after_an_update_the_same_quantities_are_told_of_the_draws_that_are_left():
    before = learning(1.5, 0.4)
    draws = lived(glands=8.0).draws

    (gland,) = relearnt(before, draws)

    assert gland.after == pytest.approx((10, 10, 10))
    assert gland.before == before[0].before


# What is refused


def refused(items, both, trust=WELL):
    with pytest.raises(FitError) as error:
        refuse_hopeless(items, both, trust)
    return str(error.value)


def test_a_value_that_every_draw_misses_by_far_is_refused_as_outside():
    said = refused(
        [replace(CALCIUM, value=5.5)], found(lived(around(2.3, 0.03)), lived(around(3, 0.01)))
    )

    assert said == (
        "calcium 5.5 mmol/L lies above all 100 draws of the prior (highest 2.48). Check the value, "
        "its unit and its date, or choose another population."
    )


def test_a_value_below_the_population_is_refused_with_its_date():
    item = replace(CALCIUM, value=1.0, hour=-3 * 168)
    said = refused([item], found(lived(around(2.3, 0.03)), lived(around(1.5, 0.01))))

    assert (
        "calcium 1 mmol/L 3 weeks ago lies below all 100 draws of the prior (lowest 2.13)" in said
    )


def test_a_value_outside_the_population_is_refused_where_next_to_no_draw_is_left():
    """Though the draws that are left come near it."""
    both = found(lived(around(2.3, 0.01)), lived(around(2.5, 0.01)))
    item = replace(CALCIUM, value=2.7)

    refuse_hopeless([item], both, WELL)
    assert "above all 100 draws" in refused([item], both, POORLY)


def test_a_value_that_contradicts_the_others_is_refused_in_these_words():
    """The population has it, but nobody who explains the rest."""
    both = found(lived(around(2.4, 0.2)), lived(around(2.4, 0.005)))

    said = refused([replace(CALCIUM, value=3.1)], both)

    assert said == (
        "calcium 3.1 mmol/L contradicts the other values of the record: no patient of the "
        "population comes near it together with them. Check the value, its unit and its date, or "
        "choose another population."
    )


def test_values_that_some_draw_comes_near_are_not_refused():
    both = found(lived(around(2.3, 0.1)), lived(around(2.5, 0.02)))

    refuse_hopeless([replace(CALCIUM, value=2.9)], both, WELL)


def test_draws_without_weight_do_not_vouch_for_a_value():
    answers = np.full(SIZE, 2.4)
    answers[:10] = 3.1
    weights = np.where(np.arange(SIZE) < 10, 0.0, 1.0)
    both = found(lived(around(2.4, 0.2)), lived(answers), weights)

    assert "contradicts" in refused([replace(CALCIUM, value=3.1)], both)


@pytest.mark.parametrize(("limit", "answer"), [("above", 100.0), ("below", 9000.0)])
def test_a_bound_is_refused_where_all_draws_lie_on_its_other_side(limit, answer):
    both = found(lived(around(answer, 0.1)), lived(around(answer, 0.1)))

    refused([replace(PTH, limit=limit)], both)


@pytest.mark.parametrize(("limit", "answer"), [("above", 9000.0), ("below", 100.0)])
def test_a_bound_far_on_its_own_side_is_kept(limit, answer):
    both = found(lived(around(answer, 0.1)), lived(around(answer, 0.1)))

    refuse_hopeless([replace(PTH, limit=limit)], both, POORLY)


def test_a_mass_that_is_hard_to_explain_is_not_refused_as_a_value():
    refuse_hopeless([GROWTH], found(lived(np.exp(6.0)), lived(np.exp(6.0))), POORLY)


# What is noted

BOTH = found(lived(2.4), lived(2.4))


def noted(written, items=None, both=BOTH, trust=WELL):
    record = record_in(f"person: {{label: A, residual_gfr: 0 mL/min}}\n{written}")
    items = evidence(record)[0] if items is None else items
    return notes(record, PEOPLE, items, both, trust)


def test_nothing_is_noted_of_a_record_that_says_all_and_is_met():
    assert noted(THERAPY, [CALCIUM]) == ()


def test_what_the_prescription_leaves_open_is_noted():
    (said,) = noted("therapy:\n  - dialysis: {sessions: 3, hours: unknown}\n", [CALCIUM])

    assert said == (
        "The record does not say how long a session lasts, the dialysate calcium and the blood "
        "flow: drawn from the population 'haemodialysis'."
    )


def test_hours_per_week_say_how_long_a_session_lasts():
    written = THERAPY.replace("hours: 4 h", "hours_per_week: 12 h")

    assert noted(written, [CALCIUM]) == ()


def test_doses_and_adherences_that_are_not_reported_are_noted():
    said = noted(THERAPY + "  - {give: sevelamer, dose: unknown}\n", [CALCIUM])

    assert said == (
        "The dose of sevelamer is not reported: drawn from the population.",
        "The adherence of sevelamer is not reported: drawn from the population.",
    )


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("{label: A}", "No residual kidney function is reported"),
        ("{label: A, residual_urine: 300 mL/day}", "is reported without a filtration"),
    ],
)
def test_kidneys_of_which_too_little_is_said_are_noted(person, words):
    record = record_in(f"person: {person}{THERAPY}")

    (said,) = notes(record, PEOPLE, [CALCIUM], BOTH, WELL)

    assert words in said


@pytest.mark.parametrize("items", [[], [GROWTH]])
def test_a_record_without_values_rests_on_the_population(items):
    both = found(lived(*[1.0] * len(items)), lived(*[1.0] * len(items)))

    said = noted(f"note: she walks with a stick\n{THERAPY}", items, both)

    assert "rests on the population 'haemodialysis' alone" in said[0]
    assert said[1] == "The record adds, without a number to fit: she walks with a stick"


@pytest.mark.parametrize(
    ("value", "words"), [(2.9, "above all 100 draws"), (1.9, "below all 100 draws")]
)
def test_a_value_that_nobody_had_before_it_was_fitted_is_noted(value, words):
    both = found(lived(around(2.4, 0.05)), lived(around(value, 0.03)))

    (said,) = noted(THERAPY, [replace(CALCIUM, value=value)], both)

    assert words in said
    assert "the forecast rests on patients that the population hardly has" in said


@pytest.mark.parametrize(
    ("limit", "value", "count"), [("above", 300, 0), ("above", 3000, 1), ("below", 300, 1)]
)
def test_a_bound_that_nobody_broke_before_is_not_noted(limit, value, count):
    both = found(lived(around(1000, 0.05)), lived(around(1000, 0.05)))

    assert len(noted(THERAPY, [replace(PTH, value=value, limit=limit)], both)) == count


def test_a_value_that_the_rest_does_not_allow_is_noted_with_its_chance():
    """Of many values one is always unlikely: the bar is lower for each."""
    both = found(lived(around(2.4, 0.2)), lived(2.4))
    item = replace(CALCIUM, value=2.4 * np.exp(2.5 * 0.04))

    (said,) = noted(THERAPY, [item], both)
    assert "The measured calcium of 2.65 mmol/L is not what the model gives" in said
    assert "together with the rest (2.4)" in said
    assert "a chance of 0.01" in said

    many = found(lived(*[around(2.4, 0.2)] * 20), lived(*[2.4] * 20))
    assert noted(THERAPY, [item, *[CALCIUM] * 19], many) == ()


HIP = "lesions: [{name: hip, site: hip, sizes: [%s]}]"


def of_mass(*sizes, strain=0.0):
    record = record_in(
        f"person: {{label: A, residual_gfr: 0 mL/min}}\n{HIP % ', '.join(sizes)}{THERAPY}"
    )
    items, _ = evidence(record)
    answers = [item.value for item in items]
    both = found(lived(*answers), lived(*answers, strain=strain))
    return [n for n in notes(record, PEOPLE, items, both, WELL) if "'hip'" in n]


def test_a_mass_without_a_size_is_noted():
    assert of_mass() == ["No size of the mass 'hip' is reported: drawn from the population."]


@pytest.mark.parametrize(("size", "count"), [("8 cm", 1), ("8 x 6 cm", 2)])
def test_lengths_that_nobody_reported_are_noted(size, count):
    (said,) = of_mass(f"{{size: {size}}}")

    assert f"only {count} of three lengths" in said


@pytest.mark.parametrize(
    "sizes",
    [
        ("{size: 8 x 6 x 5 cm}",),
        ("{volume: 80 mL}",),
        ("{volume: 80 mL}", "{size: 8 cm, taken: week -20}"),
        ("{size: 8 cm, taken: week -20}", "{size: 8 x 7 x 6 cm}"),
    ],
)
def test_a_mass_whose_size_is_known_once_is_not_noted(sizes):
    assert of_mass(*sizes) == []


def test_a_mass_that_could_hardly_have_grown_is_noted_with_the_share_of_draws():
    strain = np.where(np.arange(SIZE) < 44, 3.0, 0.0)[:, None]

    (said,) = of_mass("{volume: 80 mL}", strain=strain)

    assert said.startswith("In 44% of the draws the mass 'hip' could only have grown")


@pytest.mark.parametrize(
    ("effective", "shape", "told"),
    [
        (100, 0.3, ""),
        (100, np.nan, ""),
        (29, 0.3, "about 29 independent draws of 100"),
        (29, np.nan, "about 29 independent draws of 100"),
        (100, 0.8, "Pareto k 0.80"),
    ],
)
def test_few_draws_that_count_are_noted(effective, shape, told):
    said = noted(THERAPY, [CALCIUM], trust=Trust(effective=effective, of=SIZE, shape=shape))

    assert bool(said) == bool(told)
    assert told in "".join(said)


def test_draws_that_could_not_be_computed_are_noted_with_the_first_reason():
    outcomes = (SOLVED, "stopped here: too stiff.", "stopped there: other.", *[SOLVED] * 97)
    answers = np.where([o == SOLVED for o in outcomes], 2.4, np.nan)

    (said,) = noted(THERAPY, [CALCIUM], found(lived(answers, outcomes=outcomes), lived(2.4)))

    assert said.startswith("In 2 of 100 draws of the population the past could not be computed")
    assert said.endswith("the first stopped here: too stiff.")


@pytest.mark.parametrize(
    ("value", "written"),
    [(2.4, "2.4"), (0.00123, "0.00123"), (1363.4, "1363"), (12345678.0, "12345678"), (9.999, "10")],
)
def test_numbers_are_spelled_as_a_person_does(value, written):
    assert spelled(value) == written
