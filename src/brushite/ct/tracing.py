"""Each mass looked for in the other scans, and the masses that are one through all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from brushite.ct.dated import Scan
from brushite.ct.followed import Seen
from brushite.ct.matching import (
    Place,
    is_empty,
    is_mineral_left,
    matches_of,
    place_of,
    share_in_view,
)
from brushite.ct.registration import Alignment, registered
from brushite.ct.volume import Flag, Point
from brushite.errors import ImageError

Node = tuple[int, int]  # the number of a scan, and of a mass in it
Search = tuple[int, int, int]  # the same, and the number of the scan it is looked for in

PARTLY = 0.5  # of a mass; what is seen of it less than this is not seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is in one scan where a mass of another lies.

    `masses` are the numbers of those that are this mass. `in_view` is the share of it that the
    scan shows, `in_view_back` that of `masses` which its own scan shows.
    """

    seen: Seen
    masses: tuple[int, ...]
    in_view: float
    in_view_back: float
    text: str
    alignment: Alignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Which masses are one, and what was found where each was looked for."""

    lesions: tuple[tuple[Node, ...], ...]
    found: Mapping[Search, Found]


def traced(scans: Sequence[Scan], progress: Callable[[str], None]) -> Traces:
    """All masses through all scans.

    Each is looked for in later scans until it is found, and one that no earlier scan has in all
    earlier ones, to tell what is new from what was not seen.
    """
    found: dict[Search, Found] = {}
    links: list[tuple[Node, Node]] = []

    def look(node: Node, goal: int) -> Found:
        progress(f"{scans[node[0]].measurement.masses[node[1]].name}: {scans[goal].name}")
        result = looked_for(scans, node, goal)
        found[(*node, goal)] = result
        links.extend((node, (goal, number)) for number in result.masses)
        return result

    for goal in range(1, len(scans)):
        continued = {first for first, _ in links}
        for node in nodes_of(scans[:goal]):
            if node not in continued:
                look(node, goal)
        reached = {second for _, second in links}
        for number in range(len(scans[goal].measurement.masses)):
            if (goal, number) not in reached:
                for earlier in range(goal):
                    look((goal, number), earlier)
    return Traces(lesions=grouped(nodes_of(scans), links), found=found)


def nodes_of(scans: Sequence[Scan]) -> list[Node]:
    """All masses of all scans."""
    return [
        (scan, number)
        for scan, each in enumerate(scans)
        for number in range(len(each.measurement.masses))
    ]


def grouped(
    nodes: Sequence[Node], links: Sequence[tuple[Node, Node]]
) -> tuple[tuple[Node, ...], ...]:
    """The nodes that links join, in the order of their first ones."""
    group = {node: node for node in nodes}
    for first, second in links:
        kept, lost = sorted((group[first], group[second]))
        group = {node: kept if at == lost else at for node, at in group.items()}
    return tuple(
        tuple(node for node in nodes if group[node] == first) for first in sorted({*group.values()})
    )


def looked_for(scans: Sequence[Scan], node: Node, goal: int) -> Found:
    """What another scan shows where a mass lies. Raises `ImageError` if bone does not tell."""
    own, other = scans[node[0]], scans[goal]
    mass = own.measurement.masses[node[1]]
    alignment = aligned(own, other, mass.at)
    place = place_of(mass)
    there = place.moved(alignment.onto_moving)
    in_view = share_in_view(there.envelope, other.volume)
    masses = matches_of(there, other.measurement.masses)
    back = [
        share_in_view(
            alignment.onto_fixed(place_of(other.measurement.masses[each]).envelope), own.volume
        )
        for each in masses
    ]
    seen, text = judged(mass.name, there, other, in_view, is_later=goal > node[0])
    return Found(
        seen="measured" if masses else seen,
        masses=masses,
        in_view=in_view,
        in_view_back=min(back, default=1.0),
        text="" if masses else text,
        alignment=alignment,
    )


def judged(
    name: str, there: Place, other: Scan, in_view: float, *, is_later: bool
) -> tuple[Seen, str]:
    """Why no mass was measured in a scan where one lies in another."""
    where = "lay" if is_later else "lies later"
    if in_view < PARTLY:
        text = f"The place of {name} is outside the field of view of {other.name}."
        return "not in view", f"{text[:-1]}, which shows {100 * in_view:.0f} % of it."
    if is_empty(there, other.volume):
        return "not in view", f"Where {name} {where}, {other.name} shows air only."
    if is_mineral_left(there, other.volume, other.labels):
        return "not measured", (
            f"{other.name} shows mineral where {name} {where}, and none was measured: "
            "measure it with a point in it."
        )
    text = f"Where {name} {where}, {other.name} shows no mass and no mineral."
    return ("gone" if is_later else "not yet there"), text


def aligned(own: Scan, other: Scan, near: Point) -> Alignment:
    """One scan laid on another by the bone near a mass, or by all bone if that one is not seen."""
    try:
        return laid(own, other, near)
    except ImageError as problem:
        return by_all_bone(own, other, problem)


def by_all_bone(own: Scan, other: Scan, problem: ImageError) -> Alignment:
    """One scan laid on another by all bone; raises the first problem if that fails, too."""
    try:
        found = laid(own, other, None)
    except ImageError:
        raise problem from None
    text = (
        f"The bone next to the mass could not be laid on that of {other.name}, "
        "and all bone was taken, as if no joint had moved."
    )
    flag = Flag(name="aligned by all bone", text=text, spoils=("comparison",))
    return Alignment(
        rotation=found.rotation,
        translation=found.translation,
        structures=found.structures,
        correlation=found.correlation,
        overlap=found.overlap,
        in_view=found.in_view,
        flags=(*found.flags, flag),
    )


def laid(own: Scan, other: Scan, near: Point | None) -> Alignment:
    """One scan laid on another by bone, its masses left out."""
    return registered(
        own.volume,
        other.volume,
        near=near,
        fixed_labels=own.labels,
        moving_labels=other.labels,
        masked=(own.masked, other.masked),
    )
