"""The lanes against other engines, at equal achieved error, in the same run."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from benchmarks.clock import Timed, solved
from benchmarks.cohort import Array, Cohort, Contestant, LeftOutError, Solver, error, part, problem
from benchmarks.extent import Extent, Say
from benchmarks.peers import casadi_cvodes, lanes, numbalsoda, roadrunner, scipy_lsoda
from benchmarks.results import Row, demand
from brushite.equations import Model
from brushite.model.published.peterson_riggs import BENCH, BENCH_SMOOTH

PEERS = (numbalsoda, scipy_lsoda, casadi_cvodes, roadrunner)
OURS = "brushite lanes"
CORES = (1, 2)
TIGHT = 1e-11
AGREED = 1e-7  # how far two tight references may be apart
ALLOWED = 1e-4  # error at which engines are compared
AGAINST_FASTEST, AGAINST_ROADRUNNER = 20.0, 60.0  # times, demanded


@dataclass(slots=True)
class Entry:
    """A contestant and what was measured of it: `times` by tolerance and number of cores."""

    who: Contestant
    solver: Solver
    times: dict[tuple[float, int], list[Timed]] = field(default_factory=dict)
    errors: dict[float, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One form of the problem: patients by number of cores, and their reference."""

    label: str
    cohorts: Mapping[int, Cohort]
    reference: Array


def smooth(extent: Extent, say: Say) -> Iterator[Row]:
    """The smooth form, on which the demands are made."""
    try:
        entries, chosen = yield from _compared("smooth", BENCH_SMOOTH, extent, say)
    except LeftOutError as missing:
        yield _left_out("smooth", f"no reference without numba: {missing}")
        entries, chosen = [], {}
    yield from _demands(entries, chosen)


def kinked(extent: Extent, say: Say) -> Iterator[Row]:
    """The form with kinks, for information; each setting once or a few times."""
    shorter = replace(extent, sweeps=1, rounds=min(extent.rounds, 3))
    try:
        yield from _compared("kinked", BENCH, shorter, say)
    except LeftOutError as missing:
        yield _left_out("kinked", f"no reference without numba: {missing}")


def _compared(
    label: str, model: Model, extent: Extent, say: Say
) -> Generator[Row, None, tuple[list[Entry], dict[str, float]]]:
    """Sweep over all tolerances, then run the best setting of each engine in turns."""
    cohorts = {cores: problem(model, extent.patients * cores, extent.segments) for cores in CORES}
    say(f"{label}: reference at {TIGHT:g}")
    lsoda = scipy_lsoda.contestant().prepare(model)
    reference = yield from _reference(label, cohorts[1], lsoda)
    here = Field(label, cohorts, reference)
    entries = yield from _entered(here, extent.tolerances, {scipy_lsoda.NAME: lsoda}, say)
    for turn in range(extent.sweeps):
        for tolerance in extent.tolerances:
            say(f"{label}: tolerance {tolerance:g}, sweep {turn + 1} of {extent.sweeps}")
            for entry in entries:
                _measure(entry, here, tolerance)
                yield _line(entry, here, tolerance, f"{label}, every tolerance")
    chosen = {e.who.name: best for e in entries if (best := _best(e, here)) is not None}
    for entry in entries:
        entry.times.clear()
        if entry.who.name not in chosen:
            reason = f"no tolerance of the sweep gave an error of at most {ALLOWED:g} ({label})"
            yield _left_out(entry.who.name, reason)
    running = [e for e in entries if e.who.name in chosen]
    for turn in range(extent.rounds):
        say(f"{label}: equal error, round {turn + 1} of {extent.rounds}")
        for entry in running:
            _measure(entry, here, chosen[entry.who.name])
            yield _line(entry, here, chosen[entry.who.name], f"{label}, error at most {ALLOWED:g}")
    yield from _ratios(running, chosen, label)
    return running, chosen


def _reference(label: str, cohort: Cohort, lsoda: Solver) -> Generator[Row, None, Array]:
    """SciPy's LSODA with exact Jacobian, checked by other methods and other code."""
    found = lsoda(cohort, TIGHT)
    for who in lanes.contestants():
        apart = error(who.prepare(cohort.model)(cohort, TIGHT), found, cohort.sizes)
        line = {"problem": label, "reference": "SciPy LSODA", "rtol": TIGHT, "against": who.name}
        yield Row("reference", (label, who.name), line | {"apart": apart})
        if not apart < AGREED:
            raise ArithmeticError(
                f"At {TIGHT:g} {who.name} and SciPy are {apart:g} apart ({label}). "
                "One of them is wrong, so nothing was compared."
            )
    return found


