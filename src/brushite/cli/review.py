"""The walk through what waits: a question, the sentence around it, the readings, an answer."""

import sys
from collections.abc import Callable, Sequence

import click

from brushite.cli.options import uses_colour
from brushite.errors import BrushiteError
from brushite.intake.reading import Doubt, Reading, Span
from brushite.intake.review import SKIP, Decision, decided, one_line, option_words, typed
from brushite.record import Measurement

AROUND = 160  # characters of a sentence on each side that are shown
STOP = "q"


def is_attended() -> bool:
    """Whether somebody sits at a terminal, to be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def walk(
    reading: Reading,
    decisions: Sequence[Decision],
    keep: Callable[[Sequence[Decision]], None],
) -> tuple[Decision, ...]:
    """Ask for each decision that waits, until somebody stops; `keep` is told after each answer."""
    made = list(decisions)
    waiting = [number for number, decision in enumerate(made) if decision.answer is None]
    for count, number in enumerate(waiting, start=1):
        doubt = made[number].doubt
        click.echo(f"\n{count} of {len(waiting)}  {_question(doubt, reading.text)}", err=True)
        decision = _asked(reading.source, doubt)
        if decision is None:
            break
        made[number] = decision
        keep(made)
    return tuple(made)


def _asked(source: str, doubt: Doubt) -> Decision | None:
    """The decision about a doubt, or None when somebody stops."""
    while True:
        answer: str = click.prompt(_choices(doubt), default="", show_default=False, err=True)
        word = answer.strip().lower()
        if word == STOP:
            return None
        if not word:
            continue
        try:
            return decided(source, doubt, typed(SKIP if word == "s" else answer))
        except BrushiteError as error:
            click.echo(str(error), err=True)


def _choices(doubt: Doubt) -> str:
    """The line that says what can be answered."""
    count = len(doubt.options)
    number = {0: "", 1: "1 to take it, "}.get(count, f"1 to {count} to choose, ")
    first = doubt.options[0].content if doubt.options else None
    example = "such as pth 1850 pg/mL, 2018-03-01"
    if doubt.options:
        example = f"such as {first.value}" if isinstance(first, Measurement) else "typed in full"
    return f"{number}s to skip, q to stop, or the right value ({example})"


def _question(doubt: Doubt, text: str) -> str:
    """The question, the sentence around its place, and the readings with their numbers."""
    lines = [_styled(one_line(doubt.question), bold=True)]
    if text and doubt.spans:
        lines.append(f"  {_sentence(text, doubt.spans[0])}")
    lines += [
        f"  {number + 1}  {option_words(doubt, number)}" for number in range(len(doubt.options))
    ]
    return "\n".join([*lines, *(["  No reading of it is plausible."] if not doubt.options else [])])


def _sentence(text: str, span: Span) -> str:
    """The sentence around a place, which stands between `>>` and `<<` where there is no colour."""
    start, end = sentence_around(text, span)
    marked = one_line(text[span.start : span.end])
    shown = _styled(marked, reverse=True) if uses_colour() else f">>{marked}<<"
    before, after = text[start : span.start], text[span.end : end]
    lead = "... " if start > 0 and before.strip() else ""
    gaps = (" " if before[-1:].isspace() else "", " " if after[:1].isspace() else "")
    return f"{lead}{one_line(before)}{gaps[0]}{shown}{gaps[1]}{one_line(after)}"


def sentence_around(text: str, span: Span) -> tuple[int, int]:
    """Where the sentence around a place starts and ends, at most 160 characters away."""
    before = text[max(0, span.start - AROUND) : span.start]
    cuts = [
        before.rfind(mark) + len(mark) for mark in (". ", ".\n", "\n\n", "; ") if mark in before
    ]
    start = span.start - len(before) + max(cuts, default=0)
    if not cuts and start > 0:
        start += max(before.find(" ") + 1, 0)
    after = text[span.end : span.end + AROUND]
    ends = [after.find(mark) for mark in (". ", ".\n", "\n\n") if mark in after]
    if ends:
        return start, span.end + min(ends) + 1
    is_whole = span.end + len(after) == len(text)
    last = after.rfind(" ")
    return start, span.end + (len(after) if is_whole or last < 0 else last)


def _styled(words: str, *, bold: bool = False, reverse: bool = False) -> str:
    if not uses_colour():
        return words
    return click.style(words, bold=bold or None, reverse=reverse or None)
