"""Which analyte each number of a sentence belongs to, and its unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from brushite.analytes import analyte
from brushite.intake.casereport.amounts import Amount, Name
from brushite.intake.casereport.lexicon import BATH, NAMED, SEEN, UNIT, unit_of
from brushite.intake.casereport.numbers import NUMBER, Language, readings
from brushite.units import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A number with the analyte it is of; `units` are those it may have, one where it is certain.

    `is_bath` says that it is of the dialysate. Numbers of one `block` were told together, in a row
    for analytes in a row; 0 is none.
    """

    name: Name
    amount: Amount
    units: tuple[str, ...]
    is_bath: bool = False
    block: int = 0

    @property
    def analyte(self) -> str:
        """The name of the analyte."""
        return self.name.analyte


_FOLLOWS = re.compile(
    r" ?(?:\(|:)? ?(?:of|for|de|pour|du|en|d'|in)? ?(?:la |le |l'|the |serum |total "
    r"|blood |his |her |sa )*"
)
_TIGHT = re.compile(
    rf"[ ,:=(]*(?:(?:levels?|values?|concentrations?|serum|total|intact[e]?|taux|dosage"
    rf"|dosee?|was|were|is|est|etait|sont|etaient|of|at|a|to|from|de|du|level|by"
    rf"|respectively"
    rf"|measured|found|elevated|high|low|normal[e]?|elevee?|raised|increased|basse?"
    rf"|markedly|tres|very|severely|about|environ|around|approximately|=|:|\(|\)|,"
    rf"|{UNIT}) ?)*[ ,:=(]*"
)
_BLOOD = re.compile(r"emi[ea]|serum|serique|corrig|correct|ionis|plasm|blood")


_OTHER_FLUID = re.compile(
    r"\burin|effluent|ponction|aspirat|liquide (?!de dialyse)|\bsalive|sueur|drain|ascit|pleural"
    r"|(?<!dialysis )\bfluid\b(?! overload| restrict)|liquide peritoneal"
)


def owned(
    plain: str, names: Sequence[Name], amounts: Sequence[Amount], language: Language
) -> list[Owned]:
    """The values of a sentence with the analytes they are of; what is of no analyte is left out."""
    values = [a for a in amounts if a.role == "value"]
    following = _followed(plain, names, values)
    taken = {id(n) for n in following.values()}
    again = _again(plain, names, values)
    found: list[Owned] = []
    blocks = 0
    told = [v for v in values if id(v) not in again]
    for run, group in _runs([n for n in names if id(n) not in taken], told):
        left = [a for a in group if id(a) not in following]
        zipped = _zipped(plain, run, left, values, language)
        pairs = zipped or [(_nearest(plain, run, a, values) or _farther(names, a), a) for a in left]
        width = len({id(n) for n, _ in pairs})
        for place, (name, amount) in enumerate(pairs):
            if name is not None:
                blocks += zipped is not None and place % width == 0
                one = _owned(plain, name, amount, values)
                found.append(replace(one, block=blocks if zipped is not None else 0))
    found += [_owned(plain, following[id(a)], a, values) for a in told if id(a) in following]
    for amount in values:
        if (name := again.get(id(amount))) is not None:
            here = replace(name, start=amount.start, end=amount.start)
            found.append(replace(_owned(plain, here, amount, values), block=blocks + 1))
    kept = [o for o in found if o.name.analyte and o.units]
    return _said_once(plain, sorted(kept, key=lambda o: o.amount.start))


def _said_once(plain: str, found: list[Owned]) -> list[Owned]:
    """The values without those that say the one before again in another unit: "2.62 (10.5)"."""
    kept: list[Owned] = []
    for one in found:
        before = kept[-1] if kept else None
        if before is not None and before.analyte == one.analyte and before.units != one.units:
            gap = plain[before.amount.end : one.amount.start]
            closes = re.match(r" ?[)\]]", plain[one.amount.end :])
            if re.fullmatch(r" ?[(\[/=,]? ?(?:i\.e\.,?|soit|or|ou|equivalent to)? ?", gap) and (
                closes or "(" not in gap
            ):
                continue
        kept.append(one)
    return kept


