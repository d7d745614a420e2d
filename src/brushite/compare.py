"""Plans side by side: the same draws of the same patient under every plan."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brushite.analytes import analyte
from brushite.attainment import (
    Attainment,
    Episodes,
    MassChange,
    Spread,
    attainments,
    episodes,
    extremes,
    mass_change,
)
from brushite.burden import Burden, burden
from brushite.engine.lanes.courses import INTERRUPTED
from brushite.errors import EngineError, PlanError
from brushite.forecast import SOLVED, Band, Forecast, Share, forecast
from brushite.goals import Goals, kdigo
from brushite.pairs import Pair, pairs
from brushite.plan import Plan
from brushite.simulate import simulate
from brushite.twin import Provenance, Trajectories, Twin

# Total calcium in mmol/L. No guideline read prints either limit; both are our choice, 7.6 and 11.0
# mg/dL. The second is near the 2.74 that Ong2013 counts as hypercalcaemia.
SEVERE_HYPOCALCAEMIA = 1.9
SEVERE_HYPERCALCAEMIA = 2.75
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class UnderUsual:
    """Courses whose PTH ends under twice `limit` (pg/mL), an upper limit that is only assumed."""

    limit: float
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """What a plan may cost: calcium that goes too far at some reading, and its daily burden.

    `lowest_calcium` and `highest_calcium` (mmol/L) are of each course after today.
    `over_suppressed` (PTH under twice the laboratory's upper limit at the end) is None when nobody
    reported that limit; `under_usual` then says it with the limit that most laboratories print.
    """

    over_suppressed: Share | None
    under_usual: UnderUsual | None
    hypocalcaemia: Episodes
    hypercalcaemia: Episodes
    lowest_calcium: Spread
    highest_calcium: Spread
    burden: Burden


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One plan of a comparison, by its letter.

    `goals` says how far it gets on each goal that can be judged, by output; `mass` is None where
    nobody has a mass.
    """

    letter: str
    forecast: Forecast
    goals: Mapping[str, Attainment]
    mass: MassChange | None
    safety: Safety

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.forecast.plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Plans side by side; the first is the one the others are compared with."""

    outlooks: tuple[Outlook, ...]
    pairs: tuple[Pair, ...]
    made: Provenance
    notes: tuple[str, ...] = ()

    @property
    def weeks(self) -> float:
        """How far it looks ahead."""
        return float(self.outlooks[0].forecast.hours[-1]) / 168

    def pair(self, output: str, plan: str, other: str) -> Pair | None:
        """The pair of these letters, if both plans have the output."""
        wanted = (output, plan, other)
        return next((p for p in self.pairs if (p.output, p.plan, p.other) == wanted), None)


def compare(
    twin: Twin,
    plans: Sequence[Plan],
    goals: Goals | None = None,
    *,
    weeks: float = 52,
    seed: int,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Simulate every plan with the same draws, and lay the forecasts side by side.

    `KDIGO.of(record)` are goals in the ranges of its laboratory, and `KDIGO` without one counts if
    none are given. `progress` is told how many
    of how many courses are done, over all plans. An interrupt (Ctrl-C) ends in a comparison of the
    plans and courses that are finished. Raises `PlanError` without plans, `EngineError`
    when no course of a plan could be computed.
    """
    if not plans or len(plans) > len(LETTERS):
        raise PlanError(f"{len(plans)} plans cannot be compared; give 1 to {len(LETTERS)}.")
    aims = kdigo() if goals is None else goals
    runs: list[Trajectories] = []
    for number, plan in enumerate(plans):
        runs.append(
            simulate(
                twin,
                plan,
                weeks=weeks,
                jobs=jobs,
                upper_limit=aims.upper_limit,
                progress=_part(progress, number, len(plans)),
            )
        )
        if INTERRUPTED in runs[-1].outcome:  # what is finished is worth more than an empty answer
            runs = runs if SOLVED in runs[-1].outcome else runs[:-1]
            break
    if not runs:
        raise KeyboardInterrupt
    return side_by_side(runs, aims, seed=seed, notes=twin.notes)


def side_by_side(
    runs: Sequence[Trajectories],
    goals: Goals | None = None,
    *,
    seed: int,
    notes: Sequence[str] = (),
) -> Comparison:
    """Lay trajectories of the same draws side by side; `notes` are those of the twin.

    Raises `EngineError` when no course of a plan could be computed.
    """
    aims = kdigo() if goals is None else goals
    outlooks = [
        outlook_of(run, aims, seed=seed, letter=letter)
        for letter, run in zip(LETTERS, runs, strict=False)
    ]
    return comparison_of(outlooks, notes=notes)


def outlook_of(run: Trajectories, goals: Goals, *, seed: int, letter: str = "A") -> Outlook:
    """What one plan leads to, by itself.

    Raises `EngineError` when no course of the plan could be computed.
    """
    if SOLVED not in run.outcome:
        reason = run.outcome[0].rstrip(".")
        raise EngineError(
            f'No course of plan "{run.plan.name}" could be computed: {reason}. '
            "Look at the plan with `brushite plan show`, or take another seed."
        )
    seen = forecast(run, seed=seed, goals=goals)
    return Outlook(
        letter=letter,
        forecast=seen,
        goals=attainments(seen),
        mass=mass_change(seen),
        safety=_safety(seen, goals.pth_limit, burden(run)),
    )


def comparison_of(outlooks: Sequence[Outlook], *, notes: Sequence[str] = ()) -> Comparison:
    """Outlooks of the same draws as a comparison; `notes` are those of the twin."""
    said = (*notes, *(note for outlook in outlooks for note in outlook.forecast.notes))
    return Comparison(
        outlooks=tuple(outlooks),
        pairs=pairs({o.letter: o.forecast for o in outlooks}),
        made=outlooks[0].forecast.made,
        notes=tuple(dict.fromkeys(said)),
    )


def _part(
    progress: Callable[[int, int], None] | None, number: int, of: int
) -> Callable[[int, int], None] | None:
    """Progress of one plan as progress of all of them."""
    if progress is None:
        return None
    return lambda done, total: progress(number * total + done, of * total)


def _safety(seen: Forecast, limit: float | None, load: Burden) -> Safety:
    pth = seen.outputs.get("pth")
    suppressed = usual = None
    if pth is not None and limit is not None:
        suppressed = _under(pth, 2 * limit)
    elif pth is not None:
        assumed = analyte("pth").measure.usual[1]
        usual = UnderUsual(assumed, _under(pth, 2 * assumed))
    lowest, highest = extremes(seen, "calcium")
    return Safety(
        over_suppressed=suppressed,
        under_usual=usual,
        hypocalcaemia=episodes(seen, "calcium", below=SEVERE_HYPOCALCAEMIA),
        hypercalcaemia=episodes(seen, "calcium", above=SEVERE_HYPERCALCAEMIA),
        lowest_calcium=lowest,
        highest_calcium=highest,
        burden=load,
    )


def _under(band: Band, limit: float) -> Share:
    """Courses that end under `limit`."""
    last = band.true[:, -1]
    return Share(int((last < limit).sum()), int(np.isfinite(last).sum()))
