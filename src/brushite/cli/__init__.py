"""The command line: results on stdout, messages on stderr, and an exit code that says how it went.

0 fine; 1 usable, but a check has findings; 2 the input cannot be used; 3 the computation failed;
130 interrupted.
"""

import gc
import io
import os
import sys
from collections.abc import Sequence

import click

from brushite.cli.backtest import backtest
from brushite.cli.ct import ct
from brushite.cli.ct_follow import follow
from brushite.cli.database import database
from brushite.cli.fit import fit
from brushite.cli.influence import influence
from brushite.cli.model import explain, export
from brushite.cli.options import forget_stdout
from brushite.cli.patient import patient
from brushite.cli.plans import plan
from brushite.cli.read import read
from brushite.cli.reports import report
from brushite.cli.serve import serve
from brushite.cli.validate import validate
from brushite.cli.verbs import compare, forecast, simulate
from brushite.errors import BrushiteError, EngineError

UNUSABLE, FAILED, INTERRUPTED = 2, 3, 130
GARBAGE = 200_000  # objects before it is looked for; imports alone make more than the usual 700


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="For research and teaching. It compares plans; it gives no orders and is no medical "
    "device.",
)
@click.version_option(package_name="brushite", prog_name="brushite")
def program() -> None:
    """What happens to a person's calcium, phosphate, PTH and calcified masses under each plan."""


COMMANDS = (
    read,
    patient,
    plan,
    fit,
    simulate,
    forecast,
    compare,
    backtest,
    influence,
    report,
    serve,
    validate,
    explain,
    export,
    database,
    ct,
)
ct.add_command(follow)
for command in COMMANDS:
    program.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends in `SystemExit` with the exit code."""
    gc.set_threshold(GARBAGE, *gc.get_threshold()[1:])
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy would start threads for nothing
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # none where it was closed
            stream.reconfigure(errors="replace")  # a chart in latin-1 is better than none
    raise SystemExit(run(arguments))


def at_the_shell() -> None:
    """Run the command line, and end the process at once: tidying takes a tenth of a warm start."""
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
        try:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        except BrokenPipeError:
            os._exit(code)  # whoever read it has enough
        except (AttributeError, OSError, ValueError):  # closed or gone: Python's own end tells it
            raise end from None
        os._exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code."""
    try:
        code = program.main(
            None if arguments is None else list(arguments),
            prog_name="brushite",
            standalone_mode=False,
        )
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except BrushiteError as error:
        click.echo(f"{type(error).__name__}: {error}", err=True)
        return FAILED if isinstance(error, EngineError) else UNUSABLE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; nothing more is written.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        forget_stdout()
        return 0
    return code if isinstance(code, int) else 0
