"""What several resources of a bundle say together: the laboratory, and what is only unknown."""

from collections.abc import Iterator

from brushite.errors import BrushiteError
from brushite.intake.fhir import codes
from brushite.intake.fhir.bundles import Resource
from brushite.intake.fhir.observations import Value
from brushite.intake.fhir.parts import Part
from brushite.intake.fhir.times import Context
from brushite.intake.reading import Fact
from brushite.record import Measurement


def laboratory_facts(values: list[Value], context: Context) -> list[Fact]:
    """The PTH assay and its upper limit, where all values of PTH agree on them."""
    if context.is_ours:
        return []
    pth = [
        v.fact.content
        for v in values
        if isinstance(v.fact.content, Measurement) and v.fact.content.analyte == "pth"
    ]
    facts: list[Fact] = []
    assays = {m.assay for m in pth}
    if len(assays) == 1 and (assay := assays.pop()) is not None:
        facts.append(Fact(kind="pth assay", content=assay, is_inferred=True))
    limits = {m.laboratory_range.high for m in pth if m.laboratory_range is not None}
    if len(limits) == 1 and (limit := limits.pop()) is not None:
        facts.append(Fact(kind="pth upper limit", content=limit, is_inferred=True))
    return facts


def needed_anchors(context: Context) -> frozenset[str]:
    """The places of the undated procedures that a time of another resource is relative to."""
    needed = set()
    for resource in context.bundle.of("Observation", "DiagnosticReport"):
        try:
            hollow = resource.part.child("_effectiveDateTime")
            for extension in hollow.each("extension"):
                if extension.text("url") == codes.RELATIVE:
                    needed |= set(_targets(extension, resource, context))
        except BrushiteError:
            continue  # it is told where the resource itself is read
    return frozenset(p for p in needed if p in context.anchors and context.anchors[p].date is None)


def _targets(extension: Part, resource: Resource, context: Context) -> Iterator[str]:
    for inner in extension.each("extension"):
        if inner.text("url") == "target":
            target = context.bundle.target(inner.child("valueReference"), resource)
            if target is not None:
                yield target.place


def unknown_status(resource: Resource, context: Context) -> Iterator[str]:
    """A remark where nobody says whether a medicine is still taken."""
    if resource.part.text("status") in {"", "unknown"} and not context.is_ours:
        yield (
            f"{resource.place}: whether it is still taken is unknown; it is taken for the care of "
            "the present."
        )
