"""The masses of a report, each once: what sentences and tables saw of it, put together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from brushite.intake.casereport.anatomy import named
from brushite.intake.casereport.masses import Seen, masses_in, number_of
from brushite.intake.casereport.medicines import MOST_SPANS
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.reading import Fact, Span, Status
from brushite.plan import Moment
from brushite.record import PRESENT, Lesion, Origin, Side, Size
from brushite.units import Quantity


def lesion_facts(
    told: list[Sentence], source: str, rows: Iterable[tuple[str, str, Span]] = ()
) -> list[Fact]:
    """The masses of the patient, each once, with all its sizes and places in the text.

    `rows` are the sizes in a row of a table: numbers, their unit, and their places.
    """
    seen = masses_in(told)
    seen += _of_rows(rows, [o for o in seen if not o.is_absent])
    groups = _grouped([o for o in seen if not o.is_absent])
    groups += _grouped([o for o in seen if o.is_absent])
    return _told_apart([_fact(group, source) for group in groups])


def _told_apart(facts: list[Fact]) -> list[Fact]:
    """The masses, each with a name of its own: a second one of the right hip is "right hip 2"."""
    counts: Counter[str] = Counter()
    found = []
    for fact in facts:
        lesion = fact.content
        if isinstance(lesion, Lesion) and fact.status == "present":
            counts[lesion.name] += 1
            if (number := counts[lesion.name]) > 1:
                fact = replace(fact, content=replace(lesion, name=f"{lesion.name} {number}"))
        found.append(fact)
    return found


def _of_rows(rows: Iterable[tuple[str, str, Span]], seen: list[Seen]) -> list[Seen]:
    """The sizes that a table tells, of the only mass of the report: at first, and at last."""
    where = dict.fromkeys((o.site, o.side) for o in seen if o.site)
    listed = list(rows)
    if len(where) != 1 or not listed or any(o.axes for o in seen):
        return []
    site, side = next(iter(where))
    found = []
    for index, (number, unit, span) in enumerate(dict.fromkeys((listed[0], listed[-1]))):
        axis = Quantity(number_of(number), unit)
        if not 0.1 <= axis.to("cm") <= 60:
            continue
        found.append(
            Seen(
                site=site,
                side=side,
                axes=(axis,),
                volume=None,
                taken=Moment(is_later=True) if index else PRESENT,
                method=None,
                span=span,
                sentence=-1 - index,
            )
        )
    return found


def _grouped(seen: list[Seen]) -> list[list[Seen]]:
    """Sightings of one mass: the same site and side, or the same size."""
    groups: list[list[Seen]] = []
    for one in seen:
        home = next((g for g in groups if any(_is_same(o, one) for o in g[:MOST_SPANS])), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return _joined([g for g in groups if g[0].site != "pelvis" or g[0].axes or len(groups) == 1])


_PARTS = MappingProxyType(
    {"palm of the hand": "hand", "back of the hand": "hand", "finger": "hand"}
)


def _joined(groups: list[list[Seen]]) -> list[list[Seen]]:
    """The groups in which a size without a site, or a part of a site, found where it belongs."""
    sized = [g for g in groups if any(o.axes or o.volume for o in g)]
    rest = [g for g in groups if g not in sized]
    nowhere = [g for g in sized if not any(o.site for o in g)]
    if len(nowhere) == 1 and len(rest) == 1 and rest[0][0].site:
        nowhere[0] += rest.pop()
    for group in sized:
        part = next((o.site for o in group if o.site in _PARTS), None)
        if part is None or any(o.side != "unknown" for o in group):
            continue
        sides = {o.side for g in rest for o in g if o.site == _PARTS[part]} - {"unknown"}
        if len(sides) == 1:
            group[0] = replace(group[0], side=sides.pop())
    whole = {_PARTS.get(o.site, o.site) for g in sized for o in g}
    return sized + [g for g in rest if not sized or g[0].site not in whole]


def _is_same(one: Seen, other: Seen) -> bool:
    if (
        one.axes
        and other.axes
        and [a.to("mm") for a in one.axes] == [a.to("mm") for a in other.axes]
    ):
        return (
            one.site == other.site
            or not one.site
            or not other.site
            or one.sentence != other.sentence
        )
    if not one.site and not other.site:
        return one.sentence == other.sentence and one.taken != other.taken
    if one.site != other.site:
        return False
    if one.side != other.side and "unknown" not in {one.side, other.side}:
        return False
    is_apart = one.axes and other.axes and one.sentence == other.sentence
    return not (is_apart and one.taken == other.taken)


def _fact(group: list[Seen], source: str) -> Fact:
    in_order = sorted(group, key=lambda o: not o.axes)
    spans = tuple(dict.fromkeys(o.span for o in in_order))[:MOST_SPANS]
    site = next((o.site for o in group if o.site), "soft tissue")
    side: Side = next((o.side for o in group if o.side != "unknown"), "unknown")
    sizes: list[Size] = []
    for one in group:
        if not one.axes and one.volume is None:
            continue
        known = {(tuple(a.to("mm") for a in s.axes), s.volume) for s in sizes}
        if (tuple(a.to("mm") for a in one.axes), one.volume) not in known:
            sizes.append(
                Size(
                    axes=one.axes,
                    volume=one.volume,
                    taken=one.taken,
                    method=one.method,
                    origin=Origin(document=source, place=str(one.span)),
                )
            )
    first = next((o.first_noticed for o in group if o.first_noticed), None)
    relations = tuple(dict.fromkeys(r for o in group for r in o.relations))
    name = named(site, side)
    lesion = Lesion(
        name=name,
        site=site,
        side=side,
        sizes=tuple(sizes),
        first_noticed=first,
        relations=relations,
        origin=Origin(document=source, place=str(spans[0])),
    )
    status: Status = "absent" if group[0].is_absent else "present"
    return Fact(kind="lesion", content=lesion, status=status, spans=spans)
