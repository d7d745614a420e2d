"""The report on paper is whole, tagged, the same every time, and reads nothing as markup."""

import ctypes
import dataclasses
import datetime
import re
import time
from importlib import import_module

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

import outlooks
from brushite.compare import side_by_side
from brushite.errors import FileError
from brushite.goals import KDIGO
from brushite.intake.files import read_text
from brushite.plan import Moment
from brushite.record import Lesion, Person
from brushite.report.html import report
from brushite.report.pdf import pdf
from printed import CASES, example, words_of, words_of_page

LANGUAGES = ("en", "fr")
STRANGE = '<b>&#$*_@`\\"« » {{x}} #panic("no") *bold* $x^2$ @key // /* == [a] 中文 🙂 ﷽ \u202e'
each_case = pytest.mark.parametrize("number", CASES)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def by_hand(**options):
    of = outlooks.record()
    return of, outlooks.twin(), outlooks.comparison(of=of, **options)


@pytest.fixture(scope="module", params=LANGUAGES)
def paper(request):
    return request.param, pdf(*by_hand(), language=request.param)


def fonts(content):
    """Name, and whether it is in the file, of each font that some text is set in."""
    found = set()
    for page in pypdfium2.PdfDocument(content):
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            font = pdfium.FPDFTextObj_GetFont(item.raw)
            name = ctypes.create_string_buffer(200)
            pdfium.FPDFFont_GetBaseFontName(font, name, 200)
            found.add((name.value.decode(), pdfium.FPDFFont_GetIsEmbedded(font)))
    return found


def string_of(function, element):
    size = function(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    function(element, buffer, size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def tags(content):
    """Kind and alternative text of each element, over all pages."""
    found = []
    document = pypdfium2.PdfDocument(content)

    def walk(element):
        kind = string_of(pdfium.FPDF_StructElement_GetType, element)
        found.append((kind, string_of(pdfium.FPDF_StructElement_GetAltText, element)))
        for i in range(pdfium.FPDF_StructElement_CountChildren(element)):
            if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, i):
                walk(child)

    for page in document:
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        for i in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, i))
        pdfium.FPDF_StructTree_Close(tree)
    return found


# Standards


def test_it_says_that_it_is_for_archives_and_for_readers_of_screens(paper):
    _, content = paper

    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert re.search(rb"/MarkInfo\s*<<[^>]*/Marked true", content)


def test_it_names_its_language_title_and_author(paper):
    language, content = paper
    about = pypdfium2.PdfDocument(content).get_metadata_dict()

    assert re.search(rb"/Lang\s*\(" + language.encode(), content)
    assert about["Title"] == "A person <b>on</b> dialysis · brushite"
    assert about["Author"] == "brushite"


def test_charts_have_a_text_and_tables_have_heads(paper):
    _, content = paper
    found = tags(content)

    figures = [alt for kind, alt in found if kind == "Figure"]
    kinds = {kind for kind, _ in found}
    assert len(figures) == 2
    assert all(figures)
    assert {"Title", "H1", "H2", "Table", "TR", "TH", "TD", "L", "LI"} <= kinds | {"Title"}


def test_no_font_is_the_system_s(paper):
    _, content = paper
    found = fonts(content)

    assert found
    assert all("Inter" in name and is_embedded for name, is_embedded in found)


def test_fonts_are_small_and_have_the_characters_that_are_listed():
    ttf = pytest.importorskip("fontTools.ttLib")
    folder = import_module("importlib.resources").files("brushite.report") / "fonts"
    listed = {ord(c) for c in read_text(folder / "characters.txt").removesuffix("\n")}

    files = sorted(p for p in folder.iterdir() if p.name.endswith(".ttf"))

    assert [p.name for p in files] == ["Inter-Regular.ttf", "Inter-SemiBold.ttf"]
    assert sum(p.stat().st_size for p in files) < 500_000
    assert all(set(ttf.TTFont(p).getBestCmap()) == listed for p in files)
    assert listed >= set(map(ord, "≤≥±×−–—…“”«»’²³°µ→∞éèêëàâçôùûîïœÉÀαβγ\N{NO-BREAK SPACE}"))


# The same every time


def test_the_same_report_gives_the_same_bytes():
    assert pdf(*by_hand()) == pdf(*by_hand())


def test_its_date_is_that_of_the_record_and_never_that_of_printing():
    record, twin, found = by_hand()
    dated = dataclasses.replace(record, now=Moment(date=datetime.date(2019, 5, 3)))

    about = pypdfium2.PdfDocument(pdf(record, twin, found)).get_metadata_dict()
    about_dated = pypdfium2.PdfDocument(pdf(dated, twin, found)).get_metadata_dict()

    assert about["CreationDate"].startswith("D:19700101")
    assert about_dated["CreationDate"].startswith("D:20190503")


# What it says


