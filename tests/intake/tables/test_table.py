"""Tables of text, from their file to what was read in them."""

import datetime

import pytest

from brushite.errors import FileError
from brushite.intake.reading import added
from brushite.intake.records import record_in, record_text
from brushite.intake.tables.table import read_table


@pytest.fixture
def read(tmp_path):
    def reading(text, *, encoding="utf-8", name="labs.csv", **how):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return read_table(path, **how)

    return reading


def values(record):
    return [
        (m.analyte, f"{m.limit or ''} {m.value}".strip(), str(m.taken)) for m in record.measurements
    ]


WIDE = """Laboratoire du Centre
Patient;X

Date;Calcémie (mmol/L);Phosphore mg/dL;PTH (pg/mL);Créatinine
12/01/2024;2,35;5,4;1 250;800
15/02/2024;2,41;;> 2500;hémolysé
12/03/2024;2,2;4,9;ND;810
"""
EXPECTED = [
    ("calcium", "2.35 mmol/L", "2024-01-12"),
    ("calcium", "2.41 mmol/L", "2024-02-15"),
    ("calcium", "2.2 mmol/L", "2024-03-12"),
    ("phosphate", "5.4 mg/dL", "2024-01-12"),
    ("phosphate", "4.9 mg/dL", "2024-03-12"),
    ("pth", "1250 pg/mL", "2024-01-12"),
    ("pth", "above 2500 pg/mL", "2024-02-15"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_wide_table_is_read_in_every_encoding_of_a_spreadsheet(read, encoding):
    reading = read(WIDE, encoding=encoding)

    assert values(reading.record) == EXPECTED
    assert str(reading.record.now) == "2024-03-12"
    assert reading.doubts == ()
    assert any('"Créatinine"' in remark for remark in reading.remarks)
    assert any('"ND" (cell D7)' in remark for remark in reading.remarks)


def test_each_value_names_its_cell_and_the_record_can_be_written(read):
    record = read(WIDE).record

    assert [str(m.origin.place) for m in record.measurements[:2]] == ["cell B5", "cell B6"]
    assert record_in(record_text(record)) == record


def test_units_may_stand_in_a_second_row(read):
    reading = read("Date\tCa\tP\n\tmmol/L\tmg/dL\n2024-01-13\t2.3\t5.1\n", name="labs.tsv")

    assert values(reading.record) == [
        ("calcium", "2.3 mmol/L", "2024-01-13"),
        ("phosphate", "5.1 mg/dL", "2024-01-13"),
    ]


def test_a_transposed_table_is_read_with_its_units_and_ranges(read):
    reading = read(
        "Paramètre;Unité;Norme;12/01/2024;15/02/2024\n"
        "Calcium total;mmol/L;2,20 - 2,60;2,31;2,28\n"
        "Calcium du bain;mmol/L;;1,5;1,5\n"
        "PTH 1-84;pg/mL;N: 15-65;450;< 5\n",
        encoding="cp1252",
    )

    assert values(reading.record) == [
        ("calcium", "2.31 mmol/L", "2024-01-12"),
        ("calcium", "2.28 mmol/L", "2024-02-15"),
        ("pth", "450 pg/mL", "2024-01-12"),
        ("pth", "below 5 pg/mL", "2024-02-15"),
    ]
    assert str(reading.record.measurements[0].laboratory_range.low) == "2.2 mmol/L"
    assert reading.record.measurements[2].origin.place == "cell D4"
    assert reading.record.laboratory.pth_assay == "1-84"
    assert str(reading.record.measurements[2].laboratory_range.low) == "15 pg/mL"
    assert str(reading.record.laboratory.pth_upper_limit) == "65 pg/mL"


LONG = """date,test_name,value,unit,ref_low,ref_high,flag,comment,loinc
2024-01-12,Calcium,9.4,mg/dL,8.5,10.5,,,17861-6
2024-01-12,Phosphorus,6.1,mg/dL,2.5,4.5,H,non fasting,2777-1
2024-02-12,PTH intact,"1,250",pg/mL,15,65,HH,,2731-8
2024-02-12,"Calcium, urine",200,mg/L,,,,,
"""


def test_a_long_table_is_read_with_what_stands_beside_each_value(read):
    reading = read(LONG)
    calcium, phosphate, pth = reading.record.measurements

    assert (calcium.value.value, str(calcium.taken)) == (9.4, "2024-01-12")
    assert (phosphate.author_remark, phosphate.note) == ("H", "non fasting")
    assert (pth.value.value, pth.assay) == (1250, "intact")
    assert any("Calcium, urine" in remark for remark in reading.remarks)


def test_rows_of_urine_are_left_out_with_a_remark(read):
    reading = read(
        "Date;Nature;Analyse;Résultat;Unité\n"
        "13/01/2024;Sang;Calcium;2,3;mmol/L\n13/01/2024;Urines;Calcium;2,9;mmol/L\n"
    )

    assert values(reading.record) == [("calcium", "2.3 mmol/L", "2024-01-13")]
    assert any("another fluid" in remark for remark in reading.remarks)


def test_an_unknown_loinc_code_or_one_of_another_analyte_makes_a_test_wait(read):
    long = "date,test,value,unit,loinc\n2024-01-13,Calcium,9.4,mg/dL,{}\n"

    for code in ("2004-0", "2777-1"):
        reading = read(long.format(code))
        assert reading.record.measurements == ()
        assert code in reading.doubts[0].question


# --- units --------------------------------------------------------------------------------------


def test_a_column_without_unit_waits_and_the_answer_brings_all_of_it(read):
    reading = read("Date;Ca;PTH (pg/mL)\n13/01/2024;2,35;300\n14/02/2024;2,41;320\n")
    (doubt,) = reading.doubts

    assert [m.analyte for m in reading.record.measurements] == ["pth", "pth"]
    assert "mmol/L" in doubt.question
    assert len(doubt.options) == 1
    assert values(added(reading.record, doubt.facts(0)))[-2:] == [
        ("calcium", "2.35 mmol/L", "2024-01-13"),
        ("calcium", "2.41 mmol/L", "2024-02-14"),
    ]


def test_both_units_are_offered_where_both_are_near_the_usual_values(read):
    (doubt,) = read("Date;25-OH D\n13/01/2024;22\n14/02/2024;30\n").doubts

    assert [option.content.value.unit for option in doubt.options] == ["ng/mL", "nmol/L"]


@pytest.mark.parametrize(
    ("head", "cells", "unit"),
    [
        ("Ca (mmol/L)", (94, 97, 101), "mg/L"),  # not plausible
        ("Ca (mmol/L)", (4.7, 4.9, 4.6), "mEq/L"),  # plausible, yet far from the usual
        ("PTH (pmol/L)", (310, 280, 450), "pg/mL"),
        ("PTH (mg/dL)", (310, 280, 450), "pg/mL"),  # no unit of PTH in use
        ("PAL (µkat/L)", (80, 95, 99), "U/L"),  # not known
    ],
)
def test_a_column_that_does_not_fit_its_unit_waits(read, head, cells, unit):
    rows = "".join(f"2024-01-{13 + i};{cell}\n" for i, cell in enumerate(cells))
    reading = read(f"Date;{head}\n{rows}")

    assert reading.record.measurements == ()
    assert reading.doubts[0].options[0].content.value.unit == unit
    assert len(reading.doubts[0].facts(0)) == 3


def test_usual_values_of_people_on_dialysis_do_not_wait(read):
    reading = read(
        "Date;Ca (mmol/L);P (mmol/L);PTH (pg/mL);PTH (pmol/L);PAL (U/L)\n"
        "2024-01-13;2,1;2,6;1433;45;900\n2024-02-13;2,7;3,0;80;160;88\n"
    )

    assert reading.doubts == ()
    assert len(reading.record.measurements) == 10


def test_one_implausible_value_waits_alone(read):
    reading = read("Date;Ca (mmol/L)\n2024-01-13;2,3\n2024-01-14;24\n2024-01-15;2,4\n")
    (doubt,) = reading.doubts

    assert len(reading.record.measurements) == 2
    assert "cell B3" in doubt.question
    assert "2.4" in doubt.question


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ("2024-01-13;1,250;2,3\n2024-01-14;1,31;2,4\n", 1.25),  # the column shows it
        ("2024-01-13;1,250;2,3\n2024-01-14;1,310;2,4\n", 1.25),  # the file shows it
        ("2024-01-13;1.250;2.3\n2024-01-14;1.310;2.4\n", 1.25),
    ],
)
def test_the_column_or_the_file_decides_the_decimal_mark(read, rows, value):
    reading = read(f"Date;Ca ionisé (mmol/L);Ca (mmol/L)\n{rows}")

    assert reading.record.measurements[0].value.value == value


