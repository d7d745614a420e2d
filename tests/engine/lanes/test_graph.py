"""What is written down of arithmetic, and what is folded away."""

import math

import numpy as np
import pytest

from brushite.engine.lanes.graph import Graph, Value, reached


@pytest.fixture
def graph():
    return Graph()


@pytest.fixture
def x(graph):
    return Value(graph, graph.state("x"))


@pytest.fixture
def y(graph):
    return Value(graph, graph.state("y"))


@pytest.fixture
def k(graph):
    return Value(graph, graph.known("k"))


def operations(value):
    """The operations behind a value that are done again for each state."""
    graph = value.graph
    nodes = [graph.nodes[p] for p in reached(graph, [value.place])]
    return sorted(n.operation for n in nodes if n.moves and n.operation != "state")


def number(value):
    node = value.graph.nodes[value.place]
    assert node.operation == "constant"
    return node.value


def computed(value, **known):
    """The value of a node, from those of states and parameters."""
    found = {}
    graph = value.graph
    for place in reached(graph, [value.place]):
        node = graph.nodes[place]
        operands = [found[o] for o in node.operands]
        found[place] = {
            "constant": lambda node=node: node.value,
            "known": lambda node=node: known[node.name],
            "state": lambda node=node: known[node.name],
            "+": lambda o=operands: o[0] + o[1],
            "-": lambda o=operands: o[0] - o[1],
            "*": lambda o=operands: o[0] * o[1],
            "reciprocal": lambda o=operands: 1 / o[0],
            "exp": lambda o=operands: math.exp(o[0]),
            "log": lambda o=operands: math.log(o[0]),
            "sqrt": lambda o=operands: math.sqrt(o[0]),
            "logistic": lambda o=operands: 1 / (1 + math.exp(-o[0])),
            "maximum": lambda o=operands: max(o),
            "step": lambda o=operands: float(o[0] > 0),
        }[node.operation]()
    return found[value.place]


def test_the_same_operation_is_the_same_node(x, y):
    assert (x * y + 1).place == (x * y + 1).place
    assert (x * y).place == (y * x).place


def test_numbers_are_folded(x, graph):
    assert number(Value(graph, graph.constant(2.0)) * 3 + 1) == 7
    assert (x + 0).place == (x * 1).place == (0 + x).place == (x - 0).place == x.place
    assert number(x * 0) == 0
    assert ((x + 1) + 2).place == (x + 3).place
    assert ((x * 2) * 3).place == (x * 6).place
    assert number(np.exp(Value(graph, graph.constant(1.0)))) == math.e


@pytest.mark.parametrize("power", [0, 1, 2, 3, 8])
def test_a_whole_power_is_products(x, power):
    assert set(operations(x**power)) <= {"*"}
    assert computed(x**power, x=1.7) == pytest.approx(1.7**power, rel=1e-15)


@pytest.mark.parametrize("power", [-3, -1, -0.5, 0.5, 1 / 3, 9, 2.5])
def test_any_power_is_right(x, power):
    assert computed(x**power, x=1.7) == pytest.approx(1.7**power, rel=1e-15)


def test_a_division_is_a_product_with_a_reciprocal(x, y):
    assert operations(x / y) == ["*", "reciprocal"]
    assert computed(x / y, x=3.0, y=4.0) == 0.75


def test_factors_that_do_not_move_are_gathered(x, y, k):
    assert operations(k * x * (k + 1)) == ["*"]
    assert operations((k * x) * y * k) == ["*", "*"]
    assert operations(1 / (k * x)) == ["*", "reciprocal"]
    assert computed((k * x) * (y * k) / (k * x), x=3.0, y=5.0, k=2.0) == pytest.approx(10)


def test_a_logarithm_of_a_ratio_is_shared(x, k):
    assert operations(np.log(x / k) + np.log(x / 3) + np.log(k * x)).count("log") == 1
    assert computed(np.log(x / k), x=3.0, k=2.0) == pytest.approx(math.log(1.5))


def test_a_logarithm_of_what_is_turned_round_stays_whole(x):
    assert computed(np.log(-2 * x), x=-3.0) == pytest.approx(math.log(6))


def test_a_logistic_function_is_what_its_hyperbolic_tangent_says(x):
    found = (1 + np.tanh(x / 2)) / 2

    assert operations(found) == ["logistic"]
    assert computed(found, x=0.7) == pytest.approx(1 / (1 + math.exp(-0.7)))


def test_numbers_on_either_side_and_signs_are_right(x):
    assert computed(2 - x, x=5.0) == -3
    assert computed(2 / x, x=5.0) == 0.4
    assert computed(2.0**x, x=3.0) == pytest.approx(8)
    assert computed(-x + +x * 3, x=5.0) == 10
    assert computed(np.maximum(x, 2.0), x=1.0) == 2
    assert computed(np.heaviside(x, 0.0), x=1.0) == 1


def test_a_function_without_a_node_is_refused(x):
    with pytest.raises(TypeError):
        np.sin(x)


def test_only_what_an_end_rests_on_is_reached(x, y, graph):
    product = x * y
    np.exp(y)

    assert reached(graph, [product.place]) == [x.place, y.place, product.place]
