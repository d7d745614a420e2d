"""What a document is, and which reader gets it; what nobody reads is told with a way out."""

import io
import json
import sys
import zipfile
from types import ModuleType

import pytest

import readings
from brushite.errors import FileError
from brushite.intake.documents import document_in, kind_of, kind_of_file, read_document
from brushite.intake.records import record_text

RECORD = "brushite: record/1\nperson: {label: Somebody}\n"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("case.yaml", RECORD, "record"),
        ("case.json", '{"person": {"label": "x"}}', "record"),
        ("stdin", RECORD, "record"),
        ("stdin", "# a note\n---\nperson:\n  label: x\n", "record"),
        ("bundle.json", '{"entry": [], "resourceType": "Bundle"}', "FHIR"),
        ("export.ndjson", '{"resourceType":"Patient"}\n{"resourceType":"Observation"}', "FHIR"),
        ("stdin", '\ufeff[{"resourceType" : "Patient"}]', "FHIR"),
        ("article", "%PDF-1.7\n%\xe2", "PDF"),
        ("labs.csv", "date,calcium\n2020-01-01,2.4\n", "table"),
        ("labs.txt", "date\tcalcium\n2020-01-01\t2.4\n", "table"),
        ("labs", "date;calcium\n2020-01-01;2,4\n", "table"),
        ("labs", "PAR1....", "table"),
        ("case.txt", readings.TEXT, "text"),
        ("case", "Le patient; un homme.\nIl va bien.\n", "text"),
        ("case.md", "person: unknown\n", "text"),
    ],
)
def test_a_document_is_known_by_its_content_and_then_by_its_name(name, content, kind):
    assert kind_of(content.encode(), name=name) == kind


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scan.png", b"\x89PNG\r\n", ("an image (PNG)", "OCR")),
        ("scan.pdf", b"\xff\xd8\xff\xe0", ("an image (JPEG)", "OCR")),
        ("scan.dcm", bytes(128) + b"DICM", ("DICOM",)),
        ("page.htm", b"<p>He", ("HTML", "browser")),
        ("page", b"<!DOCTYPE html><html>", ("HTML", "browser")),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", ("old Office", ".xlsx")),
        ("text.rtf", b"{\\rtf1", ("RTF", ".txt")),
        ("case.txt.gz", b"\x1f\x8b\x08", ("gzip", "Unpack")),
        ("bundle.xml", b'<Bundle xmlns="http://hl7.org/fhir">', ("XML", "JSON")),
        ("what", b"\0\1\2\3", ("no text", "FHIR R4 as JSON")),
        ("empty.txt", b"  \n", ("is empty",)),
    ],
)
def test_what_nobody_reads_is_named_with_what_to_do(name, content, words):
    with pytest.raises(FileError) as told:
        kind_of(content, name=name)

    assert all(word in str(told.value) for word in (name, *words))
    assert str(told.value).count(". ") <= 2


def archive(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, "")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (archive("word/document.xml"), "Word document"),
        (archive("content.xml", "mimetype"), "OpenDocument"),
        (archive("a.txt"), "Unpack it"),
        (b"PK\x03\x04rest", "broken"),
    ],
)
def test_an_archive_is_told_by_what_is_in_it(tmp_path, content, words):
    (tmp_path / "file.docx").write_bytes(content)

    with pytest.raises(FileError, match=words):
        kind_of_file(tmp_path / "file.docx")


def test_a_workbook_is_a_table(tmp_path):
    (tmp_path / "labs").write_bytes(archive("[Content_Types].xml", "xl/workbook.xml"))

    assert kind_of_file(tmp_path / "labs") == "table"


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        read_document(tmp_path / "none.txt")
    with pytest.raises(FileError, match="is a folder"):
        read_document(tmp_path)


def test_a_record_is_a_reading_without_facts(tmp_path):
    (tmp_path / "mine.yaml").write_text(RECORD)

    reading = read_document(tmp_path / "mine.yaml")

    assert reading.record.person.label == "Somebody"
    assert (reading.source, reading.facts, reading.doubts) == ("mine.yaml", (), ())
    named = read_document(tmp_path / "mine.yaml", label="Other").record
    assert record_text(named) == RECORD.replace("{label: Somebody}", "\n  label: Other").replace(
        "person: \n", "person:\n"
    )


def test_one_of_several_patients_cannot_be_chosen_where_there_is_one(tmp_path):
    (tmp_path / "mine.yaml").write_text(RECORD)

    with pytest.raises(FileError, match="no 'B' to choose"):
        read_document(tmp_path / "mine.yaml", patient="B")


def test_a_text_goes_to_the_reader_of_case_reports(tmp_path, monkeypatch):
    module = ModuleType("casereport")
    module.read_case_text = readings.read_case_text
    monkeypatch.setitem(sys.modules, "brushite.intake.casereport.gathering", module)
    (tmp_path / "case.txt").write_text(readings.TEXT)

    assert read_document(tmp_path / "case.txt") == readings.reading("case")
    assert read_document(tmp_path / "case.txt", label="B").record.person.label == "B"


def test_a_text_that_is_not_utf8_is_told(tmp_path):
    (tmp_path / "case.txt").write_bytes("calcémie à 2,4 mmol/l".encode("latin-1"))

    with pytest.raises(FileError, match="not text in UTF-8"):
        read_document(tmp_path / "case.txt")


def test_fhir_goes_to_its_reader_with_the_patient_that_was_chosen(tmp_path):
    entry = [
        {"resource": {"resourceType": "Patient", "id": name, "gender": sex}}
        for name, sex in (("a", "male"), ("b", "female"))
    ]
    text = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entry})
    (tmp_path / "two.json").write_text(text)

    chosen = read_document(tmp_path / "two.json", patient="b", label="B")

    assert (chosen.record.person.label, chosen.record.person.sex) == ("B", "female")
    assert document_in(text.encode(), name="stdin", patient="a").record.person.sex == "male"


def test_a_pdf_does_not_come_through_a_pipe():
    with pytest.raises(FileError, match="from a file only"):
        document_in(b"%PDF-1.4", name="stdin")
