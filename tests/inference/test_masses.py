import dataclasses

import numpy as np
import pytest

from brushite.inference.masses import growing, masses
from brushite.inference.prior import prior
from brushite.model import MINERAL
from brushite.population import Population
from brushite.record import Lesion, Person, Record, Size
from brushite.units import Quantity

RECORD = Record(
    person=Person(label="Someone"),
    lesions=(Lesion(name="hip", site="hip", sizes=(Size(volume=Quantity(80, "mL")),)),),
)
DRAWS = 5
DRAWN = prior(MINERAL, Population.named("haemodialysis"), RECORD, size=DRAWS, seed=3)


def cycle(speed, cells):
    return {"mass_growth_speed": np.full(DRAWS, speed), "lesion_1_cells": np.full(DRAWS, cells)}


def net_speed(found, speed, cells):
    of = DRAWN.parameters
    growth = found.local_factor * speed / (1 + 80 / of["lesion_1_volume_limit"])
    return growth - found.cell_capacity * cells * of["resorption_speed"]


def test_a_mass_gains_with_the_first_pair_that_lets_it():
    of = DRAWN.parameters
    typical = np.median(of["resorption_speed"])

    found = masses(DRAWN, cycle(typical, 1.0))[1]

    assert found.gains.all()
    assert (net_speed(found, typical, 1.0) > 0).all()
    chosen_of = np.argmax(DRAWN.local_factors[1] == found.local_factor[:, None], axis=1)
    assert chosen_of.max() > 0
    for draw, chosen in enumerate(chosen_of):
        earlier = dataclasses.replace(
            found,
            local_factor=DRAWN.local_factors[1][draw, :chosen, None],
            cell_capacity=DRAWN.cell_capacities[1][draw, :chosen, None],
        )
        assert (net_speed(earlier, typical, 1.0)[:, draw] <= 0).all()


def test_where_none_gains_the_pair_that_comes_nearest_is_taken():
    found = masses(DRAWN, cycle(0.0, 1.0))[1]

    assert not found.gains.any()
    assert found.cell_capacity == pytest.approx(DRAWN.cell_capacities[1].min(axis=1))
    assert growing({1: found}, np.ones(DRAWS, dtype=bool)) == 0


def test_a_mass_was_smaller_by_what_it_gained_and_is_now_as_large_as_measured():
    found = masses(DRAWN, cycle(1e-5, 1e-3))[1]
    of = DRAWN.parameters
    volume = of["hydroxyapatite_mass"] / of["lesion_1_density"]

    assert found.mineral_now * volume == pytest.approx(80)
    radius = (3 * found.mineral_before * volume / (4 * np.pi)) ** (1 / 3)
    gained = (3 * 80 / (4 * np.pi)) ** (1 / 3) - radius
    assert gained == pytest.approx(4383 * net_speed(found, 1e-5, 1e-3))


def test_a_draw_without_a_known_cycle_gets_its_first_pair_and_does_not_gain():
    unknown = cycle(1e-5, 1e-3)
    unknown["mass_growth_speed"][2] = np.nan

    found = masses(DRAWN, unknown)[1]

    assert found.local_factor[2] == DRAWN.local_factors[1][2, 0]
    assert not found.gains[2]
    assert found.gains[[0, 1, 3, 4]].all()
