"""Short passages that nobody's report holds: values found, waiting, missed and made up.

`passages.json` has texts in French and English with what an annotator found in them: thousands and
decimals, glued words, broken tables, multiples of the normal, ranges, bounds, the dialysate, other
people's values, operations proposed and done, times of all kinds. Annotators did not see the code.
"""

import json
from pathlib import Path

import pytest

from brushite.intake.casereport import read_case_text
from truths import Score, judge

PASSAGES = json.loads((Path(__file__).parent / "passages.json").read_text(encoding="utf-8"))
RECALL, PRECISION = 0.9, 0.97


def scored(passages):
    score = Score()
    for passage in passages:
        reading = read_case_text(passage["text"], source=passage["id"], label=passage["id"])
        score.add(judge(passage["id"], reading, passage["values"]))
    return score


def test_there_are_passages_of_both_languages():
    for language in ("fr", "en"):
        assert sum(p["language"] == language for p in PASSAGES) >= 40


@pytest.mark.parametrize("language", ["fr", "en"])
def test_most_values_are_found_and_few_are_made_up(language):
    score = scored([p for p in PASSAGES if p["language"] == language])
    assert score.recall >= RECALL, score.told
    assert score.precision >= PRECISION, score.told


def test_a_number_of_another_reading_or_person_lowers_the_score():
    passage = {"text": "PTH was 900 pg/mL.", "id": "x", "values": []}
    assert scored([passage]).extra == 1
    passage["values"] = [{"analyte": "pth", "value": 90, "unit": "pg/mL", "taken": "now"}]
    assert scored([passage]).missed == 1
