"""The page of validation shows what a file of results holds, or says what it lacks."""

import copy
import json

import pytest

from brushite.docs.validation import validation
from brushite.errors import FileError

FOUND = {
    "hit_rate": 0.62,
    "hit_rate_out_of_sample": None,
    "seed": 1,
    "topics": {
        "phosphate_kinetics": {
            "hit_rate": 0.5,
            "hit_rate_out_of_sample": 0.25,
            "studies": 1,
            "more": [1],
        }
    },
    "studies": [
        {
            "study": "Binder trial <1>",
            "source": "Someone 2001, table 2",
            "topic": "phosphate_kinetics",
            "confidence": "B",
            "hit_rate": 0.5,
            "hit_rate_out_of_sample": 0.0,
            "assumed": ["bath of 1.5 & more"],
            "notes": [],
            "rows": [
                {
                    "row": "phosphate in binder, week 4",
                    "observed": 1.75,
                    "predicted": 1.912345,
                    "low": 1.5,
                    "high": 2.0,
                    "unit": "mmol/L",
                    "hit": True,
                    "scored": True,
                    "hit_out_of_sample": False,
                },
                {
                    "row": "PTH in placebo, week 8",
                    "observed": "falls",
                    "predicted": -10,
                    "low": None,
                    "high": -2.5,
                    "unit": "1",
                    "hit": True,
                    "scored": False,
                    "hit_out_of_sample": True,
                    "weight": 2,
                },
            ],
        }
    ],
}


def page_of(tmp_path, found):
    file = tmp_path / "validation.json"
    file.write_text(found if isinstance(found, str) else json.dumps(found))
    return validation(file).text


def test_rates_studies_and_verdicts_are_shown(tmp_path):
    text = page_of(tmp_path, FOUND)

    assert "62%" in text
    assert "25%" in text
    assert "nothing scored" in text
    assert "Binder trial \\<1\\>" in text
    assert "Someone 2001, table 2: phosphate kinetics, confidence B." in text
    assert "1.912 mmol/L" in text
    assert "1.5 to 2<" in text
    assert "up to −2.5" in text
    assert text.count("✓ hit") == text.count("✗ missed") == 1
    assert text.count("put in") == 2
    assert "bath of 1.5 &amp; more" in text


def test_without_results_the_page_says_how_to_get_them(tmp_path):
    assert "brushite validate --format json" in validation(tmp_path / "none.json").text


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ((), "hit_rate"),
        ((), "hit_rate_out_of_sample"),
        ((), "topics"),
        ((), "studies"),
        (("topics", "phosphate_kinetics"), "studies"),
        (("studies", 0), "confidence"),
        (("studies", 0), "rows"),
        (("studies", 0, "rows", 1), "hit"),
        (("studies", 0, "rows", 1), "predicted"),
        (("studies", 0, "rows", 1), "low"),
    ],
)
def test_what_is_missing_is_named_with_its_place(tmp_path, path, key):
    found = copy.deepcopy(FOUND)
    inner = found
    for step in path:
        inner = inner[step]
    del inner[key]

    with pytest.raises(FileError, match=f"has no '{key}'") as refused:
        page_of(tmp_path, found)

    assert all(str(s + 1 if isinstance(s, int) else s) in str(refused.value) for s in path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hit_rate": 62}, "has 62 as 'hit_rate'"),
        ({"hit_rate": True}, "has True as 'hit_rate'"),
        ({"topics": []}, "topics is no mapping"),
        ({"studies": {}}, "has no list as 'studies'"),
        ({"studies": ["x"]}, "studies 1 is no mapping"),
        ([], "is no mapping"),
    ],
)
def test_what_is_of_another_kind_is_refused(tmp_path, change, message):
    with pytest.raises(FileError, match=message):
        page_of(tmp_path, FOUND | change if isinstance(change, dict) else change)


def test_a_verdict_that_is_none_is_refused(tmp_path):
    found = copy.deepcopy(FOUND)
    found["studies"][0]["rows"][0]["hit"] = "yes"
    with pytest.raises(FileError, match="rows 1 has 'yes' as 'hit'"):
        page_of(tmp_path, found)


def test_a_file_that_is_no_json_is_refused(tmp_path):
    with pytest.raises(FileError, match="is no JSON file"):
        page_of(tmp_path, "hit_rate: 0.6")