def test_thousands_of_an_english_file_are_thousands(read):
    reading = read('Date,Intact PTH (pg/mL),Test\n2024-01-13,"1,250",a\n2024-02-13,980,b\n')

    assert [m.value.value for m in reading.record.measurements] == [1250, 980]


def test_a_number_that_reads_two_ways_waits_with_both(read):
    (doubt,) = read('Date,PTH (pg/mL)\n2024-01-13,"1,250"\n').doubts

    assert "1250 or 1.25" in doubt.question
    assert [option.content.value.value for option in doubt.options] == [1250, 1.25]


def test_a_number_far_from_its_column_waits_although_the_file_has_a_mark(read):
    reading = read(
        "Date;PTH (pg/mL);Ca (mmol/L)\n"
        "2024-01-13;1,250;2,3\n2024-02-13;980;2,4\n2024-03-13;1100;2,2\n"
    )

    assert "cell B2" in reading.doubts[0].question
    assert sorted(m.value.value for m in reading.record.measurements) == [2.2, 2.3, 2.4, 980, 1100]


def test_a_cell_with_figures_that_are_no_number_waits(read):
    (doubt,) = read("Date;Ca (mmol/L)\n2024-01-13;2,3 puis 2,4\n").doubts

    assert "cell B2" in doubt.question
    assert doubt.options == ()


