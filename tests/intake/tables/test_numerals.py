"""Numbers of cells."""

import pytest

from brushite.intake.tables.numerals import marks, numeral


@pytest.mark.parametrize(
    ("text", "comma", "point"),
    [
        ("350", 350, 350),
        ("1 250", 1250, 1250),
        ("1\u202f250,5", 1250.5, None),
        ("2,35", 2.35, None),
        ("2.35", None, 2.35),
        ("1,250", 1.25, 1250),
        ("1.250", 1250, 1.25),
        ("0,125", 0.125, None),
        ("1.250,5", 1250.5, None),
        ("1,250.5", None, 1250.5),
        ("1,250,000", None, 1250000),
        ("12345,678", 12345.678, None),
        (",5", 0.5, None),
    ],
)
def test_a_number_is_read_with_each_mark_that_it_can_have(text, comma, point):
    found = numeral(text)

    assert found is not None
    assert (found.comma, found.point) == (comma, point)


@pytest.mark.parametrize(
    ("text", "limit", "value"),
    [
        ("< 5", "below", 5),
        ("<0,5", "below", 0.5),
        ("≤4", "below", 4),
        ("inférieur à 3", "below", 3),
        ("> 2500", "above", 2500),
        ("Sup. à 100", "above", 100),
    ],
)
def test_a_bound_keeps_its_side(text, limit, value):
    found = numeral(text)

    assert found is not None
    assert (found.limit, found.readings) == (limit, (value,))


@pytest.mark.parametrize(
    "text",
    ["", "neg", "ND", "hémolysé", "12/01/2024", "1-84", "2,2-2,6", "1e5", "5,", "12 34", "#REF!"],
)
def test_what_is_no_number_is_none(text):
    assert numeral(text) is None


def test_a_column_shows_its_mark_by_the_numbers_that_read_one_way():
    def shown(*texts):
        return marks(found for text in texts if (found := numeral(text)))

    assert shown("2,35", "1,250") == {"comma"}
    assert shown("2.35", "1,250") == {"point"}
    assert shown("350", "1,250") == set()
    assert shown("2.35", "2,35") == {"comma", "point"}
