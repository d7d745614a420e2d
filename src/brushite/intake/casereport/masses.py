"""Calcified masses: where, on which side, how large."""

import re
from dataclasses import dataclass, replace

from brushite.intake.casereport.anatomy import side_near, site_of, sites_in
from brushite.intake.casereport.attribution import (
    is_general,
    is_reported,
    is_told,
    subject_of,
)
from brushite.intake.casereport.medicines import MOST_SPANS
from brushite.intake.casereport.numbers import COUNT, NUMBER
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.timing import When, length_of, whens
from brushite.intake.reading import Span
from brushite.plan import Moment
from brushite.record import PRESENT, Side
from brushite.units import Quantity

_MASS = re.compile(
    r"\bmass(?:e|es)?\b|tumefaction\w*|\btum(?:o|ou|eu)rs?\b|swelling\w*|\blesions?\b"
    r"|calcinos\w+|formation\w* calci\w+|calci\w+ (?:mass|deposit|lesion|collection"
    r"|formation|tum)\w*"
    r"|\bnodules?\b|depots? calci\w+|\blumps?\b|collections? calci\w+"
    r"|calcifications? (?:tumor|pseudo|volumin|massiv|extens)\w*|conglomerat\w*"
    r"|(?:pseudo)?-?tumoral calcification\w*|tophace\w+"
    r"|opacit\w+ (?:\w+ ){0,2}(?:calci\w+)"
)
_NOT_MASS = re.compile(
    r"parathyr\w+|adenom\w+|\bglandes?\b|\bglands?\b|thyroid\w*|\brenal\b|\breins?\b"
    r"|kidney|ulcer\w*|necro\w+|cutane\w+|skin|ventric\w+|prostat\w*|brown tum\w+"
    r"|tumeurs? brunes?|\blung\b|\bpoumon|goitr\w*|uter\w+|ganglion\w*|lymph|incision"
    r"|fracture\w*|fistula\w*|catheter"
)
_LENGTH_UNIT = r"(?:cm|mm|centimet(?:re|er)s?|millimet(?:re|er)s?)"
_SIZE = re.compile(
    rf"(?P<a>{NUMBER}) ?(?P<au>{_LENGTH_UNIT})? ?(?:x|\*|sur|by|par"
    rf"|/) ?(?P<b>{NUMBER}) ?(?P<bu>{_LENGTH_UNIT})?(?: ?(?:x|\*|sur|by|par"
    rf"|/) ?(?P<c>{NUMBER}) ?(?P<cu>{_LENGTH_UNIT})?)?(?<=[a-z])"
    rf"|(?P<one>{NUMBER}) ?-?(?P<oneu>{_LENGTH_UNIT})\b"
    rf"|(?P<volume>{NUMBER}) ?(?P<vu>ml|cm3|cc)\b"
)
_NOT_SIZE = re.compile(
    r"(?:distance|incision|plaie|thick\w*|epaiss\w*|wall|paroi|within|catheter"
    r"|aiguille)[^.;,]{0,15}$"
)
_AWAY = re.compile(
    r"^ ?(?:de la|du|from|above|below|proximal|distal|au-dessus|au-dessous|sous|away"
    r"|en avant|en arriere)\b(?! (?:grand|plus))"
)
_COURSE = re.compile(
    rf"\b(?:from|de) (?P<a>{NUMBER})(?: ?(?:x|by|sur) ?(?P<b>{NUMBER}))?"
    rf"(?: ?(?:x|by|sur) ?(?P<c>{NUMBER}))? ?(?P<unit>{_LENGTH_UNIT})? (?:to|a) $"
)
_FORMER = re.compile(
    r"\b(?:formerly|previously|initially|initialement|auparavant|jadis)\b[^.;\d]{0,15}$"
)
_OWN_SIDE = re.compile(
    r"[(,;] ?(?:the |a |la )?(?:(?P<right>right|droite?)|(?P<left>left|gauche))\b[)]?[ :=]{0,3}$"
)
_NEXT = re.compile(r"^ ?(?:to|a|puis|then|versus|vs\.?|contre) ?$")
_ACHE = re.compile(r"douleur|douloureu|\bpain|tumefaction|swelling|gonflement|\bgene\b")
_ABSENT = re.compile(
    r"\b(?:no|not|without|never|absence of|free of|sans|pas|plus|aucune?|absence d[e']|ni)"
    r"(?: (?!(?:the|in|la|les?|du|but|mais|and|et|with|avec|than|que|from|only|seulement)\b)"
    r"[\w']+){0,3} (?:d')?$"
)
_CUT = re.compile(r"[,;:]|\b(?:and|et|but|mais|no|not|without|pas|sans|aucune?)\b")
_AGAIN = re.compile(
    r"\b(?:it|they|elles?|celles?-ci|the latter)\b(?: (?:ha[ds]|have|then|now|only|ne|a|ont"
    r"|avait|avaient))* (?:measur\w+|mesur\w+|shr[aiu]nk\w*|decreas\w+|regress\w+|diminu\w+)"
)
_ONSET = re.compile(
    r"appar\w+|appear\w*|developp\w+|develop\w+|notic\w+|remarqu\w+|install\w+"
    r"|note\w* l'apparition|onset"
)
_SINCE = re.compile(
    rf"(?:depuis|since|for|evoluant depuis|over the (?:last|past)|il y a|during the (?:last"
    rf"|past))(?: the (?:last|past)| environ| about| plus de| les)* (?P<count>{COUNT}"
    rf"|\bune?\b|\ban?\b)[- ]?(?P<unit>semaines?|weeks?|mois|months?|ans?|annees?"
    rf"|years?)(?P<half> et demie?| and a half)?|(?P<c2>{COUNT})[- ](?P<u2>week|month"
    rf"|year)s?[- ](?:history|old history)"
)
_LATER = re.compile(
    r"regress\w+|reduc\w+|reduit\w*|shr[aiu]nk\w*|decreas\w+|diminu\w+|disparu\w*"
    r"|dispari\w+|disappear\w*|resol\w+|resorb\w+|residual|residuel\w*"
)
_METHODS = (
    ("CT", r"\bct\b|scann\w+|tomodensito\w+|\btdm\b|computed tomograph\w+"),
    ("MRI", r"\birm\b|\bmri\b|magnetic"),
    ("ultrasound", r"echograph\w+|ultraso\w+|sonograph\w+"),
    ("radiograph", r"radiograph\w*|x-?rays?\b|radio standard"),
)
_LOOKED_AT = re.compile(
    rf"(?:{'|'.join(pattern for _, pattern in _METHODS)})(?: standards?| scans?| views?| films?)?"
    r" (?:of|d[eu]s?)\b[^.,;:]{0,15}$"
)
_NERVES = (
    ("sciatic nerve", r"sciati\w+"),
    ("ulnar nerve", r"nerf (?:ulnaire|cubital)|ulnar nerve"),
    ("median nerve", r"nerf median|median nerve"),
    ("spinal cord", r"moelle|spinal cord|cord compression|compression medullaire"),
    ("femoral vessels", r"(?:vaisseaux|femoral) (?:femoraux|vessels)|femoral (?:artery|vein)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A mass as one sentence has it."""

    site: str
    side: Side
    axes: tuple[Quantity, ...]
    volume: Quantity | None
    taken: Moment
    method: str | None
    span: Span
    sentence: int
    first_noticed: Moment | None = None
    relations: tuple[str, ...] = ()
    is_absent: bool = False


def masses_in(told: list[Sentence]) -> list[Seen]:
    """The masses of the patient as each sentence has them, in order."""
    seen: list[Seen] = []
    last_site: tuple[str, Side] | None = None
    ache: tuple[int, str, Side] | None = None
    ill: Quantity | None = None
    here_before: Seen | None = None
    for sentence in told:
        if not is_told(sentence) or sentence.zone == "references":
            continue
        near = last_site
        again = here_before is not None and here_before.sentence == sentence.number - 1
        if near is None and ache is not None and sentence.number - ache[0] <= 2:
            near = ache[1:]
        here = _noticed(sentence, _seen(sentence, near, again=again), ill)
        ache = _aching(sentence) or ache
        ill = _since(sentence) or ill
        seen += here
        present = [o for o in here if not o.is_absent and o.site]
        if present:
            here_before = present[-1]
            last_site = (here_before.site, here_before.side)
    return seen


def _seen(sentence: Sentence, last: tuple[str, Side] | None, *, again: bool) -> list[Seen]:
    """The masses of a sentence; `again` that the one before told of one that "it" may be."""
    plain = sentence.plain
    lumps = list(_MASS.finditer(plain)) or (list(_AGAIN.finditer(plain)) if again else [])
    if is_general(sentence) or is_reported(sentence) or not lumps:
        return []
    found: list[Seen] = []
    sizes = [m for m in _SIZE.finditer(plain) if _is_size(m, sentence, lumps)][:MOST_SPANS]
    masses = [m for m in lumps if not _is_other(plain, m)]
    if not masses:
        return []
    sites = sites_in(plain)
    times = whens(plain)
    if sizes:
        for index, match in enumerate(sizes):
            gap = plain[sizes[index - 1].end() : match.start()] if index else ""
            if found and _NEXT.match(gap):
                later = _sized(sentence, match, found[-1].site, found[-1].side, times)
                has_grown = any(_is_larger(o, found[-1]) and o.taken == PRESENT for o in later)
                found[-1] = replace(found[-1], taken=Moment() if has_grown else PRESENT)
                found += [
                    o if has_grown else replace(o, taken=_later(o.taken, times)) for o in later
                ]
                continue
            site, place = site_of(match, sites, plain, sizes)
            side = side_near(plain, place if place is not None else match.start(), sites)
            if (own := _OWN_SIDE.search(plain[: match.start()])) is not None:
                side = "right" if own["right"] else "left"
            if not site and found and found[-1].site:
                site = found[-1].site
                side = side if own is not None else found[-1].side
            elif not site and last is not None:
                site, side = last[0], side if side != "unknown" else last[1]
            sized = _sized(sentence, match, site, side, times)
            mass = min(masses, key=lambda m: _gap(m, match, plain))
            if _ABSENT.search(plain[: mass.start()]):  # "no mass larger than 2 cm of the hip"
                sized = [replace(o, is_absent=True, axes=(), volume=None) for o in sized[:1]]
            found += sized
        return found
    for match, site in [s for s in sites if not _is_looked_at(s[0], plain)] or sites:
        mass = min(masses, key=lambda m: _gap(m, match, plain))
        near = min(abs(m.start() - match.start()) for m in masses)
        if near < 90 and subject_of(sentence, match.start()) == "patient":
            side = side_near(plain, match.start(), sites)
            one = _made(sentence, match, site, side, times, sized=False)
            is_absent = _ABSENT.search(plain[: mass.start()]) is not None
            found += [replace(one, is_absent=is_absent)] if one is not None else []
    return found[:3]


def _is_larger(one: Seen, other: Seen) -> bool:
    """Whether a mass is longer than it was."""
    return [a.to("mm") for a in one.axes[:1]] > [a.to("mm") for a in other.axes[:1]]


def _is_looked_at(site: re.Match[str], plain: str) -> bool:
    """Whether a site is what an image was taken of, which says not yet where the mass is."""
    return _LOOKED_AT.search(plain[: site.start()]) is not None


def _gap(mass: re.Match[str], site: re.Match[str], plain: str) -> int:
    """How far a site is from a mass, in letters; further where the sentence turns between."""
    gap = plain[min(mass.end(), site.end()) : max(mass.start(), site.start())]
    return len(gap) + 40 * len(_CUT.findall(gap))


def _later(taken: Moment, times: list[When]) -> Moment:
    """When the second of two sizes was taken: after the only time that is told, or later."""
    if taken != PRESENT:
        return taken
    after = [w for w in times if w.kind == "after"]
    return after[0].moment(None) if len(after) == 1 else Moment(is_later=True)


def _sized(
    sentence: Sentence, match: re.Match[str], site: str, side: Side, times: list[When]
) -> list[Seen]:
    """A mass with its size, and with what it measured before if that is told with it."""
    one = _made(sentence, match, site, side, times)
    if one is None:
        return []
    before = sentence.plain[: match.start()]
    if _FORMER.search(before):
        return [replace(one, taken=PRESENT)]
    if re.search(r"\b(?:formerly|initially|initialement|auparavant)\b", before):
        later = one.taken if one.taken != PRESENT else Moment(is_later=True)
        return [replace(one, taken=later)]
    course = _COURSE.search(before)
    if course is None:
        return [one]
    unit = course["unit"] or match["oneu"] or match["cu"] or match["bu"] or match["au"] or ""
    name = "mm" if unit.startswith("m") else "cm"
    numbers = [n for n in (course["a"], course["b"], course["c"]) if n]
    axes = tuple(Quantity(number_of(n), name) for n in numbers)
    if not all(0.1 <= a.to("cm") <= 60 for a in axes):
        return [one]
    first = replace(one, axes=axes, taken=PRESENT)
    if _is_larger(one, first) and one.taken == PRESENT:  # it grew, and nobody said since when
        return [replace(first, taken=Moment()), one]
    return [first, replace(one, taken=_later(one.taken, times))]


def _aching(sentence: Sentence) -> tuple[int, str, Side] | None:
    """The only part of the body in which a sentence tells of pain."""
    sites = sites_in(sentence.plain)
    if len(sites) != 1 or not _ACHE.search(sentence.plain):
        return None
    match, site = sites[0]
    side = side_near(sentence.plain, match.start(), sites)
    if side == "unknown" or subject_of(sentence, match.start()) != "patient":
        return None
    return sentence.number, site, side


def _since(sentence: Sentence) -> Quantity | None:
    """How long a complaint of the sentence has lasted."""
    for match in _SINCE.finditer(sentence.plain):
        near = sentence.plain[max(0, match.start() - 60) : match.end() + 60]
        if re.search(r"dialys", near) or (match["count"] is None and match["c2"] is None):
            continue
        if match["c2"]:
            return length_of(match["c2"], match["u2"])
        return length_of(match["count"], match["unit"], match["half"])
    return None


def _noticed(sentence: Sentence, here: list[Seen], ill: Quantity | None) -> list[Seen]:
    """The masses of a sentence with when they were first noticed, where it says so."""
    if not here:
        return here
    after = [w for w in whens(sentence.plain) if w.kind == "after" and w.start < 25]
    if ill is not None and after and after[0].length and _ONSET.search(sentence.plain):
        months = ill.to("month") - after[0].length.to("month")
        noticed = Moment(offset=Quantity(-round(max(months, 0), 1), "months"))
        return [replace(o, first_noticed=noticed, taken=PRESENT) for o in here]
    since = _since(sentence)
    if since is not None:
        noticed = Moment(offset=Quantity(-since.value, since.unit))
        return [replace(o, first_noticed=noticed) for o in here]
    return here


def _is_other(plain: str, mass: re.Match[str]) -> bool:
    """Whether a lump is a gland or anything else that is not a calcified mass."""
    near = plain[max(0, mass.start() - 25) : mass.end() + 30]
    return _NOT_MASS.search(near) is not None


def _is_size(match: re.Match[str], sentence: Sentence, masses: list[re.Match[str]]) -> bool:
    plain = sentence.plain
    if _NOT_SIZE.search(plain[max(0, match.start() - 25) : match.start()]):
        return False
    if not match["b"] and _AWAY.match(plain[match.end() :]):
        return False
    clause = re.split(r"[,;.]", plain[: match.start()])
    near = ",".join(clause[-2:])[-110:]
    lumps = [m for m in masses if m.start() < match.end() + 60]
    if not lumps or (_NOT_MASS.search(near) and not re.search(r"calcif|mass|tumor", near[-60:])):
        return False
    if match["volume"] and not re.search(
        r"volum", plain[max(0, match.start() - 60) : match.end() + 20]
    ):
        return False
    return subject_of(sentence, match.start()) == "patient"


def _made(
    sentence: Sentence,
    match: re.Match[str],
    site: str,
    side: Side,
    times: list[When],
    *,
    sized: bool = True,
) -> Seen | None:
    plain = sentence.plain
    axes: tuple[Quantity, ...] = ()
    volume = None
    if sized and match["volume"]:
        volume = Quantity(number_of(match["volume"]), "mL")
    elif sized:
        axes = _axes(match)
        if not axes:
            return None
    onward = [w for w in times if w.kind in {"after", "later", "op"}]
    after = [w for w in onward if w.end <= match.start()]
    behind = [w for w in onward if w.start >= match.end() and ";" not in plain[match.end() : w.end]]
    shrunk = _LATER.search(plain[: match.start()])
    taken = PRESENT
    if after and (shrunk or sized):
        taken = after[-1].moment(None)
    elif sized and behind and (shrunk or behind[0].start - match.end() < 3):
        taken = behind[0].moment(None)
    elif shrunk:
        taken = Moment(is_later=True)
    method = next((name for name, p in _METHODS if re.search(p, plain)), None)
    relations = tuple(name for name, p in _NERVES if re.search(p, plain))
    start = max(
        [m.start() for m in _MASS.finditer(plain) if m.start() < match.start()],
        default=match.start(),
    )
    if match.end() - start > 160:
        start = match.start()
    return Seen(
        site=site,
        side=side,
        axes=axes,
        volume=volume,
        taken=taken,
        method=method,
        span=sentence.letters.span(start, match.end()),
        sentence=sentence.number,
        relations=relations,
    )


def number_of(written: str) -> float:
    """A length as a number, its sign of decimals in either language."""
    return float(written.replace(" ", "").replace(",", "."))


def _axes(match: re.Match[str]) -> tuple[Quantity, ...]:
    if match["one"]:
        numbers, unit = [match["one"]], match["oneu"]
    else:
        numbers = [n for n in (match["a"], match["b"], match["c"]) if n]
        unit = match["cu"] or match["bu"] or match["au"]
    if unit is None:
        return ()
    name = "mm" if unit.startswith("m") else "cm"
    axes = tuple(Quantity(number_of(n), name) for n in numbers)
    return axes if all(0.1 <= a.to("cm") <= 60 for a in axes) else ()
