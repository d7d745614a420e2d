"""The pull of draws to their data, against a generic minimiser on the same objective."""

import dataclasses

import numpy as np
import pytest
from scipy.optimize import least_squares

from brushite.distribution import Correlation
from brushite.engine.lanes.engine import engine
from brushite.equations import Assumed
from brushite.inference.averaged import averaged_model
from brushite.inference.observations import observations
from brushite.inference.prior import prior
from brushite.inference.pull import Bias, Task, asked, given, misfits, pulled, unbiased
from brushite.inference.versions import moved, moving, value_of, versions
from brushite.model import MINERAL
from brushite.population import Population
from brushite.record import Measurement, Person, Record
from brushite.units import Quantity

PEOPLE = Population.named("haemodialysis")
RECORD = Record(
    person=Person(label="Someone"),
    measurements=(
        Measurement(analyte="pth", value=Quantity(900, "pg/mL")),
        Measurement(analyte="phosphate", value=Quantity(2.0, "mmol/L")),
    ),
)
DRAWS = 4
EVERY = np.arange(DRAWS)


@pytest.fixture(scope="module")
def task():
    wanted, _ = observations(RECORD)
    moves = moving(MINERAL, PEOPLE, wanted)
    among = versions(prior(MINERAL, PEOPLE, RECORD, size=DRAWS, seed=4), wanted, moves, seed=4)
    model = averaged_model(engine(MINERAL), among, (RECORD.therapy, RECORD.now), seed=4)
    names = tuple(dict.fromkeys(o.quantity for o in wanted))
    return Task(among=among, averaged=dataclasses.replace(model, names=names), wanted=wanted)


def begun(task):
    return asked(task, EVERY, np.zeros_like(task.among.starts))[0]


def misfit(task, points):
    return misfits(task, points.at, given(task, points, EVERY))


def missed(task, points):
    """Squared distance from the data alone, which is what a pull can take to nothing."""
    return (((given(task, points, EVERY) - task.among.aims) / task.errors) ** 2).sum(axis=1)


def test_draws_end_nearer_to_their_data_and_within_their_bounds(task):
    start = begun(task)

    best, rests = pulled(task, EVERY, start, unbiased(task))

    assert rests.all()
    assert (missed(task, best) < missed(task, start) / 4).all()
    assert (misfit(task, best) < misfit(task, start)).all()
    assert (best.at >= task.among.lowest).all()
    assert (best.at <= task.among.highest).all()


def test_draws_without_data_stay_where_they_are(task):
    free = dataclasses.replace(
        task,
        wanted=(),
        among=dataclasses.replace(task.among, aims=np.zeros((DRAWS, 0))),
    )

    best, rests = pulled(free, EVERY, begun(free), unbiased(free))

    assert rests.all()
    assert not best.at.any()


def test_scipy_finds_no_better_place_for_a_draw(task):
    chance = np.random.default_rng(6)
    bias = dataclasses.replace(
        unbiased(task), slopes=0.1 * chance.standard_normal(unbiased(task).slopes.shape)
    )
    best, rests = pulled(task, EVERY, begun(task), bias)
    one, count = np.array([2]), len(task.wanted)

    def residuals(x):
        found = asked(task, one, x[None])[0].residuals[0]
        found[:count] += bias.slopes[2] @ x / task.errors
        return found

    def slopes(x):
        found = asked(task, one, x[None])[0].slopes[0]
        found[:count] += bias.slopes[2] / task.errors[:, None]
        return found

    low, high = task.among.lowest[2], task.among.highest[2]
    other = least_squares(
        residuals, np.zeros(len(low)), jac=slopes, bounds=(low, high), xtol=1e-8, ftol=1e-8
    )

    assert rests.all()
    assert np.sum(residuals(best.at[2]) ** 2) == pytest.approx(2 * other.cost, abs=0.02)


def test_a_draw_is_pulled_alike_in_any_order_and_company(task):
    start = begun(task)
    order = np.array([3, 0])

    best, _ = pulled(task, EVERY, start, unbiased(task))
    other, _ = pulled(task, order, start.of(order), unbiased(task))

    assert other.at == pytest.approx(best.at[order], rel=1e-9)


