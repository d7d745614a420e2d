"""Everything in which patients differ, as normal numbers, and the patients of such numbers."""

from dataclasses import replace

import numpy as np
import pytest

from brushite.distribution import Correlation, evenly, normal_at
from brushite.equations import Assumed, Fixed
from brushite.errors import ModelError
from brushite.inference.latent import latent, patients
from brushite.model import MINERAL
from brushite.plan import Drug, Plan
from brushite.population import Population
from brushite.record import Lesion, Measurement, Person, Record, Size
from brushite.units import Quantity

PEOPLE = Population.named("haemodialysis")
HAND = Lesion(name="right palm", site="hand")
HIP = Lesion(name="hip", site="hip")


def record(*lesions: Lesion, **fields) -> Record:
    return Record(person=Person(label="Someone"), lesions=lesions, **fields)


def numbers_of(who, size, seed=7):
    return normal_at(evenly(size, len(who.names), [seed])).T


def drawn(of: Record, size: int = 40, people: Population = PEOPLE):
    who = latent(MINERAL, people, of)
    return patients(who, numbers_of(who, size))


def test_the_same_numbers_are_the_same_people_to_the_bit():
    once, again = drawn(record(HIP)), drawn(record(HIP))

    assert np.array_equal(once.gland_mass, again.gland_mass)
    for kind in ("parameters", "unsaid", "uniform", "volumes"):
        ours, theirs = getattr(once, kind), getattr(again, kind)
        assert all(np.array_equal(v, theirs[n]) for n, v in ours.items())


def test_the_numbers_of_others_change_nobody():
    who = latent(MINERAL, PEOPLE, record(HIP))
    numbers = numbers_of(who, 8)

    whole, part = patients(who, numbers), patients(who, numbers[3:5])

    assert part.size == 2
    for name, column in whole.parameters.items():
        assert np.array_equal(part.parameters[name], column[3:5]), name


def test_making_people_changes_no_number():
    who = latent(MINERAL, PEOPLE, record(HIP))
    numbers = numbers_of(who, 8)
    before = numbers.copy()

    patients(who, numbers)

    assert np.array_equal(numbers, before)


def test_numbers_of_zero_are_the_middle_of_every_spread():
    who = latent(MINERAL, PEOPLE, record(HIP))

    middle = patients(who, np.zeros((1, len(who.names))))

    for name, distribution in who.spreads.items():
        if name in middle.parameters:
            assert middle.parameters[name][0] == pytest.approx(distribution.at(0.5)), name
    assert middle.gland_mass[0] == pytest.approx(PEOPLE.quantities["state.gland_mass"].at(0.5))


def test_every_fixed_parameter_is_the_same_in_all():
    people = drawn(record())

    assert set(people.parameters["reference_pth"]) == {300.0}
    for name, parameter in MINERAL.parameters.items():
        if isinstance(parameter.spread, Fixed):
            assert np.ptp(people.parameters[name]) == 0, name


def test_the_values_of_a_quantity_fall_into_equally_likely_parts():
    distribution = PEOPLE.quantities["state.gland_mass"]
    edges = [distribution.at(i / 8) for i in range(1, 8)]

    parts = np.digitize(drawn(record(), size=8).gland_mass, edges)

    assert sorted(parts) == list(range(8))


def test_whatever_moves_the_numbers_keeps_all_bounds():
    who = latent(MINERAL, PEOPLE, record())
    far = np.random.default_rng(1).choice([-30.0, -8.0, 8.0, 30.0], size=(40, len(who.names)))

    people = patients(who, far)

    for name, parameter in MINERAL.parameters.items():
        low, high = PEOPLE.of_parameter(name, parameter).between
        assert (people.parameters[name] >= low * (1 - 1e-9)).all(), name
        assert (people.parameters[name] <= high * (1 + 1e-9)).all(), name
    for name, column in people.unsaid.items():
        assert np.isfinite(column).all(), name
    for column in people.uniform.values():
        assert ((column > 0) & (column < 1)).all()


def test_a_choice_takes_one_of_its_values_and_is_not_smooth():
    who = latent(MINERAL, PEOPLE, record())
    choices = {n: d for n, d in who.spreads.items() if d.kind == "choice"}

    people = patients(who, numbers_of(who, 60))

    assert "dialysis.sessions" in choices
    assert {n for n, s in zip(who.names, who.is_smooth, strict=True) if not s} == set(choices)
    for name, distribution in choices.items():
        assert set(people.unsaid[name]) <= set(distribution.values)


