"""How well studies are foretold, as text, as rows and as an object."""

import math
from collections.abc import Mapping

from brushite.report.forms import Row, columns, number
from brushite.report.numbers import plain
from brushite.study import WEIGHTS
from brushite.validation.predict import Foretold
from brushite.validation.run import Validation
from brushite.validation.score import SHOWN_APART, Prediction, Rates


def validation_text(found: Validation) -> str:
    """Every study with its results, then the rates by topic and in all."""
    lines: list[str] = []
    inside, blind = found.in_sample, found.out_of_sample
    for foretold, other in zip(found.foretold, found.blind, strict=True):
        lines += [*_study_lines(foretold, other, inside, blind), ""]
    lines += _topics(inside, blind)
    weights = ", ".join(f"{c} {w:g}" for c, w in WEIGHTS.items())
    count = len(found.foretold)
    lines += [
        "",
        f"Hit rate in sample      {_percent(inside.whole)}",
        f"Hit rate out of sample  {_percent(blind.whole)}",
        "",
        f"{count} {'study' if count == 1 else 'studies'}, weighed by confidence ({weights}); "
        f"{found.size} people in each cohort, seed {found.seed}.",
        "Out of sample: each study foretold with parameters estimated without it.",
    ]
    return "\n".join(lines) + "\n"


def _study_lines(foretold: Foretold, other: Foretold, inside: Rates, blind: Rates) -> list[str]:
    study = foretold.study
    title = f"{study.name} ({study.topic}, {study.confidence})"
    if study.name in inside.studies:
        title += f": {_percent(inside.studies[study.name])} hit"
        if study.name in blind.studies and other is not foretold:
            title += f", {_percent(blind.studies[study.name])} out of sample"
    head = ("result", "observed", "predicted", "hits from", "verdict")
    rows = [head, *(_cells(p) for p in foretold.predictions)]
    return [title, *(f"  {line}" for line in columns(rows)), *(f"  {n}" for n in foretold.notes)]


def said(prediction: Prediction) -> str:
    """What was observed, in words."""
    result = prediction.result
    words = [f"{result.of}"]
    if result.arm != "everybody":
        words.append(f"in {result.arm}")
    if result.than:
        joined = {"difference": "less that in", "ratio": "over that in"}.get(result.kind, "than in")
        words.append(f"{joined} {result.than}")
    if result.where is not None:
        words.append(result.where.text)
    if result.partner:
        words.append(f"with {result.partner}")
    if result.statistic != "mean":
        words.append(f"({result.statistic})")
    return f"{' '.join(words)}, {result.at.text}"


def observed_words(prediction: Prediction) -> str:
    """What was printed, with its spread."""
    result = prediction.result
    if result.kind == "direction":
        return str(result.direction)
    printed = f"{plain(prediction.printed)} {_unit(prediction)}".strip()
    return f"{printed} ± {result.sd}" if result.sd else printed


def predicted_words(prediction: Prediction) -> str:
    """What was predicted, with its spread."""
    found = f"{plain(prediction.predicted)} {_unit(prediction)}".strip()
    if math.isfinite(prediction.spread):
        return f"{found} ± {plain(prediction.spread)}"
    return found


def _unit(prediction: Prediction) -> str:
    return "" if prediction.unit == "1" else prediction.unit


def _cells(prediction: Prediction) -> tuple[str, ...]:
    has_range = math.isfinite(prediction.low) and math.isfinite(prediction.high)
    return (
        said(prediction),
        observed_words(prediction),
        predicted_words(prediction),
        f"{plain(prediction.low)} to {plain(prediction.high)}" if has_range else "",
        _verdict(prediction),
    )


def _verdict(prediction: Prediction) -> str:
    if not prediction.is_scored:
        return "put in"
    return "hit" if prediction.is_hit else "MISS"


def _topics(inside: Rates, blind: Rates) -> list[str]:
    rows = [("topic", "studies", "in sample", "out of sample")]
    for topic in sorted(inside.topics):
        count = inside.counts[topic]
        if count < SHOWN_APART:
            continue
        rows.append(
            (topic, str(count), _percent(inside.topics[topic]), _percent(blind.topics[topic]))
        )
    few = sorted(t for t, count in inside.counts.items() if count < SHOWN_APART)
    lines = columns(rows) if len(rows) > 1 else []
    if few:
        lines.append(f"Too few studies to be shown apart: {', '.join(few)}.")
    return lines


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if math.isfinite(share) else "nothing scored"


def validation_object(found: Validation) -> Mapping[str, object]:
    """The whole as JSON has it."""
    inside, blind = found.in_sample, found.out_of_sample
    return {
        "hit_rate": number(inside.whole),
        "hit_rate_out_of_sample": number(blind.whole),
        "topics": {
            topic: {
                "hit_rate": number(inside.topics[topic]),
                "hit_rate_out_of_sample": number(blind.topics[topic]),
                "studies": inside.counts[topic],
                "shown_apart": inside.counts[topic] >= SHOWN_APART,
            }
            for topic in sorted(inside.topics)
        },
        "studies": [
            _study_object(foretold, other, inside, blind)
            for foretold, other in zip(found.foretold, found.blind, strict=True)
        ],
        "people": found.size,
        "seed": found.seed,
        "is_whole": found.is_whole,
    }


def _study_object(
    foretold: Foretold, other: Foretold, inside: Rates, blind: Rates
) -> Mapping[str, object]:
    study = foretold.study
    rates = (inside.studies.get(study.name), blind.studies.get(study.name))
    return {
        "study": study.name,
        "file": study.file,
        "source": study.source,
        "topic": study.topic,
        "confidence": study.confidence,
        "weight": study.weight,
        "hit_rate": None if rates[0] is None else number(rates[0]),
        "hit_rate_out_of_sample": None if rates[1] is None else number(rates[1]),
        "rows": [
            {
                **_row(p),
                "predicted_out_of_sample": number(q.predicted),
                "hit_out_of_sample": q.is_hit,
            }
            for p, q in zip(foretold.predictions, other.predictions, strict=True)
        ],
        "assumed": list(study.assumed),
        "notes": list(foretold.notes),
    }


def _row(prediction: Prediction) -> dict[str, object]:
    result = prediction.result
    return {
        "row": said(prediction),
        "of": result.of,
        "arm": result.arm,
        "than": result.than or None,
        "at": result.at.text,
        "kind": result.kind,
        "statistic": result.statistic,
        "observed": result.direction or number(prediction.printed),
        "observed_sd": result.sd or None,
        "predicted": number(prediction.predicted),
        "predicted_sd": number(prediction.spread),
        "low": number(prediction.low),
        "high": number(prediction.high),
        "unit": prediction.unit,
        "hit": prediction.is_hit,
        "scored": prediction.is_scored,
        "rows": result.rows or None,
    }


def prediction_rows(found: Validation) -> list[Row]:
    """One row for each result, as a table has it."""
    rows: list[Row] = []
    for foretold, other in zip(found.foretold, found.blind, strict=True):
        study = foretold.study
        for prediction, blind in zip(foretold.predictions, other.predictions, strict=True):
            cells = {
                n: v if isinstance(v, str | float | int) else None
                for n, v in _row(prediction).items()
            }
            cells["observed"] = str(cells["observed"])
            rows.append(
                {
                    "study": study.name,
                    "topic": study.topic,
                    "confidence": study.confidence,
                    **cells,
                    "predicted_out_of_sample": number(blind.predicted),
                    "hit_out_of_sample": blind.is_hit,
                }
            )
    return rows
