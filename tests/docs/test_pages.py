"""The generated pages hold all of the model, and need nothing from anywhere else."""

import posixpath
import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from brushite.docs.bibliography import publications
from brushite.docs.causes import read_arrows
from brushite.docs.groups import group_of, without_place
from brushite.docs.populations import read_populations
from brushite.docs.site import site
from brushite.docs.sources import sources
from brushite.equations import Assumed, Cited
from brushite.errors import FileError, ModelError
from brushite.intake.plans import plan_schema
from brushite.intake.records import record_schema
from brushite.intake.studies import study_schema
from brushite.model import MINERAL

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pages():
    made = site(ROOT, ROOT / "no such file.json").pages
    return {page.path: page.text for page in made}


def seen(text):
    """What a reader sees of HTML."""
    return unescape(re.sub(r"<[^>]*>", "", text))


def test_every_name_of_the_model_occurs_once_in_the_nomenclature(pages):
    cells = re.findall(r'<td data-label="Name">(.*?)</td>', pages["model/nomenclature.md"])
    names = [seen(part) for cell in cells for part in cell.split("<br>")]

    assert Counter(names) == Counter(n for n in MINERAL.owner if not n.startswith("ddt_"))


def test_every_parameter_is_told_with_value_bounds_and_source(pages):
    rows = re.findall(r"<tr id.*?</tr>", pages["model/nomenclature.md"])
    row_of = {seen(n): row for row in rows for n in re.findall(r"<code>(.*?)</code>", row)}
    for name, parameter in MINERAL.parameters.items():
        row = seen(row_of[name])
        assert f"{parameter.value:g}".replace("-", "−") in row
        assert str(parameter.source) in row
        assert ' data-label="Spread"' in row_of[name]
        assert ' data-label="Bounds"' in row_of[name]


def test_every_equation_stands_on_the_page_of_its_sub_model(pages):
    for name in MINERAL.equations:
        page = pages[f"model/equations/{group_of(MINERAL, name)}.md"]
        assert page.count(f"{{ #{without_place(MINERAL, name)} }}") == 1


def test_every_reason_of_an_assumed_parameter_is_listed(pages):
    told = seen(pages["model/sources.md"])
    for parameter in MINERAL.parameters.values():
        if isinstance(parameter.source, Assumed):
            assert parameter.source.reason in told


def test_every_publication_is_listed_with_what_cites_it(pages):
    text = pages["model/sources.md"]
    for key in publications((ROOT / "references.bib").read_text(encoding="utf-8")):
        assert text.count(f'<tr id="{key}">') == 1
    for name, parameter in MINERAL.parameters.items():
        if isinstance(parameter.source, Cited):
            (row,) = re.findall(f'<tr id="{parameter.source.key}">.*?</tr>', text)
            assert without_place(MINERAL, name) in seen(row)


def test_the_counts_of_sources_are_those_of_the_arrows_and_populations(pages):
    rows = re.findall(r"<tr>(.*?)</tr>", pages["model/sources.md"])
    counted = [re.findall(r">([^<]+)</td>", row) for row in rows]
    totals = {c[0]: int(c[1]) + int(c[2]) for c in counted if len(c) == 4 and c[3].endswith("%")}

    assert totals["Quantities of populations"] == sum(len(p.quantities) for p in read_populations())
    assert totals["Arrows of the causal diagram"] == len(
        {(without_place(MINERAL, a.cause), without_place(MINERAL, a.effect)) for a in read_arrows()}
    )


def test_every_arrow_is_drawn_and_listed_with_its_sign(pages):
    text = pages["model/causes.md"]
    drawn = set(re.findall(r'data-cause="(\w+)" data-effect="(\w+)" data-sign="([-+0])"', text))
    expected = {(node(arrow.cause), node(arrow.effect), arrow.sign) for arrow in read_arrows()}

    assert drawn == expected
    assert all(seen(str(arrow.source)) in unescape(seen(text)) for arrow in read_arrows())


