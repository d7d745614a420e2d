"""What is told of a plan's way is counted by its definitions, on courses whose answer is known."""

import math

import numpy as np
import pytest

import courses
from brushite.attainment import Spread, attainments, episodes, extremes, mass_change
from brushite.compare import side_by_side
from brushite.forecast import Share, forecast
from brushite.goals import Goal, Goals

NAN = math.nan
GOALS = Goals((Goal(output="calcium", wish="a range", source="a test", range=(2.0, 2.5)),))
IN, LOW, HIGH = 2.2, 1.8, 2.8


def seen(*calcium):
    return forecast(courses.run(observed_calcium=calcium), seed=1, goals=GOALS)


def attained(*calcium):
    return attainments(seen(*calcium))["calcium"]


# Time in target


def test_the_time_in_target_counts_the_readings_after_today():
    assert attained([HIGH, IN, IN, HIGH, IN]).time.median == 3 / 4
    assert attained([IN, HIGH, HIGH, HIGH, IN]).time.median == 1 / 4


def test_the_ends_of_a_target_lie_inside():
    assert attained([HIGH, 2.0, 2.5, 1.9999, 2.5001]).time.median == 2 / 4


def test_the_time_in_target_is_the_median_over_courses_with_its_spread():
    shares = attained(*([HIGH] + [IN] * n + [HIGH] * (20 - n) for n in range(21))).time

    assert shares.median == pytest.approx(0.5)
    assert (shares.low, shares.high) == pytest.approx((0.05, 0.95))


def test_a_draw_that_failed_has_no_time_in_target():
    both = attained([IN] * 6, [HIGH, HIGH, HIGH, NAN, NAN, NAN])

    assert both.time == Spread(1, 1, 1)
    assert both.reached == Share(1, 1)


# Time until a target


def test_a_target_is_reached_at_the_first_of_four_readings_in_a_row():
    way = attained([HIGH, HIGH, IN, IN, IN, IN, HIGH])

    assert way.reached == Share(1, 1)
    assert way.weeks.median == 2


def test_three_readings_in_a_row_have_not_reached_it():
    crossing = [HIGH, IN, IN, IN, HIGH, IN, IN, IN]

    assert attained(crossing).reached == Share(0, 1)
    assert math.isnan(attained(crossing).weeks.median)


def test_a_course_that_crosses_before_it_stays_has_reached_it_when_it_stays():
    assert attained([HIGH, IN, IN, LOW, HIGH, IN, IN, IN, IN]).weeks.median == 5


def test_a_course_that_is_there_today_and_stays_has_reached_it_today():
    assert attained([IN, IN, IN, IN, HIGH]).weeks.median == 0


def test_the_weeks_are_those_of_the_courses_that_get_there():
    there, sooner, never = [HIGH] * 4 + [IN] * 4, [HIGH] * 2 + [IN] * 6, [HIGH] * 8

    way = attained(there, sooner, never, never)

    assert way.reached == Share(2, 4)
    assert way.weeks.median == 3


def test_a_horizon_of_fewer_readings_cannot_say():
    assert attained([IN, IN, IN]).reached is None


def test_a_target_without_numbers_is_not_judged():
    unknown = Goals((Goal(output="calcium", wish="its own", source="a test"),))

    assert attainments(forecast(courses.run(observed_calcium=[[IN]]), seed=1, goals=unknown)) == {}


# Calcium that goes too far


def test_an_episode_is_a_run_of_readings_beyond_the_limit():
    found = episodes(seen([IN, LOW, LOW, IN, LOW, IN, LOW]), "calcium", below=1.9)

    assert found.courses == Share(1, 1)
    assert (found.per_course, found.weeks) == (3, 4)


def test_episodes_and_weeks_are_means_over_all_courses():
    found = episodes(
        seen([IN, HIGH, IN, HIGH], [IN] * 4, [IN] * 4, [IN] * 4), "calcium", above=2.75
    )

    assert found.courses == Share(1, 4)
    assert (found.per_course, found.weeks) == (0.5, 0.5)


def test_a_reading_on_the_limit_is_not_beyond_it():
    assert episodes(seen([IN, 1.9, 1.9]), "calcium", below=1.9).courses == Share(0, 1)
    assert episodes(seen([IN, 2.75, 2.75]), "calcium", above=2.75).courses == Share(0, 1)


def test_the_reading_of_today_is_no_episode_and_no_extreme():
    of = seen([LOW, IN, IN], [3.4, IN, IN])

    assert episodes(of, "calcium", below=1.9).courses == Share(0, 2)
    assert extremes(of, "calcium") == (Spread(IN, IN, IN), Spread(IN, IN, IN))


def test_an_episode_that_goes_on_from_today_counts_once():
    found = episodes(seen([LOW, LOW, LOW, IN]), "calcium", below=1.9)

    assert (found.per_course, found.weeks) == (1, 2)


def test_the_lowest_and_the_highest_calcium_are_of_each_course():
    lowest, highest = extremes(seen([IN, 2.0, 2.4], [IN, 2.1, 2.6], [IN, 2.3, 2.2]), "calcium")

    assert (lowest.median, highest.median) == (2.1, 2.4)


def test_a_draw_that_failed_has_no_episode():
    found = episodes(seen([IN, IN, IN], [IN, LOW, NAN]), "calcium", below=1.9)

    assert (found.courses, found.per_course) == (Share(0, 1), 0)


def test_without_calcium_or_without_a_later_reading_nothing_is_told():
    masses = forecast(courses.run(lesion_1_volume=[[1, 2]]), seed=1)

    for of in (masses, seen([IN])):
        assert episodes(of, "calcium", below=1.9).courses == Share(0, 0)
        assert math.isnan(extremes(of, "calcium")[0].median)


def test_a_comparison_without_a_later_reading_can_be_made():
    outlook = side_by_side([courses.run(observed_calcium=[[IN]])], GOALS, seed=1).outlooks[0]

    assert math.isnan(outlook.goals["calcium"].time.median)


# Masses


def masses(*volumes):
    return mass_change(forecast(courses.run(lesion_1_volume=volumes), seed=1))


def test_a_mass_changes_in_percent_of_that_today():
    change = masses([100, 300, 40], [100, 100, 70], [200, 100, 250])

    assert change.percent.median == pytest.approx(-30)
    assert (change.halved, change.grown) == (Share(1, 3), Share(1, 3))


def test_half_of_a_mass_is_halved_and_the_same_mass_has_not_grown():
    change = masses([100, 50], [100, 100])

    assert (change.halved, change.grown) == (Share(1, 2), Share(0, 2))


def test_a_course_without_a_mass_today_or_to_the_end_is_not_counted():
    change = masses([100, 50], [0, 20], [100, NAN])

    assert change.halved == Share(1, 1)
    assert np.isfinite(change.percent.high)


def test_nobody_with_a_mass_has_no_change():
    assert mass_change(seen([IN, IN])) is None
