"""A model ready to run: its machine code, made once and kept on disk, and its arrays' order."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from brushite.engine.lanes.cache import keep, kept
from brushite.engine.lanes.graph import reached
from brushite.engine.lanes.machine import Code, Host, compiled, host, loaded
from brushite.engine.lanes.methods import RODAS4, Method
from brushite.engine.lanes.trace import Trace, traced
from brushite.equations import Model


@dataclass(frozen=True, slots=True)
class Engine:
    """The code of a model; `states` and `known` are the order of its arrays.

    `width` lanes make a group, which is what one vector of this machine holds. `constants` and
    `work` are how many vectors a group needs of each.
    """

    model: Model
    states: tuple[str, ...]
    known: tuple[str, ...]
    width: int
    constants: int
    work: int
    code: Code


@lru_cache(maxsize=8)
def engine(model: Model, method: Method = RODAS4, width: int | None = None) -> Engine:
    """Compile a model for this machine, or take the code that an earlier run has kept.

    `width` is the number of lanes in a vector, by default what fills one of this machine. Asked
    again for the same model, it answers at once.
    """
    machine, trace = host(width), traced(model)
    key = _key(trace, method, machine)
    found = kept(key)
    if found is None:
        from brushite.engine.lanes.listing import listing

        made = listing(trace, method, machine.width)
        code = compiled(made.text, machine)
        sizes = {"constants": made.constants, "work": made.work}
        keep(key, code, sizes)
    else:
        code, sizes = found[0], dict(found[1])
    return Engine(
        model=model,
        states=trace.states,
        known=trace.known,
        width=machine.width,
        constants=sizes["constants"],
        work=sizes["work"],
        code=loaded(code, machine),
    )


def _key(trace: Trace, method: Method, machine: Host) -> str:
    """What tells this code from any other: what it computes, how, and on what."""
    digest = sha256()
    graph = trace.graph
    for place in reached(graph, trace.rates):
        digest.update(repr((place, graph.nodes[place])).encode())
    for part in (trace.states, trace.known, trace.rates, method, machine):
        digest.update(repr(part).encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
