"""Values that do not fit their column, and the reading that is offered first."""

import pytest

from brushite.intake.review import decided, typed
from brushite.intake.tables.table import read_table


@pytest.fixture
def read(tmp_path):
    def reading(text):
        path = tmp_path / "labs.csv"
        path.write_text(text)
        return read_table(path)

    return reading


def readings(doubt):
    return [[str(f.content.value) for f in doubt.facts(i)] for i in range(len(doubt.options))]


def test_one_odd_value_does_not_change_the_unit_of_its_column(read):
    odd, column = read("date,P\n2020-03-14,6.1\n2020-03-15,5.8\n2020-07-16,40\n").doubts

    assert readings(column) == [["6.1 mg/dL", "5.8 mg/dL"]]
    assert "5.8 to 6.1 would be plausible for phosphate in mg/dL" in column.question
    assert "cell B4 (2020-07-16): '40' is not plausible for phosphate in mg/dL" in odd.question
    assert odd.options == ()


def test_one_odd_value_beside_another_waits_by_itself_in_the_unit_that_is_stated(read):
    reading = read("date,Ca (mmol/L),P\n2020-03-14,2.3,\n2020-03-15,22,\n")

    assert [str(m.value) for m in reading.record.measurements] == ["2.3 mmol/L"]
    (doubt,) = reading.doubts
    assert "22 mmol/L" in doubt.question
    assert doubt.options == ()


def test_a_comma_is_first_read_as_the_value_that_is_usual_on_dialysis(read):
    reading = read('date,PTH (pg/mL)\n2020-03-14,"1,250"\n2020-03-15,"1,850"\n')

    assert [readings(d)[0] for d in reading.doubts] == [["1250 pg/mL"], ["1850 pg/mL"]]
    (doubt,) = read('date,Ca (mmol/L)\n2020-03-14,"2,350"\n').doubts
    assert readings(doubt)[0] == ["2.35 mmol/L"]


def test_the_present_comes_in_with_a_column_whose_dates_wait(read):
    (doubt,) = read("date,Ca\n04/03/2020,9.8\n06/07/2020,9.1\n").doubts

    present = [str(f.content) for i in (0, 1) for f in doubt.facts(i) if f.kind == "now"]
    assert present == ["2020-07-06", "2020-06-07"]


def test_the_question_on_a_cell_without_a_number_is_answered_by_a_bare_value(read):
    (doubt,) = read("date,Ca (mmol/L)\n2020-03-14,2.3\n2020-03-15,2?4\n").doubts

    assert "cell B3 (2020-03-15)" in doubt.question
    content = decided("labs.csv", doubt, typed("2,4 mmol/L")).fact.content
    assert (content.analyte, str(content.value), str(content.taken)) == (
        "calcium",
        "2.4 mmol/L",
        "2020-03-15",
    )
