"""Options that several commands share, and where results and messages go."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from brushite.errors import FileError

Command = TypeVar("Command", bound=Callable[..., Any])
DRAWS = 100
GENERAL = "haemodialysis"
POPULATIONS = (GENERAL, "low-turnover", "severe-hyperparathyroidism")  # so that help reads no file
FORMATS = ("table", "json", "csv", "parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user chose for all of a command."""

    draws: int = DRAWS
    population: str = GENERAL
    seed: int = 1
    jobs: int = 1
    form: str = "table"
    out: Path | None = None
    is_quiet: bool = False
    is_verbose: bool = False
    shows_progress: bool = True

    def say(self, message: str) -> None:
        """A message to stderr, unless the user wants quiet."""
        if not self.is_quiet:
            click.echo(message, err=True)

    def explain(self, message: str) -> None:
        """A message for those who want to know more."""
        if self.is_verbose:
            self.say(message)

    @property
    def file(self) -> Path | None:
        """The file that was asked for; None is stdout, which `-` stands for."""
        return None if self.out is None or str(self.out) == "-" else self.out

    def give(self, content: str | bytes) -> None:
        """A result to the file that was asked for, else to stdout."""
        if self.file is not None:
            from brushite.report.files import write_whole

            write_whole(self.file, content.encode("utf-8") if isinstance(content, str) else content)
            self.say(f"Wrote {self.file}.")
            return
        try:
            click.echo(content, nl=False, color=True)  # colour is decided where text is made
        except BrokenPipeError:
            raise
        except OSError as error:
            forget_stdout()
            raise FileError(f"The result cannot be written: {error.strerror}.") from None

    def refuse_form(self) -> None:
        """Refuse a form that cannot be given here, before anything is computed."""
        if self.form != "parquet":
            return
        from brushite.report.forms import refuse_without_polars

        refuse_without_polars()
        if self.file is None and sys.stdout.isatty():
            raise click.UsageError("Parquet is no text for a terminal. Name a file with -o.")

    @contextmanager
    def progress(self, label: str) -> Iterator[Callable[[int, int], None] | None]:
        """A bar on stderr that takes (done, of), or None when nobody would see it."""
        if self.is_quiet or not self.shows_progress or not sys.stderr.isatty():
            self.explain(f"{label} ...")
            yield None
            return
        with click.progressbar(length=1000, label=label, file=sys.stderr, width=30) as bar:
            bar.render_progress()

            def advance(done: int, of: int) -> None:
                bar.update(round(1000 * done / of) - bar.pos)

            yield advance


def forget_stdout() -> None:
    """Let what Python flushes at exit find an open file, once the real one cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def uses_colour() -> bool:
    """Whether results may have colour: `NO_COLOR`, then `FORCE_COLOR`, then a terminal decides."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_SHARED = (
    click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="Form of the result; parquet needs brushite[tables].",
    ),
    click.option(
        "-o",
        "--output",
        "out",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write the result to FILE instead of stdout.",
    ),
    click.option("-q", "--quiet", "is_quiet", is_flag=True, help="No messages but errors."),
    click.option("-v", "--verbose", "is_verbose", is_flag=True, help="More messages."),
)
_DRAWS = ("--draws", DRAWS, "Versions of the patient; more of them make the bands smoother.")
_POPULATION = click.option(
    "--population",
    type=click.Choice(POPULATIONS),
    default=GENERAL,
    show_default=True,
    help="The people from whom all that the record does not say is drawn.",
)
_COMPUTED = (
    click.option(
        "--seed",
        type=click.IntRange(0),
        default=1,
        show_default=True,
        help="Where random numbers start; the same seed gives the same result.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(1, 1024),
        default=None,
        help="Threads to share the work; as many as processors if not given.",
    ),
    click.option(
        "--no-progress", "hides_progress", is_flag=True, help="No progress bar on a terminal."
    ),
)


def _refuse_places(out: Path | None, given: Mapping[str, Any]) -> None:
    """Refuse files that cannot be written, or that are read, before anything is computed."""
    wanted = (out, *(given.get(name) for name in ("paper", "page", "facts_file", "columns_out")))
    places = [place for place in wanted if place is not None and str(place) != "-"]
    if not places:
        return
    from brushite.cli.inputs import refuse_places

    named = [given.get("file"), given.get("patient"), *given.get("wanted", ())]
    named += [str(given[n]) for n in ("goals_file", "columns_file") if given.get(n) is not None]
    for place in given.get("places", ()):
        named += [str(f) for f in place.iterdir()] if place.is_dir() else [str(place)]
    refuse_places(places, [name for name in named if name is not None])


def _drawing(option: str, default: int, words: str) -> Callable[[Command], Command]:
    """The option that says how many are drawn."""
    counted = click.IntRange(1, 100_000)
    return click.option(
        option, "draws", type=counted, default=default, show_default=True, help=words
    )


def with_choices(
    *, computes: bool, draws: tuple[str, int, str] | None = _DRAWS, of_population: bool = True
) -> Callable[[Command], Command]:
    """Give a command the shared options, gathered into its first argument, `choices`.

    `draws` is the option that says how many are drawn, its default and its help. Without
    `of_population` the command does not ask for one.
    """
    counted = () if draws is None else (_drawing(*draws),)
    computed = (*counted, *((_POPULATION,) if of_population else ()), *_COMPUTED)

    def decorate(command: Command) -> Command:
        @wraps(command)
        def gathered(**given: Any) -> object:  # noqa: ANN401 - whatever click has read
            chosen = {
                name: given.pop(name)
                for name in ("form", "out", "is_quiet", "is_verbose", "draws", "population", "seed")
                if name in given
            }
            jobs = given.pop("jobs", 1) or cores()
            shows = not given.pop("hides_progress", False)
            choices = Choices(**chosen, jobs=jobs, shows_progress=shows)
            choices.refuse_form()
            _refuse_places(choices.file, given)
            return command(choices, **given)

        wrapped: Any = gathered
        for option in (*reversed(_SHARED), *(reversed(computed) if computes else ())):
            wrapped = option(wrapped)
        return wrapped  # type: ignore[no-any-return]

    return decorate