def test_a_small_change_of_a_smooth_number_changes_a_little():
    who = latent(MINERAL, PEOPLE, record(HIP))
    numbers = numbers_of(who, 30)
    shift = np.where(who.is_smooth, 1e-6, 0)

    here, there = patients(who, numbers), patients(who, numbers + shift)

    for kind in ("parameters", "unsaid", "uniform"):
        ours, theirs = getattr(here, kind), getattr(there, kind)
        for name, column in ours.items():
            assert theirs[name] == pytest.approx(column, rel=1e-4, abs=1e-4), name


# Masses


def test_the_volume_of_a_mass_now_comes_from_the_population_whatever_was_measured():
    """Measured sizes are data; what is drawn does not know of them."""
    sized = replace(HIP, sizes=(Size(volume=Quantity(5, "mL")),))

    free, other = drawn(record(HIP), size=200), drawn(record(sized), size=200)

    usual = PEOPLE.quantities["lesion.volume"].median
    assert np.median(free.volumes[1]) == pytest.approx(usual, rel=0.05)
    assert np.array_equal(free.volumes[1], other.volumes[1])


def test_a_mass_in_a_hand_is_flatter_smaller_and_has_less_room_than_one_beside_a_hip():
    people = drawn(record(HAND, HIP), size=200)

    for name in ("slenderness", "flatness"):
        hand, hip = (np.median(people.unsaid[f"lesion_{slot}.{name}"]) for slot in (1, 2))
        assert hand < 0.8 * hip, name
    assert np.median(people.volumes[1]) < np.median(people.volumes[2]) / 2
    limits = [np.median(people.parameters[f"lesion_{slot}_volume_limit"]) for slot in (1, 2)]
    assert limits[0] < limits[1] / 2


def test_the_inclinations_of_a_mass_are_the_normal_numbers_of_its_two_parameters():
    who = latent(MINERAL, PEOPLE, record(HIP))
    numbers = numbers_of(who, 5)

    found = patients(who, numbers).inclinations[1]

    for column, name in zip(found, ("local_factor", "cell_capacity"), strict=True):
        assert np.array_equal(column, numbers[:, who.names.index(f"lesion_1_{name}")])


def test_every_mass_of_the_record_has_a_shape_and_no_other():
    who = latent(MINERAL, PEOPLE, record(HIP, HAND))

    shaped = {n.partition(".")[0] for n in who.names if n.endswith(".fullness")}

    assert shaped == {"lesion_1", "lesion_2"}
    words = {n: d.meaning for n, d in who.spreads.items() if n.startswith("lesion_2.")}
    assert words["lesion_2.slenderness"] == "Second diameter over the longest of right palm"
    assert len(set(words.values())) == len(words) == 5


# What else a record says


def test_a_heavy_person_has_more_water():
    heavy = Record(person=Person(label="Someone", weight=Quantity(105, "kg")))

    ratio = drawn(heavy).parameters["dry_volume"] / drawn(record()).parameters["dry_volume"]

    assert ratio == pytest.approx(1.5)


def test_an_assay_of_the_whole_molecule_makes_its_share_uncertain():
    pth = Measurement(analyte="pth", value="900 pg/mL", assay="1-84")

    usual = drawn(record()).parameters["assay_share"]
    whole = drawn(record(measurements=(pth,))).parameters["assay_share"]

    assert set(usual) == {MINERAL.parameters["assay_share"].value}
    assert np.ptp(whole) > 0
    assert (whole < 1).all()


def test_kidneys_of_which_nothing_is_said_do_not_filter():
    some = Record(person=Person(label="A", residual_gfr=Quantity(5, "mL/min")))

    assert not drawn(record()).unsaid["residual_filtration"].any()
    assert drawn(some).unsaid["residual_filtration"] == pytest.approx(0.3)


def test_a_binder_that_nobody_reported_is_taken_only_where_none_is_named():
    sevelamer = Drug(drug="sevelamer", dose="2.4 g/day")
    named = record(therapy=Plan(name="Past", base="none", steps=(sevelamer,)))
    without = latent(MINERAL, PEOPLE, record(), is_without_binders=True)

    assert drawn(record(), size=200).unsaid["unreported_binder"].max() > 0
    assert not drawn(named, size=200).unsaid["unreported_binder"].any()
    assert not patients(without, numbers_of(without, 200)).unsaid["unreported_binder"].any()


