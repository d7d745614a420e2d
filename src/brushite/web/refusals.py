"""What a request is refused with: the sentence of the command line, and the status that fits."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from brushite.errors import BrushiteError
from brushite.web.guard import HEADERS
from brushite.web.store import Conflict, Missing
from brushite.web.workroom import Cancelled

UNPROCESSABLE, CONFLICT, MISSING, TOO_LARGE, GONE = 422, 409, 404, 413, 499


class Words(BaseModel):
    """What is wrong: a kind for programs, and up to three sentences for people."""

    kind: str = Field(examples=["UnitError"])
    text: str = Field(
        examples=['phosphate 5.4 has no unit (record.yaml, line 4). Write "5.4 mg/dL".']
    )


class Refusal(BaseModel):
    """The body of every answer that is no success."""

    error: Words


RESPONSES: Mapping[int | str, dict[str, Any]] = MappingProxyType(
    {
        status: {"model": Refusal, "description": description}
        for status, description in (
            (400, "The body cannot be read."),
            (401, "Somebody has to sign in first."),
            (403, "The request comes from a page of another site."),
            (404, "There is no such thing."),
            (409, "Somebody else was faster."),
            (413, "More was sent than can be taken."),
            (421, "The server has another name."),
            (422, "What was sent cannot be; the words say why."),
        )
    }
)
"""The refusals that every route may give, for the OpenAPI document."""


def refuse_with_words(app: FastAPI) -> None:
    """Let every refusal of an app be `{"error": {"kind", "text"}}`."""
    app.add_exception_handler(BrushiteError, _mistake)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Cancelled, _gone)
    app.add_exception_handler(Exception, _fault)


def said(status: int, kind: str, text: str) -> JSONResponse:
    """A refusal; half a character, which no answer can hold, becomes a question mark."""
    whole = text.encode("utf-8", errors="replace").decode("utf-8")
    return JSONResponse({"error": {"kind": kind, "text": whole}}, status_code=status)


async def _mistake(_request: Request, error: Exception) -> Response:
    status = UNPROCESSABLE
    if isinstance(error, Conflict | Missing):
        status = CONFLICT if isinstance(error, Conflict) else MISSING
    return said(status, type(error).__name__, str(error))


async def _unfit(_request: Request, error: Exception) -> Response:
    problems: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    told = [f"{'.'.join(str(p) for p in each['loc'])}: {each['msg']}" for each in problems[:3]]
    text = f"The request does not fit: {'; '.join(told)}. /api/openapi.json says what does."
    return said(UNPROCESSABLE, "RequestError", text)


async def _plain(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else UNPROCESSABLE
    text = {
        404: "There is nothing at this address.",
        405: "This cannot be done at this address.",
    }.get(status, str(getattr(error, "detail", "")))
    kind = {MISSING: "NotFound", TOO_LARGE: "TooLarge"}.get(status, "RequestError")
    answer = said(status, kind, text)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response(status_code=GONE)  # nobody reads it


async def _fault(_request: Request, _error: Exception) -> Response:
    """A mistake of ours, which still crashes; this answer passes the guard by."""
    text = "This is a fault of brushite. What the server printed tells where."
    answer = said(500, "Fault", text)
    answer.headers.update(HEADERS)
    return answer
