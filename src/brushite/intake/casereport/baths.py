"""The calcium of the dialysate: what the bath held, and what it was changed to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from brushite.intake.casereport.schedules import Told
from brushite.units import CALCIUM, Quantity

_BATH = re.compile(
    r"dialysat\w*|\bbains?\b|\bbath\b|dialysis (?:fluid|solution)\w*|liquide de dialyse"
    r"|\bconcentrates?\b|\bbags?\b|\bpoches?\b"
)
_UNIT = r"mmol ?(?:/|per) ?l(?:it(?:re|er))?|meq ?(?:/|per) ?l(?:it(?:re|er))?|mmol|meq|mm\b"
_NUMBER = re.compile(rf"(?<![\d.,])(?P<n>\d(?:[.,]\d{{1,2}})?)(?!\d|[.,]\d) ?(?P<u>{_UNIT})?")
_IONS = re.compile(
    r"(?P<calcium>calcium|calcique|\bca(?:2\+|\+\+)?(?![a-z]))"
    r"|(?P<other>bicarb\w*|\bhco3|magnes\w*|\bmg\b|potass\w*|\bk\+?(?![a-z])|sodium|\bna\b"
    r"|citrat\w*"
    r"|acetate\b|gluc\w*|dextro\w*|phosph\w*|chlor\w*)"
)
_BLOOD = re.compile(
    r"calc[ae]e?mi\w*|serum|seriqu\w+|sanguin\w*|plasma\w*|\bblood calcium|\bpth\b|parathormone"
    r"|albumin\w*|phosphor\w*|phosphat\w*|ionis\w*|ioniz\w*|calciuri\w*|predialy\w*|postdialy\w*"
    r"|effluent|\bcorrected\b|\bcorrige"
)
_TO = re.compile(
    r"^[^.;\d]{0,20}(?:replac|remplac)\w+ (?:\w+ )?(?:with|by|par) [^.;\d]{0,12}$"
    r"|^(?:[^.;\d]|\.(?!\s)){0,40}?\b(?:to|a|vers|puis|then)\b[^.;\d]{0,12}$"
)
_BEFORE = re.compile(
    r"\b(?:previously|initially|formerly|auparavant|initialement|anterieurement)\b"
)
REACH = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amount:
    """A number in millimoles or milliequivalents that may be calcium of a bath."""

    match: re.Match[str]
    quantity: Quantity


def bath_in(plain: str, *, has_schedule: bool) -> Iterator[Told]:
    """The calcium of the bath in plain letters; `has_schedule` that they tell how one dialyses."""
    for bath in _BATH.finditer(plain):
        found = _behind(plain, bath) or _ahead(plain, bath)
        if found:
            yield from found
            return
    beside = re.search(r"\b(?:with|avec|against|sur)\b (?:an? |un )?(?:calcium|ca)\b", plain)
    clause = re.split(r"[;]", plain)[0]
    if has_schedule and beside is not None and not _BLOOD.search(clause):
        number = _NUMBER.search(plain, beside.end(), beside.end() + 25)
        amount = _amount(number, names_calcium=False) if number else None
        if amount is not None:
            yield _told(amount)


def _behind(plain: str, bath: re.Match[str]) -> list[Told]:
    """The amounts behind the word: the first of calcium, and what it was changed to."""
    stop = re.compile(r"[;.](?!\d)").search(plain, bath.end())
    end = min(stop.start() if stop else len(plain), bath.end() + REACH)
    blood = _BLOOD.search(plain, bath.end(), end)
    is_blood = _BLOOD.search(re.split(r"[,;(]", plain[: bath.start()])[-1][-45:]) is not None
    end = blood.start() if blood else end
    lead = list(_IONS.finditer(plain, max(0, bath.start() - 25), bath.start()))
    about = (
        lead[-1]
        if lead
        and re.fullmatch(
            r" ?(?:du|de|of|in|dans|dans le|in the|of the|le|the|concentration|en)?(?: \w+)? ?",
            plain[lead[-1].end() : bath.start()],
        )
        else None
    )
    found: list[_Amount] = []
    for number in _NUMBER.finditer(plain, bath.end(), end):
        gap = plain[bath.end() : number.start()]
        if (
            is_blood
            and re.search(r"\b(?:was|were|etait|est|a|of|de)\b.{0,8}$", gap)
            and len(gap) > 6
        ):
            return []
        ion = _ion(plain, bath.end(), number, about)
        if ion == "other":
            continue
        amount = _amount(number, names_calcium=ion == "calcium")
        if amount is not None:
            found.append(amount)
    return _paired(plain, found)


def _paired(plain: str, found: list[_Amount]) -> list[Told]:
    if not found:
        return []
    first = found[0]
    if len(found) > 1:
        gap = plain[first.match.end() : found[1].match.start()]
        lead = plain[max(0, first.match.start() - 25) : first.match.start()]
        if (_TO.match(gap) or _BEFORE.search(lead)) and first.quantity != found[1].quantity:
            same = Quantity(first.quantity.value, found[1].quantity.unit)
            start = first if first.match["u"] else _Amount(match=first.match, quantity=same)
            return [_told(start, is_later=False), _told(found[1], is_later=True)]
    return [_told(first)] if first.match["u"] or _is_sure(plain, first) else []


def _is_sure(plain: str, amount: _Amount) -> bool:
    """Whether a number without a unit is an amount: it stands right behind "calcium"."""
    before = plain[: amount.match.start()]
    if re.match(r" ?(?:de|of) calcium\b", amount.match.string[amount.match.end() :]):
        return any(s in amount.match["n"] for s in ".,")
    is_beside = re.search(r"(?:calcium|\bca(?:2\+|\+\+)?) ?(?:a|at|of|de|:|=)? ?$", before)
    return is_beside is not None and any(s in amount.match["n"] for s in ".,")


def _ion(plain: str, start: int, number: re.Match[str], about: re.Match[str] | None) -> str:
    """The ion that a number is of: the one behind it ("of calcium"), else the last before."""
    after = re.match(
        rf" ?(?:de |of |d'|en |in )(?:{_IONS.pattern})|-?(?: ?\w+)? ?(?:calcium)\b",
        plain[number.end() :],
    )
    if after is not None:
        return "other" if after["other"] else "calcium"
    named = list(_IONS.finditer(plain, start, number.start()))
    last = named[-1] if named else about
    if last is None:
        return ""
    return "calcium" if last["calcium"] else "other"


def _ahead(plain: str, bath: re.Match[str]) -> list[Told]:
    """The amount that stands before the word: "a 2.5 mEq/L calcium bath"."""
    for number in reversed(list(_NUMBER.finditer(plain, max(0, bath.start() - 45), bath.start()))):
        gap = plain[number.end() : bath.start()]
        if not number["u"] or re.search(r"[,;.)]|\d|\b(?:et|and|with|avec|on|sous)\b", gap):
            continue
        ions = list(_IONS.finditer(gap))
        lead = plain[max(0, number.start() - 30) : number.start()]
        if any(i["other"] for i in ions) or _BLOOD.search(lead):
            continue
        amount = _amount(number, names_calcium=bool(ions))
        if amount is not None:
            return [_told(amount)]
    return []


def _amount(number: re.Match[str], *, names_calcium: bool) -> _Amount | None:
    """The quantity of a number that a bath can hold, or None."""
    value = float(number["n"].replace(",", "."))
    if number["u"]:
        unit = "mEq/L" if "eq" in number["u"] else "mmol/L"
    elif any(s in number["n"] for s in ".,") or names_calcium:
        unit = "mmol/L" if value <= 2 else "mEq/L"
    else:
        return None
    quantity = Quantity(value, unit)
    if not 0.5 <= quantity.to("mmol/L", of=CALCIUM) <= 2.5:
        return None
    return _Amount(match=number, quantity=quantity)


def _told(amount: _Amount, *, is_later: bool | None = None) -> Told:
    start, end = amount.match.span()
    return Told(
        name="dialysate_calcium",
        value=amount.quantity,
        start=start,
        end=end,
        is_later=is_later,
    )
