"""A model made ready to run: how long that takes, and what tells its code from any other."""

import time

import pytest

from brushite.engine.lanes import engine as module
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.methods import RODAS5P
from brushite.model import MINERAL
from engine.lanes.programs import kaps, model_of


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BRUSHITE_CACHE", str(tmp_path / "cache"))


def seconds(model):
    """CPU seconds until a model is ready, for a process that has not asked for it before."""
    engine.cache_clear()
    start = time.process_time()
    engine(model)
    return time.process_time() - start


def test_the_model_is_compiled_within_six_seconds_and_found_again_within_a_twentieth():
    assert seconds(MINERAL) < 6
    assert min(seconds(MINERAL) for _ in range(5)) < 0.05


def test_a_process_that_asks_again_gets_the_same_engine():
    model = kaps()

    assert engine(model) is engine(model)


def test_code_is_made_once(monkeypatch):
    made = []
    compiled = module.compiled
    monkeypatch.setattr(module, "compiled", lambda *a: made.append(a) or compiled(*a))

    for _ in range(3):
        engine(kaps())

    assert len(made) == 1


def test_other_equations_methods_and_widths_have_their_own_code(tmp_path):
    def decay(factor):
        return model_of({"x": 1.0}, {"x": lambda x: -factor * x})

    engine(decay(2))
    engine(decay(3))
    engine(decay(3), RODAS5P)
    engine(decay(3), width=2)
    engine(decay(3), width=4)

    assert len(list((tmp_path / "cache").iterdir())) == 5


def test_an_engine_names_its_arrays():
    made = engine(model_of({"x": 1.0}, {"x": lambda x, k, i: i - k * x}, {"k": 2.0}, ("i",)))

    assert made.states == ("x",)
    assert made.known == ("k", "i")
