"""From a model to a graph: the equations are called once, with values that take notes."""

from collections.abc import Mapping
from dataclasses import dataclass

from brushite.engine.lanes.graph import Graph, Value
from brushite.equations import Model


@dataclass(frozen=True, slots=True)
class Trace:
    """The rates of a model as places in a graph.

    `states` and `known` (parameters, then inputs) give the order of the arrays; `rates` has one
    place per state, `quantities` one per name of the model.
    """

    graph: Graph
    states: tuple[str, ...]
    known: tuple[str, ...]
    rates: tuple[int, ...]
    quantities: Mapping[str, int]


def traced(model: Model) -> Trace:
    """Write down what the rates of a model do with states, parameters and inputs."""
    graph = Graph()
    known = (*model.parameters, *model.inputs)
    values = {n: Value(graph, graph.known(n)) for n in known}
    values |= {n: Value(graph, graph.state(n)) for n in model.states}
    every = model.evaluate(values)
    quantities = {
        n: v.place if isinstance(v, Value) else graph.constant(v) for n, v in every.items()
    }
    rates = tuple(quantities[f"ddt_{s}"] for s in model.states)
    return Trace(graph, tuple(model.states), known, rates, quantities)
