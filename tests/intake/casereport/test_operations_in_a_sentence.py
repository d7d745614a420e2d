"""Operations, and whether they were done, from sentences of our own."""

import pytest

from brushite.intake.casereport import read_case_text
from brushite.plan import Procedure


def status(text, kind="parathyroidectomy"):
    facts = read_case_text(text, source="a letter", label="p").facts
    found = [
        f.status
        for f in facts
        if (isinstance(f.content, Procedure) and f.content.operation == kind)
        or (f.kind == "mention" and f.content == kind)
    ]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On dialysis, she underwent subtotal parathyroidectomy.", "done"),
        ("Dialysé. Une parathyroïdectomie totale a été réalisée.", "done"),
        ("On dialysis. He consented to surgery. Four glands were removed.", "done"),
        ("Dialysée, revue à 3 mois de la parathyroïdectomie.", "done"),
        ("Dialysé. La PTH était à 1400 ng/L la veille de la parathyroïdectomie.", "done"),
        ("On dialysis. Parathyroidectomy was planned.", "proposed"),
        ("On dialysis. Plan: total parathyroidectomy.", "proposed"),
        ("On dialysis. I would suggest parathyroidectomy.", "proposed"),
        ("On dialysis. The patient declined parathyroidectomy.", "not done"),
        ("Dialysé. La parathyroïdectomie n'a pas été réalisée.", "not done"),
        ("On dialysis. She had never undergone parathyroid surgery.", "not done"),
        ("On dialysis. Parathyroidectomy was considered but deemed unnecessary.", "not done"),
    ],
)
def test_a_parathyroidectomy(text, expected):
    assert status(text) == expected


def test_a_biopsy_that_showed_something_was_done():
    assert status("Dialysé. La biopsie cutanée confirmait le diagnostic.", "skin biopsy") == "done"


def test_a_table_of_columns_after_an_operation_says_that_it_was_done():
    text = (
        "A man on haemodialysis.\n\n"
        "Table 1: values before and after parathyroidectomy\n"
        "             Before PTX   Day 1\n"
        "Calcium (mg/dL)   10.7   8.1\n"
        "Phosphate (mg/dL)  7.6   4.9\n"
    )
    assert status(text) == "done"
