"""Workbooks and Parquet, made here and read back."""

import datetime
import io
import zipfile

import openpyxl
import polars
import pytest

from brushite.errors import FileError
from brushite.intake.tables.grid import MOST_COLUMNS
from brushite.intake.tables.table import read_table

HEAD = ["Date", "Calcémie (mmol/L)", "PTH (pg/mL)"]
DAY = datetime.datetime(2024, 1, 12, 8, 30)  # noqa: DTZ001


@pytest.fixture
def read(tmp_path):
    def reading(fill, **how):
        book = openpyxl.Workbook()
        fill(book)
        path = tmp_path / "labs.xlsx"
        book.save(path)
        return read_table(path, **how)

    return reading


def rows(*lines, title="Feuil1"):
    def fill(book):
        sheet = book.active
        sheet.title = title
        for line in lines:
            sheet.append(line)

    return fill


def values(reading):
    return [(m.analyte, str(m.value), str(m.taken)) for m in reading.record.measurements]


def test_cells_of_dates_and_numbers_are_read_as_they_are(read):
    reading = read(rows(["Labo"], [], HEAD, [DAY, 2.35, 300], ["15/02/2024", "2,4", "> 1 900"]))

    assert values(reading) == [
        ("calcium", "2.35 mmol/L", "2024-01-12"),
        ("calcium", "2.4 mmol/L", "2024-02-15"),
        ("pth", "300 pg/mL", "2024-01-12"),
        ("pth", "1900 pg/mL", "2024-02-15"),
    ]
    assert reading.record.measurements[0].origin.place == "sheet Feuil1, cell B4"


def test_bare_serial_numbers_in_a_column_of_dates_are_days(read):
    assert values(read(rows(HEAD, [45303, 2.35, None])))[0][2] == "2024-01-12"


def test_days_of_a_workbook_that_starts_in_1904_are_counted_from_there(read):
    def fill(book):
        book.epoch = datetime.datetime(1904, 1, 1)  # noqa: DTZ001
        rows(HEAD, [DAY, 2.35, 300])(book)

    assert values(read(fill))[0][2] == "2024-01-12"


def test_a_date_merged_over_rows_belongs_to_each_of_them(read):
    def fill(book):
        rows(["Date", "Timing", "Ca (mmol/L)"], [DAY, "pré", 2.3], [None, "post", 2.6])(book)
        book.active.merge_cells("A2:A3")

    reading = read(fill)

    assert [str(m.taken) for m in reading.record.measurements] == ["2024-01-12"] * 2
    assert [m.timing for m in reading.record.measurements] == ["before dialysis", "after dialysis"]


def test_transposed_with_cells_of_dates_and_a_merged_title(read):
    def fill(book):
        rows(
            ["Bilan", None, None, None],
            ["Paramètre", "Unité", DAY, datetime.datetime(2024, 2, 15)],  # noqa: DTZ001
            ["Calcium", "mmol/L", 2.31, 2.28],
        )(book)
        book.active.merge_cells("A1:D1")

    assert values(read(fill)) == [
        ("calcium", "2.31 mmol/L", "2024-01-12"),
        ("calcium", "2.28 mmol/L", "2024-02-15"),
    ]


def test_a_date_where_a_value_should_be_waits(read):
    reading = read(rows(HEAD, [DAY, datetime.datetime(2024, 3, 2), 300]))  # noqa: DTZ001

    assert "cell B2" in reading.doubts[0].question
    assert len(reading.record.measurements) == 1


def test_an_error_of_the_spreadsheet_waits(read):
    reading = read(rows(HEAD, [DAY, "#REF!", 300]))

    assert "#REF!" in reading.doubts[0].question


def test_a_formula_without_result_is_refused(read):
    with pytest.raises(FileError, match=r"cell B2 has a formula whose result is not stored"):
        read(rows(HEAD, [DAY, "=1+1", 300]))


def test_several_sheets_with_values_are_refused_until_one_is_chosen(read):
    def fill(book):
        rows(HEAD, [DAY, 2.3, 300], title="2023")(book)
        other = book.create_sheet("2024")
        for line in (HEAD, [DAY, 2.4, 310]):
            other.append(line)
        hidden = book.create_sheet("old")
        for line in (HEAD, [DAY, 2.5, 320]):
            hidden.append(line)
        hidden.sheet_state = "hidden"
        book.create_sheet("notes").append(["nothing", "of use"])

    with pytest.raises(FileError, match="several sheets: 2023, 2024"):
        read(fill)
    assert values(read(fill, sheet="2024"))[0][1] == "2.4 mmol/L"
    with pytest.raises(FileError, match=r"no visible sheet '2025'. Did you mean '202"):
        read(fill, sheet="2025")


