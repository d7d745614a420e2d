from dataclasses import replace

import numpy as np
import pytest

from brushite.distribution import Correlation, matrix
from brushite.equations import Assumed
from brushite.errors import ModelError
from brushite.inference.prior import last_size, prior
from brushite.model import MINERAL
from brushite.plan import Moment
from brushite.population import Population
from brushite.record import Lesion, Person, Record, Size
from brushite.units import Quantity

PEOPLE = Population.named("haemodialysis")


def record(*lesions: Lesion) -> Record:
    return Record(person=Person(label="Someone"), lesions=lesions)


def lesion(*sizes: Size) -> Lesion:
    return Lesion(name="hip", site="hip", sizes=sizes)


def centimetres(*values: float) -> tuple[Quantity, ...]:
    return tuple(Quantity(v, "cm") for v in values)


def drawn(of: Record, size: int = 40):
    return prior(MINERAL, PEOPLE, of, size=size, seed=7)


def test_the_same_seed_draws_the_same_people():
    once, again = drawn(record()), drawn(record())

    assert np.array_equal(once.gland_mass, again.gland_mass)
    assert all(np.array_equal(v, again.parameters[n]) for n, v in once.parameters.items())


def test_every_fixed_parameter_is_the_same_in_all():
    fixed = drawn(record()).parameters["reference_pth"]

    assert set(fixed) == {300.0}


def test_the_values_of_a_quantity_fall_into_equally_likely_parts():
    distribution = PEOPLE.quantities["state.gland_mass"]
    edges = [distribution.at(i / 8) for i in range(1, 8)]

    parts = np.digitize(drawn(record(), size=8).gland_mass, edges)

    assert sorted(parts) == list(range(8))


def test_a_parameter_keeps_within_its_bounds():
    people = drawn(record(), size=200)

    for name, parameter in MINERAL.parameters.items():
        low, high = parameter.between
        assert (people.parameters[name] >= low).all(), name
        assert (people.parameters[name] <= high).all(), name


def test_three_diameters_give_an_ellipsoid_less_its_lobes():
    size = Size(axes=centimetres(8.6, 7.6, 5.9))

    volumes = drawn(record(lesion(size)))

    share = volumes.volumes[1] / 201.9
    assert np.median(share) == pytest.approx(0.62, rel=0.1)
    assert share.max() <= 1.1


def test_one_length_leaves_the_volume_wide_open():
    volumes = drawn(record(lesion(Size(axes=centimetres(10)))), size=400).volumes[1]

    assert np.percentile(volumes, 95) / np.percentile(volumes, 5) > 4


def test_a_measured_volume_is_taken_as_it_is():
    volumes = drawn(record(lesion(Size(volume=Quantity(0.12, "L"))))).volumes[1]

    assert set(volumes) == {120.0}


def test_a_size_after_now_is_not_looked_at():
    early = Size(volume=Quantity(100, "mL"), taken=Moment(offset=Quantity(-4, "weeks")))
    late = Size(volume=Quantity(20, "mL"), taken=Moment(offset=Quantity(8, "weeks")))
    of = record(lesion(early, late))

    assert last_size(of.lesions[0], of) == early


def test_an_unreported_size_comes_from_the_population():
    volumes = drawn(record(lesion()), size=200).volumes[1]

    assert np.median(volumes) == pytest.approx(PEOPLE.quantities["lesion.volume"].median, rel=0.2)


def test_a_mass_in_a_hand_is_flatter_than_one_beside_a_hip():
    hand = Lesion(name="right palm", site="hand", sizes=(Size(axes=centimetres(10)),))
    hip = Lesion(name="hip", site="hip", sizes=(Size(axes=centimetres(10)),))

    people = drawn(record(hand, hip))

    assert np.median(people.volumes[1]) < 60 < np.median(people.volumes[2])


def test_a_mass_in_a_hand_has_less_room_to_grow():
    hand = Lesion(name="right palm", site="hand")
    hip = Lesion(name="hip", site="hip")

    people = drawn(record(hand, hip)).parameters

    limits = people["lesion_1_volume_limit"], people["lesion_2_volume_limit"]
    assert np.median(limits[0]) < np.median(limits[1]) / 2


def test_a_measured_mineral_mass_sets_the_density():
    size = Size(volume=Quantity(100, "mL"), mineral=Quantity(25, "g"))

    people = drawn(record(lesion(size)))

    assert set(people.parameters["lesion_1_density"]) == {0.25}


def test_a_heavy_person_has_more_water():
    heavy = Record(person=Person(label="Someone", weight=Quantity(105, "kg")))

    ratio = drawn(heavy).parameters["dry_volume"] / drawn(record()).parameters["dry_volume"]

    assert ratio == pytest.approx(1.5)


def test_every_range_in_a_plan_finds_numbers_spread_evenly_over_the_draws():
    people = drawn(record(), size=8)

    assert people.uniform.keys() == people.unsaid.keys()
    parts = np.floor(8 * people.uniform["drug.sevelamer.adherence"])
    assert sorted(parts) == list(range(8))


def correlated(*pairs: tuple[str, str, float], size: int = 400):
    """People of whom these quantities, and no others, go together."""
    said = tuple(
        Correlation(between=(first, second), value=value, source=Assumed("an example"))
        for first, second, value in pairs
    )
    people = replace(PEOPLE, correlations=said)
    return prior(MINERAL, people, record(), size=size, seed=7)


GLAND, TURNOVER, FOOD = "state.gland_mass", "parameter.bone_turnover", "diet.calcium"


def logs(people) -> np.ndarray:
    return np.log([people.gland_mass, people.parameters["bone_turnover"], people.unsaid[FOOD]])


def test_quantities_go_together_as_far_as_the_population_says():
    pairs = ((GLAND, TURNOVER, 0.7), (GLAND, FOOD, -0.4), (TURNOVER, FOOD, 0.1))
    wanted = matrix((GLAND, TURNOVER, FOOD), correlated(*pairs).correlations[:0])
    wanted[[0, 1, 0, 2, 1, 2], [1, 0, 2, 0, 2, 1]] = 0.7, 0.7, -0.4, -0.4, 0.1, 0.1

    found = np.corrcoef(logs(correlated(*pairs)))

    assert found == pytest.approx(wanted, abs=0.1)  # 400 people: two standard errors


def test_what_goes_together_is_spread_as_evenly_as_before():
    alone, together = logs(correlated()), logs(correlated((GLAND, TURNOVER, 0.8)))

    assert np.array_equal(np.sort(alone), np.sort(together))


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
        prior(MINERAL, people, record(), size=2, seed=1)


def test_a_population_keeps_to_the_bounds_of_a_parameter():
    spread = replace(PEOPLE.quantities[FOOD], name=TURNOVER)  # in mmol/h, but up to 2
    people = replace(PEOPLE, quantities={**PEOPLE.quantities, TURNOVER: spread})

    with pytest.raises(ModelError, match=r"Keep to the model's mmol/h, between 0.05 and 0.9"):
        prior(MINERAL, people, record(), size=2, seed=1)
