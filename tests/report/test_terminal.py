"""The terminal's page fits, and needs no colour."""

import re

import pytest

import outlooks
from brushite.report.terminal import WIDTH, page


def test_no_line_is_wider_than_118_characters():
    text = page(outlooks.comparison(operated=("x" * 80, "y")), record=outlooks.record())

    assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_colour_is_only_there_when_asked_for():
    one, two = (page(outlooks.comparison(), colour=c) for c in (False, True))

    assert "\x1b" not in one
    assert "\x1b[34mA" in two


def test_a_failed_draw_does_not_break_the_page():
    text = page(outlooks.comparison(failed=(1,)), record=outlooks.record())

    assert "1 of 8 courses could not be computed" in text
    assert "nan" not in text.lower()


def test_every_plan_has_its_letter_in_the_chart():
    lines = page(outlooks.comparison(operated=("x", "y"))).splitlines()

    chart = [line for line in lines if "│" in line]
    assert all(any(f" {letter} " in line for line in chart) for letter in "ABC")


def test_the_legend_names_the_plans_that_the_chart_shows():
    one, five = (page(outlooks.comparison(operated=of)) for of in ((), ("w", "x", "y", "z")))

    assert " A median, " in one
    assert "first three plans" not in one
    assert " A B C medians, " in five
    assert "The chart shows the first three plans; the tables show all." in five


def test_plans_are_held_together_only_where_there_are_two():
    one, two = (page(outlooks.comparison(operated=of)) for of in ((), ("x",)))

    assert "Draw by draw" not in one
    assert "B beside A: time" in two


def test_what_was_reported_later_stands_beside_the_forecast_with_hit_or_miss():
    lines = page(outlooks.comparison(), record=outlooks.record()).splitlines()

    start = lines.index("What was reported later, never fitted")
    table = "\n".join(lines[start : start + 8])
    assert "Plan A" in table
    assert "week 4.3" in table
    assert "miss" in table
    assert "plan A hit 0 of 2, plan B hit 0 of 2." in table


def test_a_record_without_later_values_has_no_such_table():
    assert "reported later, never" not in page(
        outlooks.comparison(), record=outlooks.record(measurements=())
    )


@pytest.mark.parametrize(("draws", "words"), [(8, "0 of 8"), (60, "under 5 %")])
def test_no_share_of_courses_is_ever_0_or_100_percent(draws, words):
    said = page(outlooks.comparison(draws=draws), record=outlooks.record())

    assert words in said
    assert not re.search(r"(?<!\d)(0|100) ?%", said)


def test_the_page_says_that_it_is_no_medical_device():
    assert "no medical device" in page(outlooks.comparison())
