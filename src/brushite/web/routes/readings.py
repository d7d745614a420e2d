"""Documents: what was read in them, what waits, and the patients that they become."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, File, Response, UploadFile

from brushite.intake.records import record_text
from brushite.report.marked import marked
from brushite.web.asks import Answers, Label
from brushite.web.cases import contents
from brushite.web.parts import Server, Who
from brushite.web.readings import Read, answered, labelled, plain_name, read, reading_view
from brushite.web.routes.patients import shown
from brushite.web.store import Document
from brushite.web.views.patient import Entries

router = APIRouter(prefix="/api/readings", tags=["readings"])
PAGE: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "frame-ancestors 'self'; sandbox",
        "x-frame-options": "SAMEORIGIN",
    }
)


@router.post("", status_code=201)
def add(server: Server, who: Who, file: Annotated[UploadFile, File()]) -> Entries:
    """Read a document: a case report, a table, FHIR or a record."""
    name = plain_name(file.filename or "document.txt")
    new = Document(name=name, content=file.file.read(), who=who)
    read(new)  # what cannot be read is not kept
    return reading_view(_read(server, server.store.keep_document(new).id))


@router.get("/{number}")
def reading(server: Server, number: str) -> Entries:
    """What was read, with the answers so far."""
    return reading_view(_read(server, number))


@router.put("/{number}")
def answer(server: Server, who: Who, number: str, given: Answers) -> Entries:
    """Answer what waits; an answer that cannot be is refused, and nothing of it kept."""
    before = _read(server, number)
    said = answered(before, given)
    found = read(_with(before.document, said))
    server.store.answer(number, said, who)
    return reading_view(server.desk.keep_reading(found))


@router.get("/{number}/marked", response_class=Response)
def page(server: Server, number: str) -> Response:
    """The document with its facts marked, for a frame."""
    text = marked(_read(server, number).settled).text
    return Response(text, media_type="text/html; charset=utf-8", headers=dict(PAGE))


@router.post("/{number}/patient", status_code=201)
def become(server: Server, who: Who, number: str, label: Label) -> Entries:
    """A patient from what was read and decided."""
    found = _read(server, number)
    done = labelled(found, label.label)
    text = record_text(done.record)
    kept = server.store.add(contents(text, ""), who, f"read from {found.document.name}")
    server.store.attach(number, kept.patient, who)
    return shown(server, kept)


def _read(server: Server, number: str) -> Read:
    document = server.store.document(number)
    return server.desk.reading(document) or server.desk.keep_reading(read(document))


def _with(document: Document, answers: str) -> Document:
    from dataclasses import replace

    return replace(document, answers=answers)