def test_every_range_in_a_plan_finds_numbers_spread_evenly_over_the_draws():
    people = drawn(record(), size=8)

    never = {"unreported_binder", "residual_filtration"}
    assert set(people.unsaid) - never <= set(people.uniform)
    assert {"dialysis.hours_per_week", "procedure.glands_left"} <= set(people.uniform)
    parts = np.floor(8 * people.uniform["drug.sevelamer.adherence"])
    assert sorted(parts) == list(range(8))


def test_every_drug_has_a_dose_and_an_adherence_of_its_own():
    people = drawn(record(), size=40)

    ours, theirs = (people.unsaid[f"drug.{n}.adherence"] for n in ("sevelamer", "cinacalcet"))
    assert abs(np.corrcoef(ours, theirs)[0, 1]) < 0.5
    assert (people.unsaid["drug.sevelamer.dose"] > 0).all()


# What goes together

GLAND, TURNOVER, FOOD = "state.gland_mass", "parameter.bone_turnover", "diet.calcium"


def correlated(*pairs: tuple[str, str, float], size: int = 400):
    """People of whom these quantities, and no others, go together."""
    said = tuple(
        Correlation(between=(first, second), value=value, source=Assumed("an example"))
        for first, second, value in pairs
    )
    return drawn(record(), size=size, people=replace(PEOPLE, correlations=said))


def logs(people) -> np.ndarray:
    return np.log([people.gland_mass, people.parameters["bone_turnover"], people.unsaid[FOOD]])


def test_quantities_go_together_as_far_as_the_population_says():
    pairs = ((GLAND, TURNOVER, 0.7), (GLAND, FOOD, -0.4), (TURNOVER, FOOD, 0.1))
    wanted = np.eye(3)
    wanted[[0, 1, 0, 2, 1, 2], [1, 0, 2, 0, 2, 1]] = 0.7, 0.7, -0.4, -0.4, 0.1, 0.1

    found = np.corrcoef(logs(correlated(*pairs)))

    assert found == pytest.approx(wanted, abs=0.1)  # 400 people: two standard errors


def test_what_goes_together_spreads_as_before():
    alone, together = logs(correlated()), logs(correlated((GLAND, TURNOVER, 0.8)))

    # the percentiles of 400 people: a standard error is a fifteenth of the spread
    for before, after in zip(alone, together, strict=True):
        levels = np.percentile(before, (10, 50, 90)), np.percentile(after, (10, 50, 90))
        assert levels[1] == pytest.approx(levels[0], abs=0.3 * np.std(before))


def test_what_goes_with_nothing_is_drawn_as_before():
    alone, together = correlated(), correlated((GLAND, TURNOVER, 0.8))
    differ = {
        n for n, v in alone.parameters.items() if not np.array_equal(v, together.parameters[n])
    }

    assert differ == {"bone_turnover"}
    assert all(np.array_equal(v, together.unsaid[n]) for n, v in alone.unsaid.items())


def test_one_person_can_be_drawn_though_quantities_go_together():
    assert correlated((GLAND, TURNOVER, 0.8), size=1).gland_mass.shape == (1,)


@pytest.mark.parametrize("name", ["parameter.reference_pth", "lesion.volume", "drug.adherence"])
def test_what_is_not_drawn_once_for_each_patient_goes_with_nothing(name):
    with pytest.raises(ModelError, match=r"is not drawn once for each patient"):
        correlated((GLAND, name, 0.5))


def test_a_parameter_that_the_model_does_not_have_is_refused_with_a_guess():
    spread = replace(PEOPLE.quantities[FOOD], name="parameter.bone_turnovr")
    people = replace(PEOPLE, quantities={**PEOPLE.quantities, spread.name: spread})

    with pytest.raises(ModelError, match=r"Did you mean 'parameter.bone_turnover'"):
        latent(MINERAL, people, record())


def test_a_population_keeps_to_the_bounds_of_a_parameter():
    spread = replace(PEOPLE.quantities[FOOD], name=TURNOVER)  # in mmol/h, but up to 2
    people = replace(PEOPLE, quantities={**PEOPLE.quantities, TURNOVER: spread})

    with pytest.raises(ModelError, match=r"Keep to the model's mmol/h, between 0.05 and 0.9"):
        latent(MINERAL, people, record())
