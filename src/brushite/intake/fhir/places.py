"""Where a fact stands, and the notes and extensions of a resource."""

from brushite.intake.fhir import codes
from brushite.intake.fhir.bundles import Resource
from brushite.intake.fhir.parts import Part, clean
from brushite.record import Origin

LONGEST_ORIGIN = 98  # characters, as a record has them in one line


def origin_of(resource: Resource, name: str) -> Origin:
    """The file and the resource; or what an export of ours says that it came from."""
    written = extension(resource.part, codes.ORIGIN).text("valueString")
    document, comma, place = written.partition(", ")
    if comma and document and place and len(written) <= LONGEST_ORIGIN + 2:
        return Origin(document=document, place=place)
    return Origin(document=document_of(name), place=resource.place)


def document_of(name: str) -> str:
    """The name of a file as an origin has it: short, and without a comma before a space."""
    words = clean(name).replace(", ", " ") or "bundle.json"
    return words if len(words) <= 40 else f"...{words[-37:]}"


def extension(part: Part, url: str) -> Part:
    """The first extension with this url; a part of nothing when there is none."""
    for one in part.each("extension"):
        if one.text("url") == url:
            return one
    return Part(None, part.place)


def notes(part: Part) -> str:
    """The texts of all its notes."""
    return " ".join(text for note in part.each("note") if (text := note.text("text")))
