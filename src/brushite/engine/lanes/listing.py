"""The whole program of a model in LLVM's assembly."""

from dataclasses import dataclass

from brushite.engine.lanes import elementary
from brushite.engine.lanes.assembly import declarations
from brushite.engine.lanes.kernels import (
    constants,
    factored,
    kernels,
    linearised,
    rates,
    solved,
)
from brushite.engine.lanes.march import marched, prepared
from brushite.engine.lanes.methods import Method
from brushite.engine.lanes.step import between, stepped, workspace
from brushite.engine.lanes.trace import Trace


@dataclass(frozen=True, slots=True)
class Listing:
    """A program as text, and how many vectors its arrays of constants and of work have."""

    text: str
    constants: int
    work: int


def listing(trace: Trace, method: Method, width: int) -> Listing:
    """Write the program of a model for vectors of `width` lanes."""
    k = kernels(trace)
    parts = [
        declarations(width),
        elementary.functions(width),
        constants(k, width),
        rates(k, width),
        linearised(k, width),
        factored(k, width, 1 / method.gamma),
        solved(k, width),
        stepped(k, method, width),
        between(k, method, width),
        marched(k, method, width),
        prepared(k, width),
    ]
    return Listing("\n".join(parts), len(k.fixed), workspace(k, method).size)
