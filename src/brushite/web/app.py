"""The app: the routes, what stands in front of them, and the built front end."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.staticfiles import StaticFiles

from brushite.version import VERSION
from brushite.web.cases import put_cases_into
from brushite.web.desk import Desk
from brushite.web.guard import Guard
from brushite.web.jobs import Jobs
from brushite.web.parts import Parts
from brushite.web.refusals import RESPONSES, refuse_with_words
from brushite.web.routes import about, forecasts, jobs, patients, plans, readings, scans
from brushite.web.scan_store import ScanStore, folder_of
from brushite.web.scans import Scans
from brushite.web.settings import Settings
from brushite.web.sign_in import Sessions
from brushite.web.store import open_store
from brushite.web.workroom import Workroom

STATIC = Path(__file__).with_name("static")
YEAR = "public, max-age=31536000, immutable"
UNBUILT = (
    "<!doctype html><title>brushite</title><p>The pages of the app are not built. In the folder "
    "of the project: <code>make frontend</code>. The API is at "
    "<a href='/api/openapi.json'>/api/openapi.json</a>."
)


def create_app(settings: Settings) -> FastAPI:
    """The app for some settings; it opens the database now, and closes it when the server ends.

    Raises `FileError` for a database that cannot be opened.
    """
    store = open_store(settings.database)
    put_cases_into(store)
    room = Workroom()
    parts = Parts(
        settings=settings,
        store=store,
        desk=Desk(settings),
        room=room,
        jobs=Jobs(room.queue("long")),
        scans=Scans(ScanStore(folder_of(settings))),
        sessions=Sessions(settings.secret),
    )
    app = FastAPI(
        title="brushite",
        version=VERSION,
        summary="What happens to calcium, phosphate, PTH and calcified masses under each plan",
        openapi_url="/api/openapi.json",
        docs_url=None,  # the page of FastAPI loads scripts from elsewhere
        redoc_url=None,
        lifespan=_until_the_end(parts),
    )
    app.state.parts = parts
    for each in (patients, readings, plans, forecasts, scans, jobs, about):
        app.include_router(each.router, responses=dict(RESPONSES))
    _serve_pages(app)
    refuse_with_words(app)
    app.add_middleware(Guard, settings=settings, sessions=parts.sessions)
    return app


def _until_the_end(parts: Parts) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        parts.jobs.close()
        parts.room.close()
        parts.store.close()

    return lifespan


class _Assets(StaticFiles):
    """Files whose names change with their content, so that a browser may keep them."""

    def file_response(self, *given: object, **named: object) -> Response:
        answer: Response = StaticFiles.file_response(self, *given, **named)  # type: ignore[arg-type]
        answer.headers["cache-control"] = YEAR
        return answer


def _serve_pages(app: FastAPI) -> None:
    """The one page, its icon, and what it loads."""

    @app.get("/", include_in_schema=False)
    def page() -> Response:
        built = STATIC / "index.html"
        return FileResponse(built) if built.is_file() else HTMLResponse(UNBUILT)

    @app.get("/icon.svg", include_in_schema=False)
    def icon() -> Response:
        return FileResponse(STATIC / "icon.svg")

    if (STATIC / "assets").is_dir():
        app.mount("/assets", _Assets(directory=STATIC / "assets"), name="assets")
