"""What counts as a hit, by the rule of docs/studies.md."""

import math

import pytest

from brushite.intake.studies import studies_in
from brushite.model import MINERAL
from brushite.validation.predict import subject
from brushite.validation.score import judged, rates
from study_texts import SHORT, with_results


def result(words):
    (study,) = studies_in(with_results(words))
    return study.results[0]


def verdict(words, *, found, base=math.nan):
    one = result(words)
    return judged(one, subject(one.of, MINERAL), found=found, base=base)


@pytest.mark.parametrize(
    ("words", "base", "hits", "misses"),
    [
        ("{of: pth, arm: lower, at: week 8, is: 400 pg/mL}", 0, (301, 499), (299, 501)),
        # 0.3 mg/dL are 0.0749 mmol/L, 0.5 mg/dL of phosphate 0.161
        ("{of: calcium, arm: lower, at: week 8, is: 2.4 mmol/L}", 0, (2.33, 2.47), (2.32, 2.48)),
        ("{of: phosphate, arm: lower, at: week 8, is: 1.8 mmol/L}", 0, (1.64, 1.96), (1.63, 1.97)),
        (
            "{of: alkaline phosphatase, arm: lower, at: week 8, is: 100 U/L}",
            0,
            (86, 114),
            (84, 116),
        ),
        (
            "{of: pth, arm: lower, at: week 8, is: 400 pg/mL, interval: [390 pg/mL, 410 pg/mL]}",
            0,
            (391, 409),
            (389, 411),
        ),
        # a fall by 50 % from 800 leads to 400, which is right from 300 to 500: −62.5 to −37.5 %
        ("{of: pth, arm: lower, at: week 8, change: -50 %}", 800, (-499, -301), (-501, -299)),
        (
            "{of: phosphate, arm: lower, at: week 8, change: -1 mg/dL}",
            2,
            (-0.48, -0.17),
            (-0.49, 0),
        ),
        ("{of: pth, arm: lower, at: week 8, direction: falls}", 300, (-2, -100), (0, 5)),
        ("{of: pth, arm: lower, at: week 8, direction: unchanged}", 300, (-74, 74), (-76, 76)),
    ],
)
def test_a_prediction_hits_within_its_range_and_misses_beyond(words, base, hits, misses):
    assert all(verdict(words, found=f, base=base).is_hit for f in hits)
    assert not any(verdict(words, found=f, base=base).is_hit for f in misses)


def test_a_share_is_right_within_fifteen_percent_of_itself():
    words = "{of: pth, arm: lower, at: week 8, share: 40 %, where: below 300 pg/mL}"

    assert verdict(words, found=45.9).is_hit
    assert not verdict(words, found=46.1).is_hit


def test_a_prediction_is_off_by_one_at_the_end_of_its_range():
    found = verdict("{of: pth, arm: lower, at: week 8, is: 400 pg/mL}", found=500)

    assert found.off == pytest.approx(1)


def of(confidence, topic, *hits):
    """A study with results that hit or not."""
    text = with_results(*["{of: pth, arm: lower, at: week 8, is: 400 pg/mL}"] * len(hits))
    text = text.replace("confidence: A", f"confidence: {confidence}")
    text = text.replace("topic: dialysate calcium", f"topic: {topic}")
    text = text.replace("study: An", f"study: {confidence} {topic} {hits} An")
    (study,) = studies_in(text)
    pth = subject("pth", MINERAL)
    return study, tuple(
        judged(r, pth, found=400 if hit else 4000)
        for r, hit in zip(study.results, hits, strict=True)
    )


def test_studies_count_by_their_share_topics_by_their_mean_and_the_whole_by_confidence():
    found = rates([of("A", "x", 1, 0), of("A", "x", 1, 1, 1), of("B", "x", 0), of("C", "y", 0, 0)])

    assert found.topics == {"x": pytest.approx(0.5), "y": 0}
    assert found.counts == {"x": 3, "y": 1}
    assert found.whole == pytest.approx((0.5 + 1 + 0.5 * 0) / 2.5)


def test_what_the_model_was_given_is_not_scored():
    words = "{of: pth, arm: lower, at: week 8, is: 4 pg/mL, put in: its own potency}"
    (study,) = studies_in(with_results(words))
    given = judged(study.results[0], subject("pth", MINERAL), found=400)

    assert not given.is_scored
    assert math.isnan(rates([(study, (given,))]).whole)
    assert SHORT
