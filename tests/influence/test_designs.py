"""Samples compare what they should, and draws that are given say what goes with what."""

import numpy as np
import pytest

from brushite.errors import EngineError, FileError
from brushite.influence import designs
from brushite.influence.designs import (
    of_draws,
    path_samples,
    refuse_without_salib,
    share_samples,
)


def test_along_a_path_one_quantity_moves_at_a_time():
    paths = path_samples(5, 3, seed=1).reshape(3, 6, 5)

    assert (np.sum(np.diff(paths, axis=1) != 0, axis=2) == 1).all()


def test_paths_go_by_the_middles_of_quarters():
    assert sorted(set(path_samples(5, 8, seed=1).ravel().round(9))) == [0.125, 0.375, 0.625, 0.875]


def test_sets_are_exchanged_between_two_samples_and_may_overlap():
    first, one, two, none, second = share_samples(3, [[0], [0, 2], []], 16, 1).reshape(16, 5, 3)[4]

    assert one.tolist() == [second[0], first[1], first[2]]
    assert two.tolist() == [second[0], first[1], second[2]]
    assert none.tolist() == first.tolist()


def test_samples_of_any_number_are_the_first_of_a_longer_sequence():
    few, many = (share_samples(3, [[0]], n, 1) for n in (20, 32))

    assert (few == many[: len(few)]).all()


def test_draws_give_each_column_its_share():
    chance = np.random.default_rng(1)
    columns = chance.normal(size=(2000, 6))

    found = of_draws(columns, 2 * columns[:, 0] + columns[:, 1], seed=1)

    shares = [share.value for share in found.alone]
    assert shares[:2] == pytest.approx([0.8, 0.2], abs=0.05)  # some five standard errors
    assert max(np.abs(shares[2:])) < 0.03
    assert 0 < found.chance < 0.05


def test_columns_that_hang_together_have_shares_that_overlap():
    chance = np.random.default_rng(1)
    one = chance.normal(size=2000)
    columns = np.column_stack([one, one + 0.1 * chance.normal(size=2000)])

    shares = [share.value for share in of_draws(columns, one, seed=1).alone]

    assert sum(shares) > 1.9


def test_too_few_draws_are_refused():
    with pytest.raises(EngineError, match="63 draws"):
        of_draws(np.ones((63, 2)), np.ones(63), seed=1)


def test_without_salib_the_line_that_installs_it_is_told(monkeypatch):
    monkeypatch.setattr(designs, "find_spec", lambda _: None)

    with pytest.raises(FileError, match=r"pip install 'brushite\[science\]'"):
        refuse_without_salib()
