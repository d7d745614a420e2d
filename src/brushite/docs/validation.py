"""The page of validation: how often published results lie within what was foretold."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from brushite.docs.markup import Page, page, paragraph, table
from brushite.docs.words import plain_markdown, unit_words, value_words
from brushite.errors import FileError

PATH = "model/validation.md"
COMMAND = "brushite validate --format json -o docs/validation.json"
RATES = ("Hit in sample", "Hit out of sample")
INTRODUCTION = """\
Published studies are foretold by virtual cohorts; a prediction hits in the range given beside it.
Out of sample means: foretold with parameters that were estimated without the study. Studies are
weighed by the confidence in what was printed."""


def validation(file: Path) -> Page:
    """The page, from what `brushite validate --format json` wrote to `file`.

    Raises `FileError` for a file that cannot be read or lacks something; without a file the page
    says how to make it.
    """
    if not file.exists():
        return page(
            PATH,
            "Validation",
            "The published studies were not simulated for these pages. To do so, run\n\n"
            f"    {COMMAND}\n",
        )
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileError(f"{file} is no JSON file: {error}. Make it with {COMMAND!r}.") from None
    return page(PATH, "Validation", *_parts(_Table(found, str(file))))


class _Table:
    """A mapping of the file that says where it is when something is missing in it."""

    def __init__(self, content: object, place: str) -> None:
        if not isinstance(content, Mapping):
            raise FileError(f"{place} is no mapping. Make the file anew with {COMMAND!r}.")
        self.content: Mapping[str, Any] = content
        self.place = place

    def get(self, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """What stands under `key`; raises `FileError` where nothing does."""
        if key not in self.content:
            raise FileError(f"{self.place} has no {key!r}. Make the file anew with {COMMAND!r}.")
        return self.content[key]

    def share(self, key: str) -> float | None:
        """A share from 0 to 1, or nothing where the file has null."""
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise FileError(f"{self.place} has {value!r} as {key!r}. It is a share from 0 to 1.")
        return float(value)

    def truth(self, key: str) -> bool:
        """True or false."""
        value = self.get(key)
        if not isinstance(value, bool):
            raise FileError(f"{self.place} has {value!r} as {key!r}. It is true or false.")
        return value

    def listed(self, key: str) -> list[Any]:
        """The list under `key`."""
        value = self.get(key)
        if not isinstance(value, list):
            raise FileError(f"{self.place} has no list as {key!r}. Make the file anew.")
        return value

    def tables(self, key: str) -> Iterator["_Table"]:
        """The mappings of the list under `key`."""
        for number, each in enumerate(self.listed(key), start=1):
            yield _Table(each, f"{self.place}, {key} {number}")

    def named(self, key: str) -> Iterator[tuple[str, "_Table"]]:
        """The mappings of the mapping under `key`, with their names."""
        for name, each in _Table(self.get(key), f"{self.place}, {key}").content.items():
            yield name, _Table(each, f"{self.place}, {key}, {name}")


def _parts(found: _Table) -> Iterator[str]:
    yield INTRODUCTION
    rows = [("all studies", *_rates(found))]
    yield table(("", *RATES), rows)
    yield "## By topic"
    topics = (
        (_words(name), str(t.get("studies")), *_rates(t)) for name, t in found.named("topics")
    )
    yield table(("Topic", "Studies", *RATES), topics)
    yield "## By study"
    studies = [*found.tables("studies")]
    for study in sorted(studies, key=lambda s: (str(s.get("topic")), str(s.get("study")))):
        yield from _study(study)


def _rates(found: _Table) -> tuple[Markup, Markup]:
    return _bar(found.share("hit_rate")), _bar(found.share("hit_rate_out_of_sample"))


def _study(study: _Table) -> Iterator[str]:
    yield f"### {plain_markdown(str(study.get('study')))}"
    topic = _words(str(study.get("topic")))
    yield paragraph(f"{study.get('source')}: {topic}, confidence {study.get('confidence')}.")
    inside, blind = _rates(study)
    yield Markup("<p>In sample {}, out of sample {}</p>").format(inside, blind)
    yield table(
        ("Result", "Observed", "Foretold", "Hits", "Verdict", "Out of sample"), _rows(study)
    )
    for key, title in (("assumed", "Assumed"), ("notes", "To know")):
        said = [str(each) for each in study.listed(key)]
        if said:
            items = Markup("").join(Markup("<li>{}</li>").format(each) for each in said)
            yield Markup('<div class="quiet"><b>{}</b><ul>{}</ul></div>').format(title, items)


def _rows(study: _Table) -> Iterator[tuple[str, ...]]:
    for row in study.tables("rows"):
        unit = unit_words(str(row.get("unit")))
        observed, low, high = (row.get(key) for key in ("observed", "low", "high"))
        is_scored = row.truth("scored")
        yield (
            str(row.get("row")),
            observed if isinstance(observed, str) else f"{_cell(observed)} {unit}".strip(),
            f"{_cell(row.get('predicted'))} {unit}".strip(),
            _range(low, high),
            _verdict(is_hit=row.truth("hit"), is_scored=is_scored),
            _verdict(is_hit=row.truth("hit_out_of_sample"), is_scored=is_scored),
        )


def _range(low: object, high: object) -> str:
    """Where a prediction hits; one end is open for a direction."""
    if low is None:
        return "" if high is None else f"up to {_cell(high)}"
    return f"from {_cell(low)}" if high is None else f"{_cell(low)} to {_cell(high)}"


def _verdict(*, is_hit: bool, is_scored: bool) -> Markup:
    if not is_scored:
        return Markup("put in")
    kind, word = ("plus", "✓ hit") if is_hit else ("minus", "✗ missed")
    return Markup('<b class="{}">{}</b>').format(kind, word)


def _cell(value: object) -> str:
    """A number of the file with four digits; a dash for what is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value_words(float(f"{value:.4g}")) if is_number else "–" if value is None else str(value)


def _bar(share: float | None) -> Markup:
    if share is None:
        return Markup("nothing scored")
    return Markup('<span class="bar" style="--share:{:.0%}"></span> {:.0%}').format(share, share)


def _words(name: str) -> str:
    return name.replace("_", " ")
