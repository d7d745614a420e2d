"""What a request is refused with: the sentence of the command line, and the status that fits."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from brushite.errors import BrushiteError
from brushite.web.store import Conflict, Missing
from brushite.web.workroom import Cancelled

UNPROCESSABLE, CONFLICT, MISSING, GONE = 422, 409, 404, 499


def refuse_with_words(app: FastAPI) -> None:
    """Let every refusal of an app be `{"error": {"kind", "text"}}`."""
    app.add_exception_handler(BrushiteError, _mistake)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Cancelled, _gone)


def said(status: int, kind: str, text: str) -> JSONResponse:
    """A refusal."""
    return JSONResponse({"error": {"kind": kind, "text": text}}, status_code=status)


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
    answer = said(status, "NotFound" if status == MISSING else "RequestError", text)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response(status_code=GONE)  # nobody reads it
