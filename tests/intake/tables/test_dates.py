"""Times of cells."""

import datetime

import pytest

from brushite.intake.tables.dates import order_of, unit_of_time, when


def times(cell, **how):
    found = when(cell, **how)
    return [] if found is None else [str(moment) for moment in found.readings]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-01-12", ["2024-01-12"]),
        ("2024-01-12T08:30:00Z", ["2024-01-12"]),
        ("13/01/2024 08:15", ["2024-01-13"]),
        ("01/13/2024", ["2024-01-13"]),
        ("12/01/2024", ["2024-01-12", "2024-12-01"]),
        ("12.01.24", ["2024-01-12"]),
        ("1er mars 2024", ["2024-03-01"]),
        ("lundi 12 févr. 2024", ["2024-02-12"]),
        ("15-août-2023", ["2023-08-15"]),
        ("Jan 15, 2024", ["2024-01-15"]),
        ("janvier 2024", ["2024-01-15, give or take 15 days"]),
        ("20240112", ["2024-01-12"]),
        ("45303", ["2024-01-12"]),
        (45303.4, ["2024-01-12"]),
        (datetime.datetime(2024, 1, 12, 8), ["2024-01-12"]),  # noqa: DTZ001
        ("M0", ["now"]),
        ("M6", ["6 months after now"]),
        ("J-30", ["30 days before now"]),
        ("week 4", ["4 weeks after now"]),
        ("baseline", ["now"]),
        ("J7", ["7 days after now"]),
        ("J1", ["1 day after now"]),
        ("31/02/2024", []),
        ("15 mai", []),
        ("Moyenne", []),
        ("V3", []),
        (2.4, []),
    ],
)
def test_a_time_is_read_in_each_way_that_it_can_be(cell, expected):
    assert times(cell) == expected


def test_bare_numbers_count_in_the_unit_that_the_head_names():
    assert unit_of_time("Mois") == "month"
    assert times(3.0, counted_in="month") == ["3 months after now"]


def test_a_day_above_twelve_shows_the_order_of_a_column():
    assert order_of(map(when, ["01/02/2024", "13/02/2024"])) == "day first"
    assert order_of(map(when, ["01/02/2024", "02/13/2024"])) == "month first"
    assert order_of(map(when, ["01/02/2024", "03/04/2024"])) is None
    assert order_of(map(when, ["13/02/2024", "02/13/2024"])) is None
