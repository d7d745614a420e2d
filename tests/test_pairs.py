"""The same draw under two plans says which of them is better, on courses written by hand."""

import math

import courses
from brushite.forecast import Share, forecast
from brushite.goals import Goal, Goals
from brushite.pairs import Odds, pairs

PTH = Goal(output="pth", wish="a range", source="a test", range=(130, 585))


def pair(first, second, *, output="pth", quantity="observed_pth", goals=(PTH,)):
    """What the second plan, B, is beside the first, A; a list of readings for each draw."""
    seen = {
        letter: forecast(courses.run(**{quantity: rows}), seed=1, goals=Goals(goals))
        for letter, rows in (("A", first), ("B", second))
    }
    (found,) = (p for p in pairs(seen) if (p.output, p.plan) == (output, "B"))
    return found


def odds(better, same, worse):
    of = better + same + worse
    return Odds(Share(better, of), Share(same, of), Share(worse, of))


def ends(*values):
    return [[900, value] for value in values]


def test_nearer_to_the_target_at_the_end_is_better_from_above_and_from_below():
    found = pair(ends(900, 50, 600, 100), ends(600, 100, 900, 50))

    assert found.at_end == odds(2, 0, 2)


def test_inside_the_target_all_values_are_equally_near():
    assert pair(ends(585, 140), ends(130, 580)).at_end == odds(0, 2, 0)


def test_a_lower_value_below_the_target_is_worse():
    found = pair(ends(140), ends(20))

    assert found.at_end == odds(0, 0, 1)
    assert found.lower == Share(1, 1)


def test_too_low_and_too_high_by_as_much_are_the_same():
    assert pair(ends(600), ends(115)).at_end == odds(0, 1, 0)


def test_draws_are_held_against_themselves_and_not_against_others():
    """All ends are those of the other plan, yet in two of three draws B is nearer."""
    found = pair(ends(700, 800, 600), ends(600, 700, 800))

    assert found.at_end == odds(2, 0, 1)


def test_more_readings_in_target_after_today_are_better():
    first = [[900, 900, 300, 300], [300, 900, 900, 300], [900, 300, 900, 300]]
    second = [[900, 300, 300, 300], [900, 900, 900, 300], [900, 900, 900, 300]]

    assert pair(first, second).time == odds(1, 1, 1)


def test_only_draws_that_both_plans_could_compute_count():
    found = pair([[900, 900], [900, math.nan], [900, 900]], [[900, 300], [900, 300], [900] * 2])

    assert found.at_end == odds(1, 1, 0)
    assert found.time == odds(1, 1, 0)
    assert found.lower == Share(1, 2)


def test_a_mass_is_better_smaller():
    found = pair(
        [[100, 100], [100, 80], [100, 50]],
        [[100, 60], [100, 80], [100, 90]],
        output="mass volume",
        quantity="lesion_1_volume",
    )

    assert found.at_end == odds(1, 1, 1)
    assert found.time is None


def test_a_mass_with_a_target_is_judged_by_it():
    goal = Goal(output="mass volume", wish="small", source="a test", range=(0, 80))

    found = pair(
        ends(70, 90), ends(60, 80), output="mass volume", quantity="lesion_1_volume", goals=(goal,)
    )

    assert found.at_end == odds(1, 1, 0)


def test_without_a_target_a_plan_is_only_lower_or_higher():
    found = pair(ends(300, 300, 300), ends(200, 300, 400), goals=())

    assert (found.at_end, found.time) == (None, None)
    assert (found.lower, found.higher) == (Share(1, 3), Share(1, 3))


def test_turned_round_what_was_better_is_worse():
    seen = {
        letter: forecast(courses.run(observed_pth=rows), seed=1, goals=Goals((PTH,)))
        for letter, rows in (("A", ends(900, 300)), ("B", ends(300, 300)))
    }
    there, back = pairs(seen)

    assert (there.plan, there.other, back.plan, back.other) == ("A", "B", "B", "A")
    assert (there.at_end.worse, there.lower) == (back.at_end.better, back.higher)
    assert back.at_end == odds(1, 1, 0)
