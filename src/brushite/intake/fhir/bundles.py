"""The resources of a bundle, of one patient, and what they refer to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from brushite.errors import FileError, RecordError
from brushite.intake.fhir.parts import MOST_RESOURCES, Part, clean

NESTED = 3  # bundles within bundles, as an answer to a batch has them


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: its type, its `id`, the `url` of its entry, and its place in a file."""

    kind: str
    part: Part
    id: str = ""
    url: str = ""

    @property
    def place(self) -> str:
        """`"Observation/abc"`, or the entry's address or number where it has no id."""
        return self.part.place

    @property
    def keys(self) -> tuple[str, ...]:
        """By what others refer to it."""
        return tuple(key for key in (self.url, f"{self.kind}/{self.id}" if self.id else "") if key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The resources of a file that speak of one patient, in their order.

    `by_key` has all of them, for what they refer to; `remarks` say what was left out.
    """

    name: str
    resources: tuple[Resource, ...]
    by_key: Mapping[str, Resource]
    patient: Resource | None = None
    remarks: tuple[str, ...] = ()

    def target(self, reference: Part, within: Resource) -> Resource | None:
        """What a Reference leads to, or None when that is not in the bundle."""
        return _target(self.by_key, reference, within)

    def of(self, *kinds: str) -> tuple[Resource, ...]:
        """The resources of some types."""
        return tuple(r for r in self.resources if r.kind in kinds)


def bundle_of(roots: tuple[object, ...], *, name: str, patient: str | None = None) -> Bundle:
    """The resources of some JSON values that speak of one patient.

    Raises `FileError` when there are none, when there are several patients and `patient`, the id
    of one, does not say which, or when nobody has that id.
    """
    found = tuple(islice(_resources(roots, name), MOST_RESOURCES + 1))
    if len(found) > MOST_RESOURCES:
        raise FileError(f"{name} has more than {MOST_RESOURCES} resources. Ask for one patient.")
    if not found:
        raise FileError(f"{name} has no FHIR resource. A resource has a resourceType.")
    latest, remarks = _latest(found)
    by_key = {key: r for r in reversed(latest) for key in r.keys}
    people = tuple(r for r in latest if r.kind == "Patient")
    chosen = _chosen(people, patient, name)
    if chosen is None:
        _refuse_several_subjects(latest, name)
    latest, told = _of_nobody_else(latest, chosen, by_key)
    remarks += told
    mine = [r for r in latest if r.kind != "Patient" and _is_of(r, chosen, by_key, len(people))]
    others = sum(r.kind != "Patient" for r in latest) - len(mine)
    if others:
        remarks.append(f"{others} resources of other patients, or of none that is here: left out.")
    if chosen is not None:
        mine.insert(0, chosen)
    return Bundle(
        name=name,
        resources=tuple(mine),
        by_key=MappingProxyType(by_key),
        patient=chosen,
        remarks=tuple(remarks),
    )


def _resources(roots: tuple[object, ...], name: str) -> Iterator[Resource]:
    for number, root in enumerate(roots):
        place = "the resource" if len(roots) == 1 else f"resource {number + 1}"
        yield from _within(Part(root, place), "", NESTED, name)


def _within(part: Part, url: str, depth: int, name: str) -> Iterator[Resource]:
    if not isinstance(part.value, Mapping):
        raise FileError(f"{name}: {part.place} is no object. A FHIR resource is one.")
    kind = part.value.get("resourceType")
    if not isinstance(kind, str) or not kind:
        raise FileError(f"{name}: {part.place} has no resourceType, so it is no FHIR resource.")
    if kind != "Bundle":
        raw = part.value.get("id")
        own = clean(raw) if isinstance(raw, str) else ""
        kind = clean(kind)[:64]
        place = f"{kind}/{own}" if own else url or part.place
        yield Resource(kind, Part(part.value, place[:80]), own, url)
        return
    entries = part.value.get("entry")
    if entries is not None and not isinstance(entries, list):
        raise FileError(f"{name}: the entry of a Bundle is no list.")
    for index, entry in enumerate(entries or ()):
        inner = entry.get("resource") if isinstance(entry, Mapping) else None
        if inner is None:
            continue
        full = entry.get("fullUrl")
        address = clean(full) if isinstance(full, str) else ""
        if depth:
            yield from _within(Part(inner, f"entry {index + 1}"), address, depth - 1, name)


def _latest(found: tuple[Resource, ...]) -> tuple[tuple[Resource, ...], list[str]]:
    """One version of each resource: the last updated, else the first, as a history has them."""
    best: dict[str, Resource] = {}
    for index, one in enumerate(found):
        key = f"{one.kind}/{one.id}" if one.id else f"{index}"
        if key not in best or _updated(one) > _updated(best[key]):
            best[key] = one
    older = len(found) - len(best)
    remarks = [f"{older} older versions of resources: left out."] if older else []
    return tuple(best.values()), remarks


def _updated(resource: Resource) -> str:
    try:
        return resource.part.child("meta").text("lastUpdated")
    except RecordError:
        return ""


def _chosen(people: tuple[Resource, ...], wanted: str | None, name: str) -> Resource | None:
    ids = [p.id or p.url or p.place for p in people]
    if wanted is not None:
        for person, own in zip(people, ids, strict=True):
            if wanted in {own, *person.keys}:
                return person
        known = f" It has {_some(ids)}." if ids else " It has no Patient."
        raise FileError(f"{name} has no patient {wanted!r}.{known}")
    if len(people) > 1:
        raise FileError(
            f"{name} has {len(people)} patients, and a record is of one: {_some(ids)}. "
            f"Choose one, as --patient {ids[0]} (in Python, patient=)."
        )
    return people[0] if people else None


def _some(ids: list[str]) -> str:
    tail = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return ", ".join(ids[:5]) + tail


def _refuse_several_subjects(resources: tuple[Resource, ...], name: str) -> None:
    """Raise where there is no Patient, and the others speak of several."""
    subjects = Counter(s for r in resources if (s := _subject(r)[0]))
    if len(subjects) > 1:
        raise FileError(
            f"{name} has no Patient, and speaks of {len(subjects)}: {_some(list(subjects))}. "
            "Keep the resources of one."
        )


def _subject(resource: Resource) -> tuple[str, Part]:
    """The reference to the patient, if there is one."""
    for element in ("subject", "patient", "individual"):
        value = resource.part.value
        subject = value.get(element) if isinstance(value, Mapping) else None
        if isinstance(subject, Mapping):
            reference = subject.get("reference")
            part = Part(subject, resource.place, element)
            return (clean(reference) if isinstance(reference, str) else "", part)
    return "", Part(None, resource.place)


_SOMEBODY = frozenset({"Patient", "RelatedPerson", "Group", "Practitioner", "Person"})


def _of_nobody_else(
    resources: tuple[Resource, ...], chosen: Resource | None, by_key: Mapping[str, Resource]
) -> tuple[tuple[Resource, ...], list[str]]:
    """Without the observations whose focus is somebody else, such as the mother or a donor."""
    kept, others = [], []
    for one in resources:
        focused = one.part.each("focus") if one.kind == "Observation" else ()
        whom = next((f for f in focused if _is_somebody_else(f, one, chosen, by_key)), None)
        if whom is None:
            kept.append(one)
        else:
            others.append(f"{one.place} (of {(whom.text('reference') or 'somebody else')[:60]})")
    remarks = [f"Left out, since it is of somebody else: {_some(others)}."] if others else []
    return tuple(kept), remarks


def _is_somebody_else(
    reference: Part, within: Resource, chosen: Resource | None, by_key: Mapping[str, Resource]
) -> bool:
    target = _target(by_key, reference, within)
    if target is not None:
        return target.kind in _SOMEBODY and target is not chosen
    kind, _, own = reference.text("reference").rpartition("/")
    named = kind.rpartition("/")[2] or reference.text("type")
    if named not in _SOMEBODY:
        return False
    return named != "Patient" or chosen is None or own != chosen.id


def _is_of(
    resource: Resource, chosen: Resource | None, by_key: Mapping[str, Resource], people: int
) -> bool:
    if chosen is None:
        return True
    reference, part = _subject(resource)
    if not reference:
        return people == 1
    target = _target(by_key, part, resource)
    if target is None:
        return people == 1 and not _is_other(reference, chosen)
    if target.kind != "Patient":
        return people == 1 and target.kind not in _SOMEBODY
    return target is chosen


def _is_other(reference: str, chosen: Resource) -> bool:
    """Whether a reference to what is not here is to another than the patient."""
    if reference.startswith("urn:"):
        return bool(chosen.url)
    kind, _, own = reference.partition("/_history/")[0].rpartition("/")
    named = kind.rpartition("/")[2]
    if named == "Patient":
        return bool(chosen.id) and own != chosen.id
    return named in _SOMEBODY


def _target(by_key: Mapping[str, Resource], reference: Part, within: Resource) -> Resource | None:
    written = reference.text("reference").partition("/_history/")[0]
    if not written:
        return None
    if written.startswith("#"):
        for inner in within.part.each("contained"):
            if isinstance(inner.value, Mapping) and inner.text("id") == written[1:]:
                return Resource(inner.text("resourceType"), inner, written[1:])
        return None
    if written in by_key:
        return by_key[written]
    return by_key.get("/".join(written.split("/")[-2:]))
