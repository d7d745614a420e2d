"""Boxes stand apart, and arrows run from box to box."""

from itertools import combinations

import pytest

from brushite.docs.layers import layout

SIZE = (100.0, 30.0)


def placed(*edges):
    sizes = {n: SIZE for e in edges for n in e}
    return layout(sizes, edges)


GRAPHS = {
    "chain": [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")],
    "circle": [("a", "b"), ("b", "c"), ("c", "a")],
    "there and back": [("a", "b"), ("b", "a")],
    "itself": [("a", "a"), ("a", "b")],
    "two parts": [("a", "b"), ("c", "d"), ("d", "e")],
    "crossing": [(a, b) for a in "abcd" for b in "wxyz"],
}
each_graph = pytest.mark.parametrize("edges", GRAPHS.values(), ids=GRAPHS)


@each_graph
def test_no_box_lies_on_another(edges):
    middles = placed(*edges).middles.values()
    for (x, y), (u, v) in combinations(middles, 2):
        assert abs(x - u) >= SIZE[0] or abs(y - v) >= SIZE[1]


@each_graph
def test_every_box_lies_within_the_picture(edges):
    found = placed(*edges)
    for x, y in found.middles.values():
        assert SIZE[0] / 2 <= x <= found.width - SIZE[0] / 2 + 1e-9
        assert SIZE[1] / 2 - 1e-9 <= y <= found.height - SIZE[1] / 2 + 1e-9


@each_graph
def test_every_arrow_runs_from_the_side_of_its_cause_to_that_of_its_effect(edges):
    found = placed(*edges)

    assert set(found.ways) == {e for e in edges if e[0] != e[1]}
    for (a, b), way in found.ways.items():
        for node, (x, y) in ((a, way[0]), (b, way[-1])):
            u, v = found.middles[node]
            assert abs(abs(x - u) - SIZE[0] / 2) < 1e-9
            assert abs(y - v) <= SIZE[1] / 2


def test_effects_stand_right_of_their_causes():
    found = placed(*GRAPHS["chain"])
    across = [found.middles[n][0] for n in "abcd"]
    assert across == sorted(set(across))


def test_a_cause_of_something_late_stands_near_it():
    found = placed(("a", "b"), ("b", "c"), ("x", "c"))
    assert found.middles["x"][0] == found.middles["b"][0]


def test_an_arrow_and_the_one_back_can_be_told_apart():
    ways = placed(*GRAPHS["there and back"]).ways
    assert ways["a", "b"] != ways["b", "a"][::-1]


def test_causes_stand_in_the_order_of_their_effects():
    found = placed(("a", "z"), ("b", "y"), ("c", "x"), ("x", "o"), ("y", "o"), ("z", "o"))
    causes = sorted("abc", key=lambda n: found.middles[n][1])
    effects = sorted("zyx", key=lambda n: found.middles[n][1])
    assert [{"a": "z", "b": "y", "c": "x"}[n] for n in causes] == effects


def test_nothing_is_a_picture_of_nothing():
    found = layout({}, [])
    assert (found.width, found.height) == (0, 0)