def _followed(plain: str, names: Sequence[Name], values: Sequence[Amount]) -> dict[int, Name]:
    """The names that stand behind their numbers: "2.9 mmol/L for calcium", by number."""
    found: dict[int, Name] = {}
    first = min((n.start for n in names), default=0)
    for amount in values:
        after = [n for n in names if n.start >= amount.end]
        if not after or not amount.unit or unit_of(amount.unit, after[0].analyte or "pth") is None:
            continue
        between = plain[amount.end : after[0].start]
        says_of = re.fullmatch(
            r" ?(?:of|for|de|pour|du|d') ?(?:la |le |l'|the |serum |his |her )*", between
        )
        if says_of or (amount.end <= first and _FOLLOWS.fullmatch(between)):
            found[id(amount)] = after[0]
    return found


_THEY = re.compile(
    r"\b(?:they|these|elles|ils|ces valeurs)\b"
    r" (?:were|was|etaient|sont|had|fell|rose|passaient)[^.;\d]{0,40}$"
)


def _again(plain: str, names: Sequence[Name], values: Sequence[Amount]) -> dict[int, Name]:
    """Names of numbers that a pronoun takes up: "after it they were 2.6 and 1.2", by number."""
    for index, amount in enumerate(values):
        lead = _THEY.search(plain[: amount.start])
        if lead is None:
            continue
        row = list({n.analyte: n for n in names if n.end <= lead.start() and n.analyte}.values())
        group = values[index : index + len(row)]
        stop = min((n.start for n in names if n.start >= amount.end), default=len(plain))
        inside = [a for a in values[index:] if a.start < stop]
        if len(row) < 2 or len(inside) != len(row) or re.search(r"[;]", plain[amount.end : stop]):
            continue
        if all(not a.unit or unit_of(a.unit, n.analyte) for a, n in zip(group, row, strict=True)):
            return {id(a): n for a, n in zip(group, row, strict=True)}
    return {}


def _runs(names: Sequence[Name], values: Sequence[Amount]) -> list[tuple[list[Name], list[Amount]]]:
    """Names in a row with the numbers in a row behind them."""
    items: list[Name | Amount] = sorted([*names, *values], key=lambda x: x.start)
    runs: list[tuple[list[Name], list[Amount]]] = []
    for item in items:
        if isinstance(item, Name):
            if not runs or runs[-1][1]:
                runs.append(([], []))
            runs[-1][0].append(item)
        elif runs:
            runs[-1][1].append(item)
    return runs


def _zipped(
    plain: str, names: list[Name], group: list[Amount], values: Sequence[Amount], language: Language
) -> list[tuple[Name | None, Amount]] | None:
    """Names and numbers in the same order, where that fits: "calcium and PTH were 2.4 and 900"."""
    if len(group) < 2 or len(names) < 2:
        return None
    widths = [len(group)] if len(names) >= len(group) else []
    widths += [len(names)] if len(group) > len(names) and len(group) % len(names) == 0 else []
    for width in widths:
        for start in range(len(names) - width, -1, -1):
            row = names[start : start + width]
            if len({n.analyte or n.words for n in row}) < width:
                continue
            pairs = [(row[i % width], a) for i, a in enumerate(group)]
            if all(
                not n.analyte
                or any(_is_seen(n.analyte, a, u, language) for u in _units(plain, n, a, values))
                for n, a in pairs
            ):
                return [*pairs]
    return None


def _is_seen(name: str, amount: Amount, unit: str, language: Language) -> bool:
    low, high = SEEN[name]
    measure = analyte(name).measure
    numbers = readings(amount.number, language).values
    return any(low <= measure.value(Quantity(v, unit)) <= high for v in numbers)


def _nearest(
    plain: str, names: list[Name], amount: Amount, values: Sequence[Amount]
) -> Name | None:
    """The last name before a number whose unit fits; a nearer one that is not ours owns it."""
    for name in reversed(names):
        if not name.analyte:
            gap = plain[name.end : amount.start]
            if not amount.unit or len(gap) < 30:
                return None
            continue
        if _units(plain, name, amount, values):
            return name
    return None


