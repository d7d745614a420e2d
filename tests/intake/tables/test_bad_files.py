"""Files that are no table, and text at random."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from brushite.errors import BrushiteError, FileError
from brushite.intake.reading import Reading
from brushite.intake.records import record_in, record_text
from brushite.intake.tables.columns import columns_text, read_columns
from brushite.intake.tables.table import columns_of, read_table

HEAD = b"date;Ca (mmol/L)\n"
BAD = {
    "empty": (b"", "is empty"),
    "blank": (b"  \n\n", "is empty"),
    "separators only": (b";;;\n;;\n", "no cells"),
    "only heads": (HEAD, "one row only"),
    "prose": (b"Dear colleague,\nthank you for sending this patient.\n", "no table"),
    "other analytes": (b"date;Hb;Kt/V\n2024-01-13;11;1.4\n", "no table"),
    "NUL bytes": (HEAD + b"2024-01-13;2\x00,3\n", "NUL"),
    "rubbish": (bytes(range(256)) * 9, "is not text"),
    "a web page": (b"<html><table><tr><td>Date</td></tr></table></html>", "web page"),
    "a PDF": (b"%PDF-1.7 and so on", "PDF"),
    "compressed": (b"\x1f\x8b\x08\x00 and so on", "compressed"),
    "an open quote": (HEAD + b'2024-01-13;"' + b"x" * 200_000, "quote"),
    "too many rows": (HEAD + b"2024-01-13;2.3\n" * 200_001, "200,000 rows"),
    "too many columns": (b"date;" + b"Ca;" * 3000 + b"\n1;2\n", "2,000 columns"),
    "a renamed workbook": (b"PK\x03\x04 and so on", "is a workbook by what it holds"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(tmp_path, name):
    content, words = BAD[name]
    path = tmp_path / "labs.csv"
    path.write_bytes(content)

    with pytest.raises(FileError, match=words) as error:
        read_table(path)
    assert "labs.csv" in str(error.value)
    assert len(str(error.value)) < 400


def test_a_missing_file_a_folder_and_a_huge_file_are_refused(tmp_path):
    (tmp_path / "labs.csv").write_bytes(HEAD)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(60_000_000)

    with pytest.raises(FileError, match=r"does not exist. Did you mean 'labs.csv'"):
        read_table(tmp_path / "lab.csv")
    with pytest.raises(FileError, match="is a folder"):
        read_table(tmp_path)
    with pytest.raises(FileError, match="60 MB"):
        read_table(huge)


CELLS = st.one_of(
    st.sampled_from(
        [
            *("Date", "Ca", "Ca (mmol/L)", "PTH pg/mL", "Analyse", "Résultat", "Unité", "Norme"),
            *("12/01/2024", "2024-01-13", "M0", "31/02/2024", "1,250", "2.35", "< 5", "ND", ""),
            *("mmol/L", "µkat/L", "15 - 65", "2777-1", "LOINC", "#REF!", "IPP", "25-OH D", "age"),
            *(
                "Calcium",
                "Phosphore",
                "poids",
                "sexe",
                "F",
                "1e400",
                "9" * 400,
                "-1",
                "0",
                "visite",
            ),
        ]
    ),
    st.text(max_size=8),
    st.floats(allow_nan=True).map(str),
    st.dates().map(str),
)
HEADS = st.sampled_from(
    [
        ["Date", "Ca (mmol/L)", "PTH pg/mL", "25-OH D"],
        ["date", "IPP", "Calcémie", "poids sec", "sexe"],
        ["Date", "Analyse", "Résultat", "Unité", "Norme", "LOINC"],
        ["test", "value", "unit", "flag", "timing", "date"],
        ["Paramètre", "Unité", "12/01/2024", "M6"],
        ["", "P", "Ca"],
    ]
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=8)
TABLES = st.tuples(
    st.one_of(ROWS, st.tuples(HEADS, ROWS).map(lambda t: [t[0], *t[1]])),
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
).map(lambda t: "\n".join(t[1].join(row) for row in t[0]).encode(t[2], errors="replace"))


@settings(max_examples=400)
@given(content=st.one_of(TABLES, st.binary(max_size=200)))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "labs.csv"
    path.write_bytes(content)
    try:
        reading = read_table(path)
    except BrushiteError:
        return
    assert isinstance(reading, Reading)
    assert record_in(record_text(reading.record)) == reading.record


@settings(max_examples=150)
@given(content=TABLES)
@example(content=b"Analyse;Ca (mmol/L);2000-01-01\nCa")
def test_any_mapping_that_is_written_can_be_read_and_means_the_same(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("mapping")
    path, kept = folder / "labs.csv", folder / "columns.yaml"
    path.write_bytes(content)
    try:
        columns = columns_of(path)
        reading = read_table(path)
    except BrushiteError:
        return
    kept.write_text(columns_text(columns), encoding="utf-8")
    assert read_table(path, columns=read_columns(kept)).record == reading.record
