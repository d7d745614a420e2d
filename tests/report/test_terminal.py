"""The terminal's page fits, and needs no colour."""

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


def test_the_page_says_that_it_is_no_medical_device():
    assert "no medical device" in page(outlooks.comparison())
