"""The three examples, fitted with few draws and compared, to test what is printed of them."""

import re
from functools import cache
from html import unescape
from pathlib import Path

import pypdfium2

from brushite.compare import compare
from brushite.goals import KDIGO
from brushite.inference.fit import fit
from brushite.intake.plans import read_plans
from brushite.intake.records import read_record
from brushite.model import MINERAL
from brushite.plan import Plan
from brushite.population import Population

FOLDER = Path(__file__).parents[1] / "examples"
CASES = (1, 2, 3)
HAEMODIALYSIS = "haemodialysis"


@cache
def example(number):
    """The record, the twin and the comparison of an example: current care, and its plans."""
    record = read_record(FOLDER / f"case-{number}.yaml")
    plans = [Plan(name="Current care"), *read_plans(FOLDER / f"case-{number}-plans.yaml")]
    population = Population.named(HAEMODIALYSIS)
    twin = fit(record, model=MINERAL, population=population, draws=64, seed=1)
    return record, twin, compare(twin, plans, KDIGO.of(record), weeks=26, seed=1)


def words_of(pdf):
    """The text of all pages, in one line."""
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(re.sub("[\u200b\ufffe\x02]", "", text).split())


def words_of_page(html):
    """The text of a page without its chart and its style, in one line."""
    text = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())
