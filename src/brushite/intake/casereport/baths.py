"""Calcium of the dialysate, and flows: what was prescribed, and what it was changed to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.stories import is_changed
from brushite.units import CALCIUM, Quantity


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a prescription that a text sets from `start` to `end` of its plain letters."""

    name: str
    value: object
    start: int
    end: int
    is_new: bool


_UNIT = r"(?P<u>mmol ?/ ?l|meq ?/ ?l|mmol|meq|mm\b)"

_VALUE = r"(?P<n>[0-4][.,]\d{1,2}|[1-4])"

BATH = (
    r"(?:dialysat\w*|\bbains?\b|\bbath\b|\bbags?\b|poches?|dialysis (?:fluid|solution)"
    r"|liquide de dialyse)"
)

_CONTEXT = re.compile(r"dialys|dialyz|seance|session|\bhd\b|\bhdf\b|ha?emodia")
_NEAR, _BEFORE, _WITH, _BARE = (
    re.compile(rf"{BATH}(?:[^.;]|\.\d){{0,75}}?{_VALUE} ?{_UNIT}"),
    re.compile(rf"{_VALUE} ?{_UNIT}[^.;,\d]{{0,30}}?{BATH}"),
    re.compile(rf"(?:with|avec|and|et) (?:a |un |du )?calcium (?:of |de |a )?{_VALUE} ?{_UNIT}"),
    re.compile(
        rf"{BATH}[^.;,\d]{{0,14}}?\b(?:calci\w+|ca)\b[^.;,\d]{{0,6}}"
        r"(?P<n>[1-4][.,]\d{1,2})(?P<u>)(?!\d| ?[a-z/%])"
    ),
)
_OTHER = re.compile(r"bicarb|magnes|potass|sodium|\bk\b|citrat|glucose|\bmg\b")

_BLOOD = re.compile(r"calc[ae]+mi|serum|serique|\bpth\b|phosph")

_THEN = re.compile(rf"[^.;,\d]{{0,14}}\b(?:to|a|vers|puis) {_VALUE} ?{_UNIT}")

_FROM = re.compile(rf"(?:from|de) (?P<n0>[0-4][.,]\d{{1,2}}|[1-4])(?: ?{_UNIT})? (?:to|a) $")

_FLOWS = (
    (
        "blood_flow",
        re.compile(
            r"(?:blood flow(?: rate)?|debit sanguin|\bqb\b)[^.;\d]{0,20}(\d{2,3}) ?ml ?/ ?min"
        ),
    ),
    (
        "dialysate_flow",
        re.compile(
            r"(?:dialysate flow(?: rate)?|debit (?:du |de )?dialysat|\bqd\b)[^.;\d]{0,20}(\d{3,4})"
            r" ?ml ?/ ?min"
        ),
    ),
)
_BEGUN = re.compile(r"[^.;]{0,20}(?:was|a ete) (?:institut|start|instaur|introdu)")


def bath_parts(sentence: Sentence) -> Iterator[Part]:
    """Calcium of the dialysate and flows, as a sentence has them."""
    plain = sentence.plain
    for pattern in (_NEAR, _BEFORE, _WITH, _BARE):
        for match in pattern.finditer(plain):
            if _is_bath(plain, match, pattern):
                yield from _calcium(sentence, match)
    for name, pattern in _FLOWS:
        if found := pattern.search(plain):
            value = Quantity(float(found[1]), "mL/min")
            is_new = is_changed(sentence, found.start())
            yield Part(name, value, found.start(), found.end(), is_new)


def _is_bath(plain: str, match: re.Match[str], pattern: re.Pattern[str]) -> bool:
    """Whether a number is calcium of the dialysate, and not of the blood or of another salt."""
    lead = match[0][: match.start("n") - match.start()]
    if _BLOOD.search(match[0]) or (_OTHER.search(lead) and not _says_calcium(lead[-25:])):
        return False
    if pattern is _WITH:
        return _CONTEXT.search(plain[: match.start()]) is not None
    near = plain[max(0, match.start() - 60) : match.end() + 25]
    is_named = re.search(r"bath|bain|bags?|poche", match[0]) is not None
    return pattern is _BARE or is_named or _says_calcium(near)


def _calcium(sentence: Sentence, match: re.Match[str]) -> Iterator[Part]:
    """The value of a match, the one before it ("from 1.25 to"), and the one behind ("to 1.25")."""
    plain, name = sentence.plain, "dialysate_calcium"
    value = concentration(match["n"], match["u"])
    if value is None:
        return
    course = _FROM.search(plain[: match.start("n")])
    then = _THEN.match(plain[match.end() :])
    old = concentration(course["n0"], match["u"]) if course is not None else None
    later = None
    if then is not None and not _BLOOD.search(then[0]):
        later = concentration(then["n"], then["u"])
    if course is not None and old is not None:
        yield Part(name, old, course.start(), match.end(), is_new=False)
    is_begun = _BEGUN.match(plain[match.end() :]) is not None
    is_new = (
        old is not None or is_begun or (later is None and is_changed(sentence, match.start("n")))
    )
    yield Part(name, value, match.start(), match.end(), is_new)
    if later is not None and then is not None:
        yield Part(name, later, match.end(), match.end() + then.end(), is_new=True)


def _says_calcium(words: str) -> bool:
    return re.search(r"calci|\bca\b|\bca2", words) is not None


def concentration(number: str, unit: str | None) -> Quantity | None:
    """Calcium of a dialysate, or None for what no dialysate has; without unit by its size."""
    value = float(number.replace(",", "."))
    name = "mEq/L" if (unit and "eq" in unit) or (not unit and value > 2.25) else "mmol/L"
    quantity = Quantity(value, name)
    return quantity if 0.5 <= quantity.to("mmol/L", of=CALCIUM) <= 2.25 else None