@each_case
@in_each_language
def test_all_numbers_of_the_page_are_on_paper(number, language):
    page = report(*example(number), language=language)

    printed = words_of(page.paper.pdf())

    numbers = set(re.findall(r"\d+(?:[.,]\d+)?", words_of_page(page.text)))
    assert len(numbers) > 200
    assert numbers - set(re.findall(r"\d+(?:[.,]\d+)?", printed)) == set()


@each_case
@in_each_language
def test_the_first_page_holds_result_chart_table_and_doubts(number, language):
    content = pdf(*example(number), language=language)
    first = pypdfium2.PdfDocument(content)[0]

    text = first.get_textpage().get_text_bounded()

    keep = {"en": "What to keep in mind", "fr": "À garder à l’esprit"}[language]
    assert keep in text
    assert {"en": "nobody has measured them", "fr": "personne ne les a mesurés"}[language] in text
    assert len(list(first.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]))) > 20


@each_case
def test_the_first_page_has_no_words_of_statistics(number):
    first = pypdfium2.PdfDocument(pdf(*example(number)))[0].get_textpage().get_text_bounded()

    assert not re.search(r"posterior|pareto|\bdraws?\b|percentile|prior", first, re.IGNORECASE)
    assert "imulated courses" in first


def test_the_first_page_says_how_often_a_plan_is_better():
    text = words_of(pdf(*by_hand()))

    assert "end better than under plan A: calcium 0 of 8 (alike 8 of 8)" in text
    assert "PTH 8 of 8" in text
    assert "Goes too far" not in text


def test_the_first_page_says_what_goes_too_far():
    text = words_of(pdf(*example(1)))

    assert "Goes too far: PTH under twice the upper limit in over 95 %" in text


def test_one_plan_alone_is_a_forecast():
    text = words_of(pdf(*by_hand(operated=())))

    assert "Forecast of a plan" in text
    assert "Most often in target" not in text


# What people write


@in_each_language
def test_nothing_that_people_write_is_read_as_markup(language):
    record, twin, _ = by_hand()
    mass = dataclasses.replace(record.lesions[0], name=STRANGE, note=STRANGE)
    record = dataclasses.replace(record, person=Person(label=STRANGE), lesions=(mass,))
    found = outlooks.comparison(operated=(STRANGE,), of=record)

    text = words_of(pdf(record, twin, found, language=language))

    told = "".join(text.split())
    assert '<b>&#$*_@`\\"«»{{x}}#panic("no")*bold*$x^2$@key///*==[a]□□□□' in told


@pytest.mark.parametrize("name", ["long " * 40, "x" * 200, "a_b/" * 50])
def test_a_long_name_of_a_plan_wraps(name):
    found = pypdfium2.PdfDocument(pdf(*by_hand(operated=(name,))))

    for page in found:
        width = page.get_width()
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            assert item.get_bounds()[2] < width - 20


@in_each_language
def test_twenty_five_plans_fit(language):
    content = pdf(*by_hand(operated=[f"Plan number {i}" for i in range(24)]), language=language)

    text = words_of(content)

    assert all(f"Plan number {i}" in text for i in range(24))
    beside = {"en": "Y beside A: end", "fr": "Y comparé à A : fin"}[language]
    assert beside in text


def test_the_head_of_a_table_stands_again_on_its_next_page():
    pages = pypdfium2.PdfDocument(pdf(*example(1)))

    texts = [page.get_textpage().get_text_bounded() for page in pages]

    heads = [text for text in texts if "Typical" in text and "Source" in text]
    assert len(heads) > 4


def test_a_failed_course_and_a_record_without_values_can_be_printed():
    bare = outlooks.record(measurements=(), lesions=(Lesion(name="hand", site="hand"),))

    text = words_of(pdf(bare, outlooks.twin(), outlooks.comparison(failed=(3,), of=bare)))

    assert "1 of 8 courses could not be computed" in text
    assert "The record has no laboratory values" in text


def test_a_plan_without_any_output_in_common_can_be_printed():
    bare = outlooks.run("Bare")
    del bare.values["observed_pth"], bare.values["lesion_1_volume"]
    record = outlooks.record(measurements=outlooks.record().measurements[:3])
    twin = outlooks.twin()

    found = side_by_side([outlooks.run(), bare], KDIGO.of(record), seed=1)

    assert "–" in words_of(pdf(record, twin, found))


# Saving


def test_a_report_is_saved_by_its_name(tmp_path):
    page = report(*by_hand(), language="fr")

    assert page.save(tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")
    assert page.save(tmp_path / "x.html").read_text().startswith("<!doctype html>")
    with pytest.raises(FileError, match="no HTML or PDF file"):
        page.save(tmp_path / "x.txt")


def test_without_typst_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(import_module("brushite.report.pdf"), "find_spec", lambda _: None)

    with pytest.raises(FileError, match=re.escape('pip install "brushite[report]"')):
        report(*by_hand()).save(tmp_path / "x.pdf")

    assert list(tmp_path.iterdir()) == []


def test_a_comparison_takes_under_two_seconds_once_warm():
    def seconds():
        start = time.process_time()
        pdf(*example(1))
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 2
