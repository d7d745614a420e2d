"""Plans are compared draw by draw, and the first plan is the one to beat."""

import numpy as np
import pytest

import outlooks
from brushite.compare import compare, side_by_side
from brushite.errors import EngineError, PlanError
from brushite.forecast import Share
from brushite.goals import KDIGO
from brushite.record import Laboratory
from brushite.twin import Interval
from brushite.units import Quantity


def test_plans_are_lettered_in_order():
    letters = [o.letter for o in outlooks.comparison(operated=("x", "y")).outlooks]

    assert letters == ["A", "B", "C"]


def test_an_operation_ends_with_lower_pth_in_every_pair_of_courses():
    pair = outlooks.comparison().pair("pth", "B", "A")

    assert (pair.lower.count, pair.lower.of) == (8, 8)


def test_the_same_plan_twice_is_lower_in_no_course():
    goals = KDIGO.of(outlooks.record())
    twice = side_by_side([outlooks.run(), outlooks.run()], goals, seed=1)

    pair = twice.pair("pth", "B", "A")
    assert (pair.lower.count, pair.higher.count, pair.at_end.same.count) == (0, 0, 8)


def test_the_same_plan_twice_has_the_same_bands():
    twice = side_by_side([outlooks.run(), outlooks.run()], KDIGO, seed=1)

    first, second = (o.forecast.outputs["pth"].quantiles for o in twice.outlooks)
    assert (first == second).all()


def test_a_pair_counts_only_courses_that_both_plans_could_compute():
    runs = [outlooks.run(failed=(0,)), outlooks.run("B", operated=True, failed=(1,))]

    pair = side_by_side(runs, KDIGO, seed=1).pair("pth", "B", "A")

    assert pair.lower.of == 6


def test_a_plan_of_which_no_course_could_be_computed_is_an_error_of_the_engine():
    with pytest.raises(EngineError, match="No course of plan"):
        side_by_side([outlooks.run(failed=range(8))], KDIGO, seed=1)


def test_no_plan_cannot_be_compared():
    with pytest.raises(PlanError):
        compare(None, [], seed=1)


# Safety


def test_pth_under_twice_the_limit_counts_as_over_suppressed():
    high_limit = outlooks.record(laboratory=Laboratory(pth_upper_limit=Quantity(150, "pg/mL")))

    by_limit = [
        outlooks.comparison(of=of).outlooks[1].safety.over_suppressed
        for of in (outlooks.record(), high_limit)
    ]

    assert by_limit[0].count == 0
    assert by_limit[1].count == 8


def test_over_suppression_cannot_be_evaluated_without_the_laboratorys_limit():
    unknown = outlooks.comparison(of=outlooks.record(laboratory=Laboratory()))

    assert unknown.outlooks[1].safety.over_suppressed is None


def test_without_that_limit_pth_under_twice_a_usual_one_is_counted_apart():
    unknown = outlooks.comparison(of=outlooks.record(laboratory=Laboratory()))
    known = outlooks.comparison()

    before, after = (o.safety.under_usual for o in unknown.outlooks)
    assert (before.limit, before.share.count, after.share.of) == (65, 0, 8)
    assert after.share.count == int(
        (unknown.outlooks[1].forecast.outputs["pth"].true[:, -1] < 130).sum()
    )
    assert known.outlooks[1].safety.under_usual is None


def test_one_reading_under_1_9_is_enough_for_hypocalcaemia():
    run = outlooks.run()
    run.values["observed_calcium"][2, 7] = 1.85

    safety = side_by_side([run], KDIGO, seed=1).outlooks[0].safety

    assert safety.hypocalcaemia.courses == Share(1, 8)
    assert safety.hypercalcaemia.courses == Share(0, 8)
    assert safety.lowest_calcium.low < 2.2 < safety.lowest_calcium.median


def test_hours_and_tablets_are_counted_over_the_whole_time():
    burden = outlooks.comparison().outlooks[0].safety.burden

    assert burden.dialysis_hours.middle == pytest.approx(12)
    assert burden.tablets.middle == pytest.approx(3 / 1.25 * 7)


def test_arteries_are_calcified_in_times_of_the_start():
    run = outlooks.run(failed=(0,))
    arteries = side_by_side([run], KDIGO, seed=1).outlooks[0].safety.burden.arteries

    assert arteries.high == pytest.approx(1.3)
    assert 1.1 < arteries.low < arteries.middle < arteries.high


def test_arteries_that_nobody_read_have_no_number():
    run = outlooks.run()
    del run.values["arterial_burden"]

    assert np.isnan(side_by_side([run], KDIGO, seed=1).outlooks[0].safety.burden.arteries.middle)


def test_capsules_at_sessions_count_and_injections_do_not():
    run = outlooks.run(draws=1)
    end = outlooks.WEEKS * 168.0
    bars = (
        Interval(lane="drug: calcitriol", label="2 ug/session", start=0, end=end, weekly=6.0),
        Interval(lane="drug: etelcalcetide", label="5 mg/session", start=0, end=end, weekly=15.0),
    )
    object.__setattr__(run, "courses", (bars,))

    burden = side_by_side([run], KDIGO, seed=1).outlooks[0].safety.burden

    assert burden.tablets.middle == pytest.approx(6 / 0.25)


def test_a_drug_for_half_of_the_time_is_half_the_tablets():
    run = outlooks.run(draws=1)
    half = outlooks.WEEKS * 168 / 2
    bars = ((Interval(lane="drug: sevelamer", label="4.8 g/day", start=0, end=half, weekly=33.6),),)
    object.__setattr__(run, "courses", bars)

    burden = side_by_side([run], KDIGO, seed=1).outlooks[0].safety.burden

    assert burden.tablets.middle == pytest.approx(4.8 / 0.8 * 7 / 2)