def test_a_unit_in_the_cell_goes_before_that_of_the_head(read):
    reading = read("Date;Ca (mmol/L)\n2024-01-13;2,3\n2024-01-14;96 mg/L\n")

    assert [str(m.value) for m in reading.record.measurements] == ["2.3 mmol/L", "96 mg/L"]


# --- times --------------------------------------------------------------------------------------

EITHER = "date,{}\n01/02/2024,9.4\n03/04/2024,9.9\n"


def test_dates_of_either_order_wait_and_the_answer_brings_the_present_too(read):
    reading = read(EITHER.format("calcium (mg/dL)"))
    (doubt,) = reading.doubts
    second = added(reading.record, doubt.facts(1))

    assert reading.record.measurements == ()
    assert [str(m.taken) for m in second.measurements] == ["2024-01-02", "2024-03-04"]
    assert str(second.now) == "2024-03-04"


def test_french_heads_have_the_day_first(read):
    record = read(EITHER.format("calcémie (mg/dL)")).record

    assert [str(m.taken) for m in record.measurements] == ["2024-02-01", "2024-04-03"]


def test_one_day_above_twelve_decides_for_its_column(read):
    record = read(EITHER.format("calcium (mg/dL)") + "05/13/2024,9.5\n").record

    assert [str(m.taken) for m in record.measurements] == ["2024-01-02", "2024-03-04", "2024-05-13"]


def test_visits_are_offsets_from_the_present(read):
    record = read("Visite;Ca (mmol/L)\nM-1;2,3\nM0;2,3\nM6;2,4\n").record

    assert [str(m.taken) for m in record.measurements] == [
        "1 month before now",
        "now",
        "6 months after now",
    ]
    assert str(record.now) == "now"


