"""Tables hide nothing of what a plan costs."""

import outlooks
from brushite.record import Laboratory
from brushite.report.rows import outcome_rows
from brushite.report.table import safety


def unknown_limit():
    return outlooks.comparison(of=outlooks.record(laboratory=Laboratory()))


def test_without_the_laboratorys_limit_over_suppression_is_told_by_an_assumed_one():
    before, after = (row[1] for row in safety(unknown_limit())[1:])

    told = "cannot evaluate\nunder 130 pg/mL, twice an assumed limit of 65 for intact PTH: "
    assert before == f"{told}0 of 8"
    assert after.startswith(told)


def test_a_program_reads_the_assumed_limit_in_a_row_of_its_own():
    rows = [r for r in outcome_rows(unknown_limit()) if r["measure"].startswith("PTH under")]

    assert [r["meaning"] for r in rows[:2]] == [
        "cannot evaluate",
        "twice an assumed limit of 65 for intact PTH",
    ]
    assert (rows[1]["measure"], rows[1]["courses"], rows[1]["of"]) == ("PTH under 130 pg/mL", 0, 8)


def test_with_the_laboratorys_limit_no_other_is_assumed():
    assert "assumed" not in str(safety(outlooks.comparison()))
