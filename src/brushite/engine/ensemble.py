"""Many courses at once: each asks for a stretch of time, and all are answered together."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from brushite.engine.course import Course, Setting, course
from brushite.engine.draw import Draw
from brushite.engine.passage import SOLVED, Column, Passage, Stretch
from brushite.equations import Parameter

Asked = tuple[Stretch, ...]  # of one draw: its own stretch, then those of its perturbed copies
Asking = Generator[Asked, tuple[Passage, ...], Course]
Answer = Callable[[Sequence[Asked]], Sequence[tuple[Passage, ...]]]

PERTURBATION = 1e-6  # of a parameter; copies share all steps, so no noise of the steps is magnified
MOST_COPIES = 7  # that fit into a block beside the draw itself


def conducted(asking: Sequence[Asking], answer: Answer) -> tuple[Course, ...]:
    """Let courses ask, answer all that are open in one go, and again until each has ended."""
    found: dict[int, Course] = {}
    passages: dict[int, tuple[Passage, ...] | None] = dict.fromkeys(range(len(asking)))
    while passages:
        asked: dict[int, Asked] = {}
        for number, passage in passages.items():
            try:
                own = asking[number]
                asked[number] = next(own) if passage is None else own.send(passage)
            except StopIteration as end:
                found[number] = end.value
        passages = dict(zip(asked, answer(list(asked.values())), strict=True)) if asked else {}
    return tuple(found[number] for number in range(len(asking)))


def alone(setting: Setting, draw: Draw) -> Asking:
    """The course of a draw by itself."""
    return perturbed(setting, draw, ())


def perturbed(setting: Setting, draw: Draw, parameters: Sequence[str]) -> Asking:
    """The course of a draw with copies beside it, each with one parameter a little different.

    The copies get the treatment of the draw itself, whatever their own laboratory values. They tell
    the slopes of the course.
    """
    own = course(setting, draw)
    steps = {n: _step(setting.model.parameters[n], draw.parameters[n]) for n in parameters}
    unsteady: dict[str, str] = {}
    values = {n: {q: list[Column]() for q in setting.quantities} for n in parameters}
    states: dict[str, Mapping[str, float]] = dict.fromkeys(parameters, draw.states)
    stretch = next(own)
    while True:
        copies = tuple(
            replace(
                stretch,
                parameters={**draw.parameters, name: draw.parameters[name] + step},
                states=states[name],
            )
            for name, step in steps.items()
        )
        first, *others = yield (stretch, *copies)
        for name, passage in zip(parameters, others, strict=True):
            states[name] = passage.final
            if passage.outcome != SOLVED:
                unsteady.setdefault(name, passage.outcome)
            for quantity, parts in values[name].items():
                parts.append(passage.values[quantity][:-1])
        try:
            stretch = own.send(first)
        except StopIteration as end:
            found: Course = end.value
            if found.outcome != SOLVED:
                unsteady = {}  # the draw itself says why
            return replace(found, slopes=_slopes(found, values, steps), unsteady=unsteady)


def _step(parameter: Parameter, value: float) -> float:
    """A small change of a parameter, downwards where there is no room above."""
    step = abs(PERTURBATION * value) or PERTURBATION
    return step if value + step <= parameter.between[1] else -step


def _slopes(
    found: Course,
    values: Mapping[str, Mapping[str, Sequence[Column]]],
    steps: Mapping[str, float],
) -> dict[str, dict[str, Column]]:
    """Differences over steps; NaN from where the draw or a copy failed."""
    slopes: dict[str, dict[str, Column]] = {}
    for parameter, rows in values.items():
        slopes[parameter] = {}
        for quantity, parts in rows.items():
            here = found.values[quantity]
            there = np.full_like(here, np.nan)
            known = np.concatenate(parts)
            there[: len(known)] = known
            slopes[parameter][quantity] = (there - here) / steps[parameter]
    return slopes
