"""What the server keeps at hand: records that were parsed, twins that were fitted, plans that ran.

All of it can be made again from what the database holds, so it lies in memory only, and the oldest
goes when there is too much.
"""

import dataclasses
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from brushite.compare import LETTERS, Comparison, Outlook, comparison_of, outlook_of
from brushite.errors import PlanError
from brushite.goals import Goals, kdigo
from brushite.intake.checks import check_plan
from brushite.intake.plans import plan_entries, plans_in
from brushite.intake.records import record_in
from brushite.plan import Plan
from brushite.record import Record
from brushite.simulate import ENSEMBLE_ACCURACY, simulate
from brushite.twin import Twin
from brushite.web.readings import Read
from brushite.web.settings import Settings
from brushite.web.store import Document, Revision
from brushite.web.workroom import Progress

RECORDS, READINGS, TWINS, OUTLOOKS = 64, 16, 24, 48  # a twin or 300 courses have about 1 MB
# Relative error of a step while a slider moves. It takes two thirds of the time, and is at most
# 0.1 % of a value and 1 % of a mass away from what settles (docs/decisions/app.md).
LIVE_ACCURACY = 1e-3
GENERAL = "haemodialysis"
NOW = "Current care"

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """The last `most` values, by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """The value, which counts as used now; None where it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> Value:
        """Keep a value, and let the oldest go."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which twin: of which record, drawn from whom, with which seed, and how many draws."""

    patient: str
    record: str
    population: str
    seed: int
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is compared for how long: plans beside current care, and how many courses of each."""

    plans: tuple[Plan, ...]
    weeks: int
    draws: int


class Desk:
    """Records, twins and outlooks of a server; every method may be called from any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._records: Kept[str, Record] = Kept(RECORDS)
        self._twins: Kept[Wanted, Twin] = Kept(TWINS)
        self._outlooks: Kept[tuple[Hashable, ...], Outlook] = Kept(OUTLOOKS)
        self._chosen: Kept[tuple[str, str], Wanted] = Kept(RECORDS)
        self._readings: Kept[tuple[str, str], Read] = Kept(READINGS)

    def record(self, revision: Revision) -> Record:
        """The record of a revision."""
        name = f"{revision.patient}.yaml"
        found = self._records.get(revision.record)
        return found or self._records.put(revision.record, record_in(revision.record, name=name))

    def reading(self, document: Document) -> Read | None:
        """What was read in a document with the answers that it has now."""
        return self._readings.get((document.id, document.answers))

    def keep_reading(self, found: Read) -> Read:
        """Keep what was read in a document."""
        return self._readings.put((found.document.id, found.document.answers), found)

    def wanted(
        self, revision: Revision, population: str | None, seed: int, draws: int = 0
    ) -> Wanted:
        """Which twin is meant; without a population that of the last fit to this record."""
        last = self._chosen.get((revision.patient, revision.record))
        return Wanted(
            patient=revision.patient,
            record=revision.record,
            population=population or (GENERAL if last is None else last.population),
            seed=seed,
            draws=max(draws, self._settings.settled_draws),
        )

    def last(self, revision: Revision) -> Twin | None:
        """The twin that was fitted last to the record of a revision, if it is still at hand."""
        wanted = self._chosen.get((revision.patient, revision.record))
        return None if wanted is None else self._twins.get(wanted)

    def ready(self, wanted: Wanted) -> Twin | None:
        """A twin that was fitted before."""
        found = self._twins.get(wanted)
        if found is not None:
            self._chosen.put((wanted.patient, wanted.record), wanted)
        return found

    def fitted(self, wanted: Wanted, progress: Progress) -> Twin:
        """The twin, fitted now unless it was before. Raises what `fit` raises."""
        from brushite.inference.fit import fit
        from brushite.model import MINERAL
        from brushite.population import Population

        found = self.ready(wanted)
        if found is not None:
            return found
        twin = fit(
            record_in(wanted.record, name=f"{wanted.patient}.yaml"),
            model=MINERAL,
            population=Population.named(wanted.population),
            draws=wanted.draws,
            seed=wanted.seed,
            jobs=self._settings.jobs,
            progress=progress,
        )
        self._twins.put(wanted, twin)
        self._chosen.put((wanted.patient, wanted.record), wanted)
        return twin

    def compared(
        self, wanted: Wanted, record: Record, asked: Question, progress: Progress
    ) -> tuple[Twin, Comparison]:
        """Current care and the plans side by side, and the twin cut to the courses asked for."""
        twin = self.fitted(wanted, progress)
        some = dataclasses.replace(twin, draws=twin.draws.at(slice(0, asked.draws)))
        goals = kdigo().of(record)
        plans = (now_beside(asked.plans), *asked.plans)
        outlooks = []
        for number, plan in enumerate(plans):
            outlook = self._outlook(
                (wanted, some), plan, (asked, goals), _part(progress, number, len(plans))
            )
            outlooks.append(dataclasses.replace(outlook, letter=LETTERS[number]))
        return some, comparison_of(outlooks, notes=twin.notes)

    def _outlook(
        self,
        of: tuple[Wanted, Twin],
        plan: Plan,
        asked: tuple[Question, Goals],
        progress: Progress,
    ) -> Outlook:
        wanted, twin = of
        question, goals = asked
        key = (wanted, plan, question.weeks, question.draws)
        found = self._outlooks.get(key)
        if found is not None:
            return found
        is_live = question.draws <= self._settings.live_draws
        run = simulate(
            twin,
            plan,
            weeks=question.weeks,
            accuracy=LIVE_ACCURACY if is_live else ENSEMBLE_ACCURACY,
            jobs=self._settings.jobs if is_live else 1,
            upper_limit=goals.upper_limit,
            progress=progress,
        )
        return self._outlooks.put(key, outlook_of(run, goals, seed=wanted.seed))


def now_beside(plans: Sequence[Plan]) -> Plan:
    """Current care, which goes on as it is, under a name that no other plan has."""
    return Plan(name=NOW if all(p.name != NOW for p in plans) else "As now")


def plans_of(entries: Sequence[object], record: Record) -> tuple[Plan, ...]:
    """Plans from plain mappings, each one that can be simulated for this patient.

    Raises `PlanError` with the plan and the place otherwise.
    """
    if not entries:
        return ()
    if len(entries) >= len(LETTERS):
        raise PlanError(f"{len(entries)} plans are too many. Choose at most {len(LETTERS) - 1}.")
    plans = plans_in(json.dumps(list(entries)), name="plans.json")
    for plan in plans:
        check_plan(plan, record)
    return plans


def plans_kept(revision: Revision) -> tuple[Plan, ...]:
    """The plans that a revision keeps."""
    if not revision.plans.strip():
        return ()
    return plans_in(revision.plans, name=f"{revision.patient}-plans.yaml")


def entries_of(plans: Sequence[Plan]) -> list[dict[str, object]]:
    """Plans as plain mappings."""
    return [plan_entries(plan) for plan in plans]


def _part(progress: Progress, number: int, of: int) -> Callable[[int, int], None]:
    return lambda done, total: progress(number * total + done, of * total)
