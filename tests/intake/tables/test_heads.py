"""Heads of two rows: patients, dates and times about dialysis are not lost."""

import openpyxl
import pytest

from brushite.errors import FileError
from brushite.intake.tables.table import read_table

HEAD = ["Patient", "Date", "Before dialysis", None, "After dialysis", None]
UNITS = [None, None, "Ca mmol/L", "P mmol/L", "Ca mmol/L", "P mmol/L"]
BODY = [
    ["A", "2020-01-13", 2.3, 2.1, 2.6, 0.9],
    ["B", "2020-02-13", 2.4, 2.2, 2.7, 1.0],
]
EXPECTED = [
    ("calcium", "2.4 mmol/L", "before dialysis"),
    ("phosphate", "2.2 mmol/L", "before dialysis"),
    ("calcium", "2.7 mmol/L", "after dialysis"),
    ("phosphate", "1 mmol/L", "after dialysis"),
]


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    for line in (HEAD, UNITS, *BODY):
        book.active.append(line)
    for ref in ("C1:D1", "E1:F1"):
        book.active.merge_cells(ref)
    path = tmp_path / "labs.xlsx"
    book.save(path)
    return path


def values(reading):
    return [(m.analyte, str(m.value), m.timing) for m in reading.record.measurements]


def test_a_merged_head_over_another_says_when_about_dialysis_and_of_whom(workbook):
    reading = read_table(workbook, patient="B")

    assert values(reading) == EXPECTED
    assert reading.record.measurements[0].origin.place == "sheet Sheet, cell C4"
    with pytest.raises(FileError, match="several patients"):
        read_table(workbook)


def test_two_rows_of_a_head_in_text_are_one(tmp_path):
    path = tmp_path / "labs.csv"
    lines = [["" if c is None else str(c) for c in line] for line in (HEAD, UNITS, *BODY)]
    path.write_text("\n".join(",".join(line) for line in lines))

    assert values(read_table(path, patient="B")) == EXPECTED


def test_names_under_a_group_without_a_time_keep_their_own(tmp_path):
    path = tmp_path / "labs.csv"
    path.write_text("Date,Bone markers,\n,Ca mmol/L,PTH pg/mL\n2020-01-13,2.3,300\n")

    assert values(read_table(path)) == [
        ("calcium", "2.3 mmol/L", "unknown"),
        ("pth", "300 pg/mL", "unknown"),
    ]