def test_a_cell_at_the_far_end_of_a_sheet_takes_no_memory(read):
    def fill(book):
        rows(HEAD, [DAY, 2.3, 300])(book)
        book.active["XFD1048576"] = 1

    with pytest.raises(FileError, match=r"more than 200,000 rows|more than 2,000 columns"):
        read(fill)


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def book(sheet, **parts):
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="a"/></sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": '<R><Relationship Id="a" Type="t/worksheet" '
            'Target="/xl/worksheets/sheet1.xml"/></R>',
            "xl/worksheets/sheet1.xml": sheet,
        }
        | parts
    )


WHOLE = (
    "<worksheet><sheetData>"
    '<row><c t="inlineStr"><is><t>Date</t></is></c>'
    '<c t="inlineStr"><is><r><t>Ca </t></r><r><t>(mmol/L)</t></r></is></c></row>'
    '<row r="9"><c r="A9" t="d"><v>2024-01-12T00:00:00</v></c><c r="B9"><v>2.35</v></c></row>'
    "</sheetData></worksheet>"
)


def test_a_workbook_without_the_usual_attributes_is_read(tmp_path):
    path = tmp_path / "labs.xlsx"
    path.write_bytes(book(WHOLE))
    reading = read_table(path)

    assert values(reading) == [("calcium", "2.35 mmol/L", "2024-01-12")]
    assert reading.record.measurements[0].origin.place == "sheet S, cell B9"


BAD = {
    "entities": (
        book('<!DOCTYPE a [<!ENTITY b "c">]>' + WHOLE),
        "declares entities",
    ),
    "torn XML": (book(WHOLE[:200]), "damaged workbook"),
    "half an archive": (book(WHOLE)[:200], "damaged workbook"),
    "a string that is not there": (
        book('<w><row><c t="s"><v>7</v></c></row></w>'),
        "damaged workbook",
    ),
    "many cells in a row": (
        book(f"<w><row>{'<c/>' * 600_000}</row></w>"),
        "too much XML",
    ),
    "a wide row": (
        book(f"<w><row>{'<c><v>1</v></c>' * (MOST_COLUMNS + 1)}</row></w>"),
        "more than 2,000 columns",
    ),
    "only other parts": (packed({"word/document.xml": "<a/>"}), "no workbook"),
    "OpenDocument": (
        packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "OpenDocument",
    ),
    "binary workbook": (packed({"xl/workbook.bin": "x", "[Content_Types].xml": ""}), "XLSB"),
    "password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "protected by a password",
    ),
    "Excel 97": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "Excel 97"),
    "text": (b"Date;Ca (mmol/L)\n2024-01-13;2,3\n", "is text by what it holds"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_workbook_is_refused_in_one_sentence_and_what_to_do(tmp_path, name):
    content, words = BAD[name]
    path = tmp_path / "labs.xlsx"
    path.write_bytes(content)

    with pytest.raises(FileError, match=words) as error:
        read_table(path)
    assert "labs.xlsx" in str(error.value)


def test_a_workbook_that_unfolds_to_a_gigabyte_is_refused_unopened(tmp_path):
    path = tmp_path / "labs.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in (("[Content_Types].xml", ""), ("xl/workbook.xml", "<a/>")):
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(26):
                part.write(bytes(10_000_000))

    with pytest.raises(FileError, match="unpacks to 260 MB"):
        read_table(path)


def test_every_cut_of_a_workbook_is_read_or_refused(tmp_path):
    whole = book(WHOLE)
    path = tmp_path / "labs.xlsx"
    outcomes = set()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            outcomes.add(len(read_table(path).record.measurements))
        except FileError:
            outcomes.add(-1)
    assert outcomes <= {-1, 0, 1}
    assert -1 in outcomes


def test_parquet_is_read_with_its_types(tmp_path):
    path = tmp_path / "labs.parquet"
    polars.DataFrame(
        {
            "date": [datetime.date(2024, 1, 12), None],
            "calcium_mmol_l": [2.35, float("nan")],
            "pth_pg_ml": [300, 310],
        }
    ).write_parquet(path)

    assert values(read_table(path)) == [
        ("calcium", "2.35 mmol/L", "2024-01-12"),
        ("pth", "300 pg/mL", "2024-01-12"),
        ("pth", "310 pg/mL", "unknown"),
    ]


def test_damaged_parquet_is_refused(tmp_path):
    path = tmp_path / "labs.parquet"
    polars.DataFrame({"date": ["2024-01-12"], "Ca (mmol/L)": [2.35]}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-30])

    with pytest.raises(FileError, match="damaged Parquet"):
        read_table(path)


def test_parquet_without_polars_names_the_extra(tmp_path, monkeypatch):
    path = tmp_path / "labs.parquet"
    path.write_bytes(b"PAR1....PAR1")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(FileError, match=r"brushite\[tables\]"):
        read_table(path)
