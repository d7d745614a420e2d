"""What columns are taken for: shown, corrected, kept."""

import pytest

from brushite.errors import FileError
from brushite.intake.tables.columns import meaning_in, meaning_words, read_columns, write_columns
from brushite.intake.tables.table import columns_of, read_table

TABLE = "Jour;Ca tot;Rem;PTH (pg/mL)\n13/01/2024;94;ras;300\n14/02/2024;97;;310\n"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "labs.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def written(tmp_path, text):
    kept = tmp_path / "columns.yaml"
    kept.write_text(text, encoding="utf-8")
    return kept


def test_columns_are_shown_with_how_sure_they_are(path):
    shown = columns_of(path).shown().splitlines()

    assert shown[1].split() == ["column", "A", "Jour", "visit", "sure", "13/01/2024,", "14/02/2024"]
    assert shown[2].split()[2:6] == ["Ca", "tot", "calcium", "asked"]
    assert "pth pg/mL" in shown[4]


def test_a_correction_brings_in_the_column_that_waited(path):
    columns = columns_of(path).saying("Ca tot", "calcium mg/L").saying("PTH (pg/mL)", "ignore")
    reading = read_table(path, columns=columns)

    assert [str(m.value) for m in reading.record.measurements] == ["94 mg/L", "97 mg/L"]
    assert reading.doubts == ()


def test_what_was_kept_is_read_again_for_another_table_of_the_same_columns(path, tmp_path):
    kept = tmp_path / "columns.yaml"
    write_columns(kept, columns_of(path).saying("Ca tot", "calcium mg/L, before dialysis"))
    next_time = tmp_path / "next.csv"
    next_time.write_text("Ca tot;Rem;PTH (pg/mL);Jour\n99;;290;15/03/2024\n", encoding="utf-8")
    columns = read_columns(kept)
    first = read_table(next_time, columns=columns).record.measurements[0]

    assert columns.fits(columns_of(next_time))
    assert (str(first.value), first.timing) == ("99 mg/L", "before dialysis")
    next_time.write_text("Jour;Ca tot\n15/03/2024;99\n", encoding="utf-8")
    assert not columns.fits(columns_of(next_time))
    with pytest.raises(FileError, match=r"next.csv has no column 'Rem'"):
        read_table(next_time, columns=columns)


def test_a_short_mapping_by_hand_is_enough(path, tmp_path):
    kept = written(tmp_path, 'columns: {"Ca tot": calcium mg/L, "Rem": ignore}\n')

    assert len(read_table(path, columns=read_columns(kept)).record.measurements) == 4


def test_a_mapping_names_a_column_that_brushite_would_not_know(tmp_path):
    path = tmp_path / "labs.csv"
    path.write_text("quand;le chiffre\n13/01/2024;94\n", encoding="utf-8")
    kept = written(tmp_path, "columns: {quand: date, le chiffre: calcium mg/L}\n")

    assert len(read_table(path, columns=read_columns(kept)).record.measurements) == 1


def test_a_mapping_decides_the_order_of_day_and_month(tmp_path):
    path = tmp_path / "labs.csv"
    path.write_text("date,calcium (mg/dL)\n01/02/2024,9.4\n", encoding="utf-8")
    kept = written(tmp_path, 'columns: {date: "date, month first"}\n')
    record = read_table(path, columns=read_columns(kept)).record

    assert str(record.measurements[0].taken) == "2024-01-02"


def test_tests_of_a_long_table_are_corrected_by_name(tmp_path):
    path = tmp_path / "labs.csv"
    path.write_text("date;test;value\n13/01/2024;Ca;94\n13/01/2024;X9;5,1\n", encoding="utf-8")
    kept = written(tmp_path, "tests: {Ca: calcium mg/L, X9: phosphate mg/dL}\n")

    assert [
        str(m.value) for m in read_table(path, columns=read_columns(kept)).record.measurements
    ] == [
        "94 mg/L",
        "5.1 mg/dL",
    ]
    with pytest.raises(FileError, match="no test 'Cb'"):
        read_table(path, columns=read_columns(written(tmp_path, "tests: {Cb: calcium mg/L}\n")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns: {Ca tot: calcum mg/L}", "Did you mean 'calcium'"),
        ("columns: {Ca tot: calcium mg/X}", "'mg/X' is not a unit of calcium"),
        ("columns: {Ca tot: 'calcium mg/L, before dialisis'}", "Did you mean 'before dialysis'"),
        ("columns: [Ca tot]", "columns is a list"),
        ("colums: {Ca tot: calcium}", "Did you mean 'columns'"),
        ("brushite: record/1\nperson: {label: a}", "This is a record, and a mapping is wanted"),
        ("{}", "says nothing"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_place(tmp_path, text, words):
    with pytest.raises(FileError, match=words) as error:
        read_columns(written(tmp_path, text))
    assert "columns.yaml" in str(error.value)


def test_a_column_that_is_not_there_is_refused_with_a_guess(path, tmp_path):
    kept = written(tmp_path, "columns: {Ca tott: calcium mg/L}")

    with pytest.raises(FileError, match=r"labs.csv has no column 'Ca tott'.*Did you mean 'Ca tot'"):
        read_table(path, columns=read_columns(kept))
    with pytest.raises(FileError, match="no column 'PTH'"):
        columns_of(path).saying("PTH", "ignore")


@pytest.mark.parametrize(
    "text",
    [
        "calcium mg/L",
        "1,25(OH)2D pg/mL, after dialysis",
        "pth pg/mL, before dialysis, assay 1-84",
        "date, day first",
        "LOINC code",
        "normal range",
        "ignore",
    ],
)
def test_a_meaning_can_be_written_and_read(text):
    once = meaning_in(text)

    assert meaning_in(meaning_words(once)) == once
