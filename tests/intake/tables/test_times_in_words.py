"""Rows with words where a time should be, and what the messages on files say."""

import pytest

from brushite.errors import FileError
from brushite.intake.tables.table import read_table


def test_a_row_of_before_an_event_waits_with_all_its_values(tmp_path):
    path = tmp_path / "labs.csv"
    path.write_text(
        "temps;Ca mmol/l;PTH pg/ml\navant parathyroïdectomie;2,6;1850\nJ7;1,8;25\nMoyenne;2,2;900\n"
    )
    reading = read_table(path)

    (doubt,) = reading.doubts
    assert "cell A2: 'avant parathyroïdectomie' is no date" in doubt.question
    assert [str(f.content.value) for f in doubt.facts(0)] == ["2.6 mmol/L", "1850 pg/mL"]
    assert any('"Moyenne" (2,2 in cell B4, 900 in cell C4)' in r for r in reading.remarks)
    assert str(reading.record.measurements[0].taken) == "7 days after now"


def test_a_workbook_of_random_bytes_is_not_called_text(tmp_path):
    path = tmp_path / "labs.xlsx"
    path.write_bytes(bytes(range(129, 200)) + bytes(range(1, 60)))

    with pytest.raises(FileError, match="neither a workbook, Parquet nor text"):
        read_table(path)


def test_a_head_that_is_not_understood_is_told_how_it_can_be_said(tmp_path):
    path = tmp_path / "labs.csv"
    path.write_text("date,calcium_mmol\n2020-01-13,2.3\n")

    with pytest.raises(FileError, match=r"--columns FILE.*calcium_mmol: calcium mmol/L"):
        read_table(path)
