"""The report is one file, whole or not there, and asks nothing of anybody."""

import re
from html.parser import HTMLParser

import pytest

import outlooks
from brushite.compare import side_by_side
from brushite.errors import FileError
from brushite.goals import Goal, Goals
from brushite.report.files import write_whole
from brushite.report.html import report
from brushite.report.page import Report

VOID = {"meta", "br", "hr", "img", "input", "link"}


class Tags(HTMLParser):
    """Whether every element that is opened is closed in turn."""

    def __init__(self):
        HTMLParser.__init__(self)
        self.open, self.faults, self.seen = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def read(text):
    tags = Tags()
    tags.feed(text)
    return tags


@pytest.fixture(scope="module")
def page():
    of = outlooks.record()
    return report(of, outlooks.twin(), outlooks.comparison(failed=(3,), of=of)).text


def test_every_element_is_closed(page):
    tags = read(page)

    assert tags.faults == []
    assert tags.open == []


def test_nothing_is_asked_of_another_host(page):
    without_namespaces = page.replace('xmlns="http://www.w3.org/2000/svg"', "")

    assert not re.search(r"https?://|//\w+\.\w+|@import|@font-face", without_namespaces)
    assert not {"script", "link", "iframe", "img"} & {tag for tag, _ in read(page).seen}
    assert not [a for _, a in read(page).seen if "src" in a or "href" in a]


def test_what_a_record_says_cannot_become_markup(page):
    assert "A person <b>on</b> dialysis" not in page
    assert "A person &lt;b&gt;on&lt;/b&gt; dialysis" in page


def test_no_element_has_the_id_of_another(page):
    ids = [a["id"] for _, a in read(page).seen if "id" in a]

    assert len(ids) == len(set(ids))


def test_the_parts_stand_in_the_order_in_which_they_are_read(page):
    headings = re.findall(r"<h2>(.*?)</h2>", page)

    assert headings == [
        "At week 52",
        "Safety and burden",
        "What happened in the courses",
        "What was reported later",
        "What was assumed",
        "What to distrust",
        "Data used",
        "For researchers",
    ]


def test_what_was_reported_later_stands_beside_the_forecast_with_hit_or_miss(page):
    assert "plan A hit 0 of 2" in page
    assert ">miss\n" in page


def test_goals_stand_with_the_way_to_them_and_with_the_same_draws_under_two_plans(page):
    headings = re.findall(r"<h3>(.*?)</h3>", page)

    assert headings[:3] == [
        "Time in target",
        "Draw by draw: the same courses under two plans",
        "Targets",
    ]
    assert "better: 7 of 7\nsame: 0 of 7\nworse: 0 of 7" in page


@pytest.mark.parametrize(("wishes", "is_said"), [((), True), (("mass volume",), False)])
def test_masses_have_no_target_only_where_no_goal_names_them(wishes, is_said):
    of = outlooks.record()
    goals = [Goal(output=name, wish="small", source="us", range=(0, 99)) for name in wishes]
    outlook = side_by_side([outlooks.run()], Goals(tuple(goals)), seed=1)

    text = report(of, outlooks.twin(), outlook).text

    assert ("Mass volume: no target" in text) == is_said


def test_what_happened_in_the_courses_is_listed(page):
    assert "<li>B parathyroidectomy, 1/8 of the glands left: in 7 of 7 courses" in page


def test_no_share_of_courses_is_0_or_100_percent(page):
    words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)

    assert "0 of 7" in words
    assert not re.search(r"(?<!\d)(0|100) ?%", words)


def test_the_parts_of_a_prescription_that_nobody_reported_are_listed(page):
    assert "dialysate calcium: 1.5 mmol/L (1.25 to 1.75)" in page
    assert "sevelamer, dose" not in page


def test_how_it_was_made_is_written_down(page):
    assert "model 0123456789ab, seed 1, 8 draws" in page


def test_a_failed_course_stands_under_what_to_distrust(page):
    assert "1 of 8 courses could not be computed" in page


def test_a_record_without_laboratory_values_says_so_in_the_caption():
    of = outlooks.record(measurements=())

    text = report(of, outlooks.twin(), outlooks.comparison(of=of)).text

    assert "The record has no laboratory values" in text


def test_a_report_is_written_whole(tmp_path):
    path = Report("<!doctype html>").save(tmp_path / "new folder" / "case.html")

    assert path.read_text() == "<!doctype html>"
    assert [p.name for p in path.parent.iterdir()] == ["case.html"]


def test_a_page_that_is_not_for_paper_is_refused_as_pdf_and_nothing_is_written(tmp_path):
    with pytest.raises(FileError, match="not made for paper"):
        Report("x").save(tmp_path / "case.pdf")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / "case.html").mkdir()

    with pytest.raises(FileError, match="cannot be written"):
        write_whole(tmp_path / "case.html", b"x")

    assert [p.name for p in tmp_path.iterdir()] == ["case.html"]