def test_a_bias_is_made_up_for(task):
    """Where sessions add to PTH and phosphate, the averaged model has to give less of them."""
    start = begun(task)
    plain, _ = pulled(task, EVERY, start, unbiased(task))
    bias = dataclasses.replace(unbiased(task), seen=np.full_like(task.among.aims, 0.3))

    best, _ = pulled(task, EVERY, start, bias)

    given_now = given(task, best, EVERY)
    assert (given_now < given(task, plain, EVERY) - 0.1).all()
    assert given_now + 0.3 == pytest.approx(given(task, plain, EVERY), abs=0.15)


def test_a_bias_learns_its_slope_from_two_places():
    def real(offsets):
        return 1 + offsets @ np.array([[2.0], [0.0], [-1.0]])

    places = np.array([[[0.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]], [[1.0, 0.0, 2.0]]])
    bias = Bias(at=places[0], seen=real(places[0]), slopes=np.zeros((1, 1, 3)))
    one = np.array([0])

    for place in places[1:]:
        bias = bias.after(one, place, real(place))

    for place in ([[1.0, 0.0, 2.0]], [[3.0, 0.0, -1.0]]):
        assert bias.expected(np.array(place)) == pytest.approx(real(np.array(place)))


def test_an_offset_moves_a_quantity_on_its_own_scale(task):
    names = [d.name for d in task.among.moves]
    gland = names.index("state.gland_mass")
    offsets = np.zeros_like(task.among.starts)
    offsets[1, gland] = np.log(2) / task.among.moves[gland].sd
    drawn = task.among.drawn

    shifted = moved(task.among, offsets)

    assert shifted.gland_mass[1] == pytest.approx(2 * drawn.gland_mass[1])
    assert shifted.gland_mass[0] == pytest.approx(drawn.gland_mass[0])
    assert value_of(shifted, "diet.calcium") == pytest.approx(value_of(drawn, "diet.calcium"))


def test_a_quantity_at_a_bound_is_told(task):
    among = task.among

    told = among.at_bound(np.where(np.arange(among.starts.shape[1]) == 3, among.highest, 0.0))

    assert told[:, 3].all()
    assert told.sum() == DRAWS


def unmixing(*pairs: tuple[str, str, float]) -> tuple[np.ndarray, list[str]]:
    """What makes offsets independent where these go together, and the names of the offsets."""
    said = tuple(
        Correlation(between=(first, second), value=value, source=Assumed("an example"))
        for first, second, value in pairs
    )
    people = dataclasses.replace(PEOPLE, correlations=said)
    drawn = prior(MINERAL, people, RECORD, size=DRAWS, seed=4)
    among = versions(drawn, (), moving(MINERAL, people, ()), seed=4)
    return among.unmixing, [d.name for d in among.moves]


def test_offsets_of_quantities_that_go_together_cost_less_together_than_apart():
    found, names = unmixing(("state.gland_mass", "diet.calcium", 0.8))
    gland, food = (names.index(n) for n in ("state.gland_mass", "diet.calcium"))
    together, apart = np.zeros((2, len(names)))
    together[[gland, food]] = 1, 1
    apart[[gland, food]] = 1, -1

    # (2 ∓ 2 r)/(1 − r²), from the inverse of the correlations
    assert np.sum((found @ together) ** 2) == pytest.approx(2 / 1.8)
    assert np.sum((found @ apart) ** 2) == pytest.approx(2 / 0.2)


def test_a_quantity_moves_less_freely_where_its_partner_stays():
    found, names = unmixing(("state.gland_mass", "parameter.pth_clearance", 0.6))
    own = names.index("state.gland_mass")

    assert np.sum(found[:, own] ** 2) == pytest.approx(1 / (1 - 0.6**2))


def test_a_bath_that_a_record_may_know_better_holds_nothing_back():
    found, names = unmixing(("state.gland_mass", "dialysis.dialysate_calcium", 0.6))

    assert found == pytest.approx(np.eye(len(names)))