def test_before_and_after_dialysis_come_from_heads_and_columns(read):
    heads = read("Date;Ca pré-HD (mmol/L);Ca post-HD (mmol/L)\n2024-01-13;2,3;2,6\n").record
    column = read("Date;Moment;Ca (mmol/L)\n2024-01-13;avant;2,3\n2024-01-13;après;2,6\n")

    expected = ["before dialysis", "after dialysis"]
    assert [m.timing for m in heads.measurements] == expected
    assert [m.timing for m in column.record.measurements] == expected
    assert column.remarks == ()


def test_the_present_can_be_given(read):
    record = read(WIDE, now=datetime.date(2024, 2, 1)).record

    assert str(record.now) == "2024-02-01"


def test_a_row_without_date_is_kept_with_unknown_time_and_a_remark(read):
    reading = read("Date;Ca (mmol/L)\n2024-01-13;2,3\n;2,4\n")

    assert [str(m.taken) for m in reading.record.measurements] == ["2024-01-13", "unknown"]
    assert any("cell B3" in remark for remark in reading.remarks)


def test_a_date_that_cannot_be_read_makes_its_row_wait(read):
    reading = read("Date;Ca (mmol/L);P (mmol/L)\n2024-01-13;2,3;1,5\n31/02/2024;2,4;1,6\n")
    (doubt,) = reading.doubts

    assert len(reading.record.measurements) == 2
    assert "cell A3" in doubt.question
    assert [f.content.value.value for f in doubt.facts(0)] == [2.4, 1.6]


def test_means_below_the_values_are_left_out(read):
    reading = read("Date;Ca (mmol/L)\n2024-01-13;2,3\nMoyenne;2,35\n")

    assert len(reading.record.measurements) == 1
    assert any("Moyenne" in remark for remark in reading.remarks)


def test_birth_and_validation_are_not_taken_for_the_date(read):
    reading = read(
        "Date de naissance;Date validation;Date prélèvement;Ca (mmol/L)\n"
        "13/05/1950;15/01/2024;14/01/2024;2,3\n"
    )

    assert [str(m.taken) for m in reading.record.measurements] == ["2024-01-14"]


# --- people -------------------------------------------------------------------------------------


def test_weight_age_and_sex_fill_the_person(read):
    person = read(
        "Date;Poids sec (kg);Age;Sexe;Ca (mmol/L)\n"
        "2024-02-13;71,5;62;F;2,3\n2024-01-13;73;62;F;2,4\n"
    ).record.person

    assert (str(person.weight), str(person.age), person.sex) == ("71.5 kg", "62 year", "female")


SEVERAL = "IPP;Date;Ca (mmol/L)\n101;2024-01-13;2,3\n102;2024-01-13;2,4\n101;2024-01-15;2,5\n"


def test_several_patients_are_refused_until_one_is_chosen(read):
    with pytest.raises(FileError, match=r"'IPP' holds 101, 102.*--patient \"101\""):
        read(SEVERAL)
    with pytest.raises(FileError, match=r"no patient '103'. Did you mean '10"):
        read(SEVERAL, patient="103")
    assert [m.value.value for m in read(SEVERAL, patient="101").record.measurements] == [2.3, 2.5]


def test_numbers_of_rows_are_no_patients(read):
    assert len(read("N°;Date;Ca (mmol/L)\n1;2024-01-13;2,3\n2;2024-01-14;2,4\n").doubts) == 0


def test_values_that_stand_twice_are_kept_with_a_remark(read):
    reading = read("Date;Ca (mmol/L)\n2024-01-13;2,3\n2024-01-13;2,3\n2024-01-13;2,5\n")

    assert len(reading.record.measurements) == 3
    assert any("Several values on one date" in remark for remark in reading.remarks)