def _entered(
    here: Field, tolerances: Sequence[float], ready: Mapping[str, Solver], say: Say
) -> Generator[Row, None, list[Entry]]:
    """Compile every contestant that is installed, and run each once so that it is warm."""
    found = lanes.contestants()
    for peer in PEERS:
        try:
            found.append(peer.contestant())
        except LeftOutError as missing:
            yield _left_out(peer.NAME, str(missing))
    entries = []
    for who in found:
        say(f"{here.label}: {who.name} is compiled")
        solver = ready.get(who.name) or who.prepare(here.cohorts[1].model)
        for tolerance in tolerances:
            solver(part(here.cohorts[1], slice(0, 1)), tolerance)
        entries.append(Entry(who, solver))
        told = {"engine": who.name, "version": who.version, "licence": who.licence}
        yield Row("engines", (who.name,), told | {"form": who.form})
    return entries


def _measure(entry: Entry, here: Field, tolerance: float) -> None:
    """Time a setting on each number of cores; the error is that of the run that was timed."""
    for cores, cohort in here.cohorts.items():
        found = solved(entry.who, entry.solver, cohort, tolerance, cores)
        entry.times.setdefault((tolerance, cores), []).append(found)
        if cores == 1:
            entry.errors[tolerance] = error(found.found, here.reference, cohort.sizes)


def _rates(entry: Entry, here: Field, tolerance: float, cores: int) -> list[float]:
    """Patient-years per CPU second, one per repeat."""
    return [here.cohorts[cores].years / t.cpu for t in entry.times[tolerance, cores]]


def _line(entry: Entry, here: Field, tolerance: float, table: str) -> Row:
    """What is known of a setting so far; rates are medians over its repeats."""
    line: dict[str, object] = {
        "engine": entry.who.name,
        "rtol": tolerance,
        "error": entry.errors[tolerance],
    }
    for cores, cohort in here.cohorts.items():
        walls = [cohort.years / t.wall for t in entry.times[tolerance, cores]]
        line[f"py/CPU s on {cores}"] = median(_rates(entry, here, tolerance, cores))
        line[f"py/s on {cores}"] = median(walls)
    line["repeats"] = len(entry.times[tolerance, 1])
    return Row(table, (entry.who.name, tolerance), line)


def _best(entry: Entry, here: Field) -> float | None:
    """The fastest tolerance whose error is allowed."""
    good = [t for t, e in entry.errors.items() if e <= ALLOWED]
    return max(good, key=lambda t: median(_rates(entry, here, t, 1)), default=None)


def _fastest(entries: Sequence[Entry], chosen: Mapping[str, float]) -> Entry | None:
    """The quickest of some engines on one core, each at its chosen tolerance."""

    def cpu(entry: Entry) -> float:
        return median(t.cpu for t in entry.times[chosen[entry.who.name], 1])

    return min(entries, key=cpu, default=None)


def _sides(entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The lanes, and the others."""
    ours = [e for e in entries if e.who.name.startswith(OURS)]
    return ours, [e for e in entries if e not in ours]


def _ratio(ours: Entry, peer: Entry, chosen: Mapping[str, float], cores: int) -> list[float]:
    """How many times less CPU ours took than a peer, round by round."""
    pairs = zip(
        ours.times[chosen[ours.who.name], cores],
        peer.times[chosen[peer.who.name], cores],
        strict=True,
    )
    return [b.cpu / a.cpu for a, b in pairs]


def _ratios(entries: Sequence[Entry], chosen: Mapping[str, float], label: str) -> Iterator[Row]:
    lanes_entered, peers = _sides(entries)
    ours = _fastest(lanes_entered, chosen)
    if ours is None:
        return
    for peer in peers:
        line: dict[str, object] = {"problem": label, "lanes": ours.who.name, "peer": peer.who.name}
        for cores in CORES:
            found = _ratio(ours, peer, chosen, cores)
            line |= {
                f"times faster on {cores}": median(found),
                f"least on {cores}": min(found),
                f"most on {cores}": max(found),
            }
        yield Row(f"lanes against peers, error at most {ALLOWED:g}", (label, peer.who.name), line)


def _demands(entries: Sequence[Entry], chosen: Mapping[str, float]) -> Iterator[Row]:
    lanes_entered, peers = _sides(entries)
    ours, peer = _fastest(lanes_entered, chosen), _fastest(peers, chosen)
    road = next((e for e in peers if e.who.name == roadrunner.NAME), None)
    for what, other, demanded in (
        ("times the fastest peer", peer, AGAINST_FASTEST),
        ("times libRoadRunner", road, AGAINST_ROADRUNNER),
    ):
        found = median(_ratio(ours, other, chosen, 1)) if ours and other else None
        note = f"{other.who.name}, {len(peers)} peers ran" if other else "no peer ran"
        yield demand(what, found, at_least=demanded, note=note)


def _left_out(name: str, reason: str) -> Row:
    return Row("left out", (name, reason), {"what": name, "because": reason})
