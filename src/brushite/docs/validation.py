"""The page of validation: how often published results lie within what was foretold."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from brushite.docs.markup import Page, page, table
from brushite.docs.words import counted, plain_markdown, value_words
from brushite.errors import FileError

PATH = "model/validation.md"
COMMAND = "brushite validate --format json -o docs/validation.json"


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

    def tables(self, key: str) -> Iterator["_Table"]:
        """The mappings of the list under `key`."""
        listed = self.get(key)
        if not isinstance(listed, list):
            raise FileError(f"{self.place} has no list as {key!r}. Make the file anew.")
        for number, each in enumerate(listed, start=1):
            yield _Table(each, f"{self.place}, {key} {number}")

    def named(self, key: str) -> Iterator[tuple[str, "_Table"]]:
        """The mappings of the mapping under `key`, with their names."""
        for name, each in _Table(self.get(key), f"{self.place}, {key}").content.items():
            yield name, _Table(each, f"{self.place}, {key}, {name}")


def _parts(found: _Table) -> Iterator[str]:
    yield "A published result is hit when it lies within the band that was foretold for it."
    yield table(
        ("Studies", "Hit"),
        [
            ("all", _bar(found.share("hit_rate"))),
            ("those that nothing was fitted to", _bar(found.share("hit_rate_out_of_sample"))),
        ],
    )
    yield "## By topic"
    rows = [
        (_words(name), str(topic.get("studies")), _bar(topic.share("hit_rate")))
        for name, topic in found.named("topics")
    ]
    yield table(("Topic", "Studies", "Hit"), rows)
    yield "## By study"
    studies = sorted(
        found.tables("studies"), key=lambda s: (str(s.get("topic")), str(s.get("study")))
    )
    for study in studies:
        yield from _study(study)


def _study(study: _Table) -> Iterator[str]:
    rows = [
        (
            str(row.get("row")),
            _cell(row.get("observed")),
            _cell(row.get("predicted")),
            _verdict(row),
        )
        for row in study.tables("rows")
    ]
    yield f"### {plain_markdown(str(study.get('study')))}"
    yield Markup("<p>{}; confidence {}; {} {}</p>").format(
        _words(str(study.get("topic"))),
        study.get("confidence"),
        counted(len(rows), "result"),
        _bar(study.share("hit_rate")),
    )
    yield table(("Result", "Observed", "Foretold", "Verdict"), rows)


def _verdict(row: _Table) -> Markup:
    is_hit = row.get("hit")
    if not isinstance(is_hit, bool):
        raise FileError(f"{row.place} has {is_hit!r} as 'hit'. It is true or false.")
    kind, word = ("plus", "✓ hit") if is_hit else ("minus", "✗ missed")
    return Markup('<b class="{}">{}</b>').format(kind, word)


def _cell(value: object) -> str:
    """A value of the file in words: `5 to 7` for a band, `low 5, high 7` for a mapping."""
    if isinstance(value, bool) or value is None:
        return "–" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return value_words(float(f"{value:.4g}"))
    if isinstance(value, list):
        return " to ".join(_cell(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(str(k))} {_cell(v)}" for k, v in value.items())
    return str(value)


def _bar(share: float | None) -> Markup:
    if share is None:
        return Markup("<span>none to judge</span>")
    return Markup('<span class="bar" style="--share:{:.0%}"></span> {:.0%}').format(share, share)


def _words(name: str) -> str:
    return name.replace("_", " ")
