"""The whole program of a model in LLVM's assembly."""

from dataclasses import dataclass

from brushite.engine.lanes.assembly import declarations
from brushite.engine.lanes.control import changed, fitted
from brushite.engine.lanes.kernels import constants, factored, kernels, linearised, rates, solved
from brushite.engine.lanes.march import (
    arrived,
    attempted,
    checked,
    crossed,
    marched,
    prepared,
    read,
)
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
    at = workspace(k, method)
    parts = [
        declarations(width),
        constants(k, width),
        rates(k, width),
        linearised(k, width),
        factored(k, width, 1 / method.gamma),
        solved(k, width),
        stepped(k, method, width),
        between(k, method, width),
        changed(method.order, width),
        fitted(width),
        attempted(k, at, width),
        arrived(at, width),
        read(at, width),
        checked(at, width),
        crossed(k, width),
        marched(width),
        prepared(k, width),
    ]
    return Listing("\n".join(parts), len(k.fixed), at.size)