def test_every_arrow_stands_in_the_diagram_of_its_effect(pages):
    for part in re.split(r"^## ", pages["model/causes.md"], flags=re.MULTILINE)[2:]:
        (group,) = re.findall(r"\A[^\n]*\{ #(\w+) \}", part)
        drawn = set(re.findall(r'data-cause="(\w+)" data-effect="(\w+)"', part))
        assert drawn == {
            (node(arrow.cause), node(arrow.effect))
            for arrow in read_arrows()
            if group_of(MINERAL, arrow.effect) == group
        }


def node(name):
    return without_place(MINERAL, name).removeprefix("ddt_")


def test_every_arrow_ends_at_boxes_of_its_own_diagram(pages):
    for part in re.findall(r"<svg.*?</svg>", pages["model/causes.md"], flags=re.DOTALL):
        boxes = set(re.findall(r'data-name="(\w+)"', part))
        ends = set(re.findall(r'data-(?:cause|effect)="(\w+)"', part))
        assert ends == boxes or "Influences between" in part


def test_no_page_loads_anything_from_elsewhere(pages):
    loading = (
        r"<(?:script|link|img|iframe|object|embed|image|use|source)\b|@import|url\(\s*['\"]?http"
    )
    assert {
        p: re.findall(loading, text) for p, text in pages.items() if re.search(loading, text)
    } == {}
    for asset in (ROOT / "src" / "brushite" / "docs").glob("*.[cj]s*"):
        assert "http" not in asset.read_text(encoding="utf-8")


def test_every_link_within_the_generated_pages_leads_somewhere(pages):
    anchors = {
        path.removesuffix(".md") + ".html": set(
            re.findall(r'\bid="([^"]+)"|\{ #([\w.-]+) \}', text)
        )
        for path, text in pages.items()
    }
    known = {path: {a or b for a, b in found} for path, found in anchors.items()}
    lost = []
    for path, text in pages.items():
        for address in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', text):
            if address.startswith(("https://", "http://")):  # for a person to follow
                continue
            file, _, anchor = address.partition("#")
            here = path.removesuffix(".md") + ".html"
            there = (
                posixpath.normpath(posixpath.join(posixpath.dirname(here), file)) if file else here
            )
            headings = {h.lower() for h in re.findall(r"^#+ (\w+)$", text, flags=re.MULTILINE)}
            is_there = there in known and (
                not anchor or anchor in known[there] or (there == here and anchor in headings)
            )
            if not is_there:
                lost.append((path, address))
    assert lost == []


def test_no_anchor_stands_twice_on_a_page(pages):
    for path, text in pages.items():
        ids = re.findall(r'\bid="([^"]+)"|\{ #([\w.-]+) \}', text)
        twice = [a or b for (a, b), count in Counter(ids).items() if count > 1]
        assert (path, twice) == (path, [])


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("guide/plan-files.md", plan_schema()),
        ("guide/record-files.md", record_schema()),
        ("guide/study-files.md", study_schema()),
    ],
)
def test_a_page_of_files_names_all_that_may_stand_in_one(pages, path, schema):
    told = seen(pages[path])
    assert all(entry in told for entry in schema["properties"])


def test_every_generated_page_says_that_it_is(pages):
    for path, text in pages.items():
        if path.startswith("model/"):
            assert "Do not edit it" in text


def test_a_source_that_the_bibliography_lacks_is_refused():
    with pytest.raises(ModelError, match=r"cites \w+, which references\.bib does not have"):
        sources(MINERAL, read_arrows(), read_populations(), {})


def test_a_folder_that_is_not_the_projects_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"has no references\.bib"):
        site(tmp_path, tmp_path / "validation.json")


def test_the_words_of_a_sub_model_open_its_page_with_its_publications_as_links(pages):
    text = pages["model/equations/vitamin_d.md"]

    assert "<p>Calcidiol from sun, food and drugs" in text
    assert "<p><strong>Equations</strong></p>" in text
    assert "<span>d(calcitriol)/dt = calcitriol_loss · (" in text
    assert "<strong>Departure</strong>: " in text
    assert '<a href="../sources.html#Armas2012">Armas2012</a>' in text