def _farther(names: Sequence[Name], amount: Amount) -> Name | None:
    """A name before the last ones whose unit fits a number that these do not: "they were 322"."""
    if not amount.unit:
        return None
    earlier = [n for n in names if n.end <= amount.start and n.analyte]
    fitting = {n.analyte: n for n in earlier if unit_of(amount.unit, n.analyte) is not None}
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _units(plain: str, name: Name, amount: Amount, values: Sequence[Amount]) -> tuple[str, ...]:
    """The units that a number may have as a value of `name`: its own, one borrowed, or guesses."""
    if not name.analyte:
        return ()
    if amount.unit:
        own = unit_of(amount.unit, name.analyte)
        return () if own is None else (own,)
    between = plain[name.end : amount.start]
    if said := re.match(rf" ?[(\[]? ?({UNIT}) ?[)\]]? ?[:=]?", between):
        unit = unit_of(said[1], name.analyte)
        return () if unit is None else (unit,)
    for other in values:
        if amount.end <= other.start <= amount.end + 60 and other.unit:
            unit = unit_of(other.unit, name.analyte)
            if unit is not None and is_list(plain[amount.end : other.start]):
                return (unit,)
            break
    if not is_beside(between):
        return ()
    return analyte(name.analyte).measure.units


def is_beside(between: str) -> bool:
    """Whether only small words stand between a name and a number."""
    return _TIGHT.fullmatch(between) is not None


_LISTED = re.compile(rf"{NAMED.pattern}|{NUMBER}|[(\[][^)\]]*[)\]]")  # what a list holds


def is_list(between: str) -> bool:
    """Whether only names, numbers and small words stand between two numbers."""
    rest = _LISTED.sub(" ", between)
    return not re.search(r"[.([]", rest) and len(re.findall(r"[a-z]{2,}", rest)) <= 6


def _owned(plain: str, name: Name, amount: Amount, values: Sequence[Amount]) -> Owned:
    units = _units(plain, name, amount, values)
    if _OTHER_FLUID.search(_beside(plain, name, amount)):
        units = ()
    return Owned(name=name, amount=amount, units=units, is_bath=_is_bath(plain, name, amount))


def _beside(plain: str, name: Name, amount: Amount) -> str:
    """The words of a clause before a number since blood was named, and a few behind it."""
    start = min(name.start, amount.start)
    before = re.split(r"\.(?!\d)|;", plain[max(0, start - 60) : amount.end])[-1]
    blood = max((m.end() for m in _BLOOD.finditer(before)), default=0)
    return before[blood:] + re.split(r"[,;.]", plain[amount.end : amount.end + 30])[0]


def _is_bath(plain: str, name: Name, amount: Amount) -> bool:
    """Whether a number is of the dialysate and not of the blood."""
    if name.analyte not in {"calcium", "magnesium", "bicarbonate", "ionised calcium"}:
        return False
    if _BLOOD.search(name.words) or _BLOOD.search(plain[max(0, name.start - 8) : name.start]):
        return False
    if name.analyte in {"calcium", "ionised calcium"} and _is_too_high(name, amount):
        return False
    start = min(name.start, amount.start)
    before = re.split(r"\.(?!\d)|;", plain[max(0, start - 120) : start])[-1]
    blood = max((m.end() for m in _BLOOD.finditer(before)), default=0)
    before = before[blood:]
    after = plain[max(name.end, amount.end) : amount.end + 40]
    between = plain[min(name.end, amount.end) : max(name.start, amount.start)]
    near = re.split(r"[;,)]|\.(?!\d)", after)[0]
    if any(BATH.search(part) for part in (before, between, near)):
        return True
    is_low = name.analyte == "calcium" and re.fullmatch(
        r"(?:1[.,](?:0|00|25|5|50|75)|1|2[.,]?5?)", amount.number
    )
    return bool(is_low and re.search(r"dialys|seance|session|\bhdf?\b|\bbags?\b|poches?", before))


def _is_too_high(name: Name, amount: Amount) -> bool:
    """Whether a number is more calcium than any dialysate has (2 mmol/L)."""
    unit = unit_of(amount.unit, name.analyte) if amount.unit else None
    if unit is None:
        return False
    return (
        analyte(name.analyte).measure.value(Quantity(readings(amount.number, "en").first, unit))
        > 2.05
    )
