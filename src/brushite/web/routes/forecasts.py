"""What the model says of a patient: the fit, plans side by side, one week, the report."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from brushite.population import Population
from brushite.record import Record
from brushite.report.forms import in_form, packed
from brushite.web.asks import CompareAsk, FitAsk, ReportAsk, WeekAsk
from brushite.web.code import code_of
from brushite.web.desk import Question, Wanted, plans_of
from brushite.web.jobs import File, Job, Outcome
from brushite.web.parts import Parts, Server, Spoken, Who
from brushite.web.store import Missing, Revision
from brushite.web.views.comparison import Shown, comparison_view
from brushite.web.views.fit import fit_view, parameters_view
from brushite.web.views.levers import levers_view
from brushite.web.views.patient import Entries
from brushite.web.views.week import Look, week_view
from brushite.web.workroom import Progress

router = APIRouter(prefix="/api/patients/{patient}", tags=["forecasts"])


def _asked(
    server: Parts, patient: str, ask: CompareAsk
) -> tuple[Revision, Record, Wanted, Question]:
    """What is wanted, once all of it is found to be possible."""
    revision = server.store.latest(patient)
    record = server.desk.record(revision)
    plans = plans_of(ask.plans, record)
    if ask.population is not None:
        Population.named(ask.population)
    wanted = server.desk.wanted(revision, ask.population, ask.seed, ask.draws)
    own = [max(1, round(plan.horizon.to("week"))) for plan in plans if plan.steps]
    weeks = ask.weeks or max(own, default=52)
    return revision, record, wanted, Question(plans=plans, weeks=weeks, draws=ask.draws)


async def _computed(
    server: Parts,
    request: Request,
    asked: tuple[Wanted, Question],
    work: Callable[[Progress], bytes],
) -> bytes:
    """What `work` gives, in the queue that fits; a fit that is lacking is made first."""
    wanted, question = asked
    if server.desk.ready(wanted) is None:
        await server.room.done("long", lambda p: server.desk.fitted(wanted, p), request)
    is_live = question.draws <= server.settings.live_draws
    return await server.room.done("live" if is_live else "settled", work, request)


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")


@router.post("/fit", status_code=202)
def start_fit(server: Server, patient: str, ask: FitAsk) -> Job:
    """Begin to fit the twin; the answer is a job to follow."""
    revision = server.store.latest(patient)
    Population.named(ask.population)
    wanted = server.desk.wanted(revision, ask.population, ask.seed)

    def work(progress: Progress) -> Outcome:
        server.desk.fitted(wanted, progress)
        return Outcome(result=f"/api/patients/{patient}/fit")

    return server.jobs.start("fit", work)


@router.get("/fit")
def fit(server: Server, patient: str) -> Entries:
    """What the last fit of this revision found; 404 where there is none yet."""
    revision = server.store.latest(patient)
    twin = server.desk.last(revision)
    if twin is None:
        raise Missing("No fit of this revision is ready. Start one with POST.")
    return fit_view(twin, revision=revision.number)


@router.get("/parameters")
def parameters(server: Server, patient: str) -> list[Entries]:
    """Every parameter of the model with its source, and its spread in this patient."""
    twin = server.desk.last(server.store.latest(patient))
    if twin is None:
        raise Missing("No fit of this revision is ready. Start one with POST to /fit.")
    return parameters_view(twin)


@router.get("/levers")
async def levers(server: Server, request: Request, spoken: Spoken, patient: str) -> list[Entries]:
    """What sliders may move, and where current care stands; fits first where no fit is ready."""
    revision = await run_in_threadpool(server.store.latest, patient)
    wanted = server.desk.wanted(revision, None, 1)
    twin = server.desk.last(revision)
    if twin is None:
        twin = await server.room.done("long", lambda p: server.desk.fitted(wanted, p), request)
    return levers_view(twin, spoken)


@router.post("/compare", response_class=Response)
async def compare(
    server: Server, request: Request, spoken: Spoken, patient: str, ask: CompareAsk
) -> Response:
    """Current care and plans side by side; fits first where no fit is ready."""
    revision, record, wanted, question = await run_in_threadpool(_asked, server, patient, ask)
    shown = Shown(
        revision=revision.number,
        population=wanted.population,
        has_tables=ask.detail,
        courses=ask.courses,
        language=spoken,
    )

    def work(progress: Progress) -> bytes:
        twin, found = server.desk.compared(wanted, record, question, progress)
        return packed(comparison_view(found, record, twin, shown))

    return _json(await _computed(server, request, (wanted, question), work))


@router.post("/week", response_class=Response)
async def one_week(
    server: Server, request: Request, spoken: Spoken, patient: str, ask: WeekAsk
) -> Response:
    """One week hour by hour, with its sessions, under current care and plans."""
    _, record, wanted, question = await run_in_threadpool(_asked, server, patient, ask)

    def work(progress: Progress) -> bytes:
        twin = server.desk.fitted(wanted, progress)
        return packed(week_view(twin, record, question, Look(ask.week, spoken), progress))

    return _json(await _computed(server, request, (wanted, question), work))


@router.post("/table", response_class=Response)
async def table(server: Server, request: Request, patient: str, ask: CompareAsk) -> Response:
    """The outcomes of all plans and what sets them apart as CSV."""
    from brushite.report.rows import outcome_rows, pair_rows

    _, record, wanted, question = await run_in_threadpool(_asked, server, patient, ask)

    def work(progress: Progress) -> bytes:
        _, found = server.desk.compared(wanted, record, question, progress)
        rows = in_form((*outcome_rows(found), *pair_rows(found)), "csv")
        return rows.encode("utf-8") if isinstance(rows, str) else rows

    content = await _computed(server, request, (wanted, question), work)
    disposition = 'attachment; filename="comparison.csv"'
    return Response(content, media_type="text/csv", headers={"content-disposition": disposition})


@router.post("/report", status_code=202)
def report(server: Server, who: Who, patient: str, ask: ReportAsk) -> Job:
    """Begin to write the report; the answer is a job, and its file is the report."""
    _, record, wanted, question = _asked(server, patient, ask)

    def work(progress: Progress) -> Outcome:
        from brushite.report.html import report as written

        twin, found = server.desk.compared(wanted, record, question, progress)
        page = written(record, twin, found, language=ask.language)
        media, content = "text/html; charset=utf-8", page.text.encode("utf-8")
        if ask.format == "pdf" and page.paper is not None:
            media, content = "application/pdf", page.paper.pdf()
        file = File(name=f"report.{ask.format}", media=media, content=content)
        server.store.note(who, "reported", patient, ask.format)
        return Outcome(result="file", file=file)

    return server.jobs.start("report", work)


@router.post("/code")
def code(server: Server, patient: str, ask: CompareAsk) -> Entries:
    """The same comparison as a script in Python and as commands for a shell."""
    revision, _, wanted, question = _asked(server, patient, ask)
    return code_of(revision, wanted, question)
