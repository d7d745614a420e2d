"""Numbers of two languages."""

import pytest

from brushite.intake.casereport.numbers import counted, readings


@pytest.mark.parametrize(
    ("written", "language", "first"),
    [
        ("1363", "fr", 1363),
        ("41,5", "fr", 41.5),
        ("41,5", "en", 41.5),  # two figures behind a comma can only be decimals
        ("41.5", "fr", 41.5),
        ("1 250", "fr", 1250),
        ("1'430", "fr", 1430),
        ("1,850", "en", 1850),
        ("1,850", "fr", 1.85),
        ("1.850", "en", 1.85),
        ("1,234,567", "en", 1234567),
        ("1.250,5", "fr", 1250.5),
        ("1,250.5", "en", 1250.5),
        ("0,850", "en", 0.85),  # nothing begins with a thousand of nought
    ],
)
def test_a_number_is_read_as_its_language_has_it(written, language, first):
    assert readings(written, language).first == first


def test_three_figures_behind_a_sign_read_two_ways():
    assert set(readings("1,850", "en").values) == {1850, 1.85}
    assert readings("12,5", "en").values == (12.5,)


def test_counts_are_read_in_words():
    assert [counted(w) for w in ("six", "douze", "dix-huit", "2,5", "une")] == [6, 12, 18, 2.5, 1]
