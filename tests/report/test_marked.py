"""The marked page holds the whole text, each fact at its place, and asks nothing of anybody."""

import dataclasses
import html
import re
from html.parser import HTMLParser

import pytest

import readings
from brushite.intake.reading import Fact, Reading, Span, blank
from brushite.report.marked import entries_of, group_of, marked, pieces

VOID = {"meta", "br"}


class Page(HTMLParser):
    """The elements of a page, what is wrong with them, and the text of the document in it."""

    def __init__(self, text):
        HTMLParser.__init__(self)
        self.open, self.faults, self.seen, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop()[0] != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        within = [attrs.get("class") for _, attrs in self.open]
        if "document" in within and "sup" not in [tag for tag, _ in self.open]:
            self.text += data

    def of(self, tag):
        return [attrs for name, attrs in self.seen if name == tag]


@pytest.fixture(scope="module")
def page():
    return Page(marked(readings.reading()).text)


def overlapping(*spans, text="abcdefghij"):
    facts = tuple(
        Fact(kind="history", content=f"fact {n}", spans=(Span.of(text, *span),))
        for n, span in enumerate(spans, start=1)
    )
    return Reading(source="x", record=blank("x"), text=text, facts=facts)


def test_every_element_is_closed_and_every_name_is_used_once(page):
    names = [attrs["id"] for _, attrs in page.seen if "id" in attrs]

    assert page.faults == page.open == []
    assert len(names) == len(set(names))


def test_nothing_is_asked_of_anybody_and_nothing_runs(page):
    tags = {tag for tag, _ in page.seen}

    assert not tags & {"script", "link", "iframe", "img", "form", "style src"}
    assert all(attrs.get("href", "#").startswith("#") for _, attrs in page.seen)
    assert not re.search(r"https?:|url\(|@import", marked(readings.reading()).text)


def test_the_text_is_all_there_and_in_its_lines(page):
    assert page.text == readings.TEXT


def test_the_text_is_of_no_said_language_and_the_page_is_english(page):
    assert page.of("html")[0]["lang"] == "en"
    assert [a["lang"] for a in page.of("div") if a.get("class") == "document"] == [""]


def test_links_lead_from_each_fact_to_its_places_and_back(page):
    names = {attrs["id"] for _, attrs in page.seen if "id" in attrs}
    links = [attrs["href"].removeprefix("#") for attrs in page.of("a")]

    assert set(links) <= names
    places = {name for name in names if name.startswith("at")}
    assert len(places) == 9  # six facts, of which one has two places, and two doubts
    assert places <= set(links)
    assert {f"fact{number}" for number in range(1, 9)} <= set(links)


def test_doubts_are_listed_first_with_their_readings():
    text = marked(readings.reading()).text

    waiting, laboratory = text.index("<h3>Waiting for review: 2"), text.index("<h3>Laboratory: 1")
    assert waiting < laboratory
    assert html.escape(readings.AMBIGUOUS, quote=False) in html.unescape(text[waiting:laboratory])
    assert "<ol><li>PTH 1850 pg/mL" in text[waiting:laboratory]


def test_what_is_not_of_the_patient_looks_otherwise():
    facts = readings.facts()

    assert [group_of(fact) for fact in facts] == [
        "person",
        "person",
        "mass",
        "laboratory",
        "other",
        "treatment",
    ]
    assert "of the family" in marked(readings.reading()).text


def test_every_group_differs_by_more_than_colour():
    style = marked(readings.reading()).text.partition("</style>")[0]
    groups = ("waiting", "laboratory", "mass", "treatment", "finding", "person", "other")
    lines = {name: re.search(rf"\.{name}{{[^}}]*--line-of:([\w-]+)", style)[1] for name in groups}
    thick = {
        name: re.search(rf"mark\.{name},[^{{]*{{text-decoration-thickness:([\d.]+)px", style)
        for name in groups
    }

    looks = {(lines[n], thick[n] and thick[n][1]) for n in groups}
    assert len(looks) == len(groups)


def test_what_the_document_says_is_escaped():
    odd = '<script>alert("&")</script>'
    reading = overlapping((0, 8), text=odd)
    fact = dataclasses.replace(reading.facts[0], content=odd, note=odd)
    reading = dataclasses.replace(reading, source=odd, facts=(fact,), remarks=(odd,))

    page = Page(marked(reading).text)

    assert "script" not in {tag for tag, _ in page.seen}
    assert page.text == odd
    assert page.faults == []


@pytest.mark.parametrize(
    "spans",
    [
        [(0, 10)],
        [(2, 5), (5, 8)],
        [(2, 6), (4, 8)],
        [(0, 10), (2, 5), (3, 4)],
        [(2, 5), (2, 5), (2, 5)],
        [(0, 1), (9, 10)],
    ],
)
def test_places_that_overlap_are_cut_and_nothing_is_lost(spans):
    reading = overlapping(*spans)
    cut = list(pieces(reading.text, entries_of(reading)))

    assert "".join(piece.text for piece in cut) == reading.text
    at = 0
    for piece in cut:
        over = {
            n
            for n, (start, end) in enumerate(spans, 1)
            if start < at + len(piece.text) and end > at
        }
        assert set(re.findall(r"n(\d+)\b", piece.names)) == {str(n) for n in over}
        at += len(piece.text)
    ends = sorted(number for piece in cut for number, _ in piece.ends)
    assert ends == list(range(1, len(spans) + 1))
    assert Page(marked(reading).text).faults == []


def test_places_outside_the_text_are_left_out():
    reading = overlapping((4, 4), (8, 12), (1, 2))

    assert [len(entry.places) for entry in entries_of(reading)] == [0, 0, 1]


def test_what_would_turn_a_page_around_is_not_in_it():
    text = "a\u202eb\0c\x1bd"

    assert Page(marked(overlapping((0, 3), text=text)).text).text == "a\ufffdb\ufffdc\ufffdd"


def test_data_without_a_text_are_a_table_with_their_origins():
    reading = dataclasses.replace(readings.reading(), text="")

    page = Page(marked(reading).text)

    assert page.of("table")
    assert not page.of("mark")
    assert "case.txt, characters" in marked(reading).text
    assert page.faults == []


def test_a_reading_of_nothing_says_so():
    assert "No fact was read" in marked(Reading(source="x", record=blank("x"))).text
