"""Shares are words, never certainty."""

import pytest

import outlooks
from brushite.compare import side_by_side
from brushite.forecast import Share
from brushite.goals import KDIGO
from brushite.report.numbers import figure_of, plain, ticks, time_ticks
from brushite.report.sentences import doubts, result, share_in_words


def test_a_share_of_many_courses_is_never_certain():
    words = {share_in_words(Share(count, 300), short=True) for count in range(301)}

    assert "about 5 %" in words
    assert not words & {"about 0 %", "about 100 %"}


def test_few_courses_are_counted():
    assert share_in_words(Share(7, 8)) == "in 7 of 8 courses"


def test_many_courses_are_rounded_to_five_percent():
    assert share_in_words(Share(187, 300)) == "in about 60 % of courses"
    assert share_in_words(Share(299, 300)) == "in over 95 % of courses"
    assert share_in_words(Share(2, 300)) == "in under 5 % of courses"


def test_what_nobody_could_judge_is_not_a_share():
    assert share_in_words(None) == share_in_words(Share(0, 0)) == "cannot evaluate"


def test_the_result_compares_with_the_first_plan_and_gives_both_numbers():
    said = result(outlooks.comparison())

    assert said.startswith("At week 52: Plan B (Parathyroidectomy 7/8) ends, beside plan A")
    assert "PTH lower in 8 of 8 courses" in said


def test_the_result_says_what_mostly_becomes_of_the_distance_from_the_target():
    said = result(outlooks.comparison())

    assert " pg/mL; nearer to target in 8 of 8 courses)" in said
    assert "mmol/L; as near to target in 8 of 8 courses)" in said


def test_one_plan_alone_says_its_shares_in_target():
    said = result(outlooks.comparison(operated=()))

    assert "Under plan A (Current care)" in said
    assert "in target in 8 of 8 courses" in said


def test_plans_that_end_alike_are_not_called_lower():
    said = result(side_by_side([outlooks.run(), outlooks.run("Same")], KDIGO, seed=1))

    assert "PTH the same" in said


def test_failed_courses_stand_among_the_doubts_with_their_reason():
    said = doubts(outlooks.comparison(failed=(2,)), None)

    assert said[0].startswith("Plan A: 1 of 8 courses could not be computed: stopped between")


def test_few_draws_and_arteries_stand_among_the_doubts():
    said = " ".join(doubts(outlooks.comparison(), None))

    assert "Only 8 courses" in said
    assert "Arterial calcification is that at the end over that at the start" in said


def test_a_plan_that_nobody_survives_stands_among_the_doubts():
    fatal = outlooks.run("Feast")
    fatal.values["observed_phosphate"][:, 10:] *= 5

    said = doubts(side_by_side([outlooks.run(), fatal], KDIGO, seed=1), None)

    assert said[0].startswith("Plan B: from week 10 on the median of phosphate lies outside")
    assert not any(doubt.startswith("Plan A: from") for doubt in said)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1512.3, "1510"), (0.000123, "0.000123"), (12345678, "12300000"), (-2, "-2")],
)
def test_numbers_have_no_exponent(value, text):
    assert plain(value) == text


def test_a_number_that_is_not_known_is_a_dash():
    assert figure_of(float("nan"), "mmol/L") == "–"


def test_ticks_lie_within_their_axis():
    assert ticks(0, 2156, 4) == (0, 1000, 2000)


def test_a_long_axis_counts_in_months():
    assert time_ticks(0, 52 * 168, 8)[1][1] == "+8 wk"
    assert time_ticks(0, 200 * 168, 8)[1][1].endswith("mo")
