"""What drives masses: no threshold of product or PTH tells who has one that grows."""

import numpy as np
import pytest

from brushite.inference.fit import fit
from brushite.model import MINERAL
from brushite.plan import Drug, Plan
from brushite.population import Population
from brushite.record import Lesion, Person, Record
from brushite.simulate import simulate
from points import usual

DRAWS = 200
MASS = "lesion_1_volume"
CHEMISTRY = ("observed_calcium", "observed_phosphate", "observed_pth")


@pytest.fixture(scope="module")
def fates():
    """For people with a mass: Ca × P (mmol²/L²) and PTH now, and whether it grows on a binder."""
    record = Record(person=Person(label="Someone"), lesions=(Lesion(name="right hip", site="hip"),))
    population = Population.named("haemodialysis")
    twin = fit(record, model=MINERAL, population=population, draws=DRAWS, seed=1, jobs=2)
    plan = Plan(name="Binder", steps=(Drug(drug="sevelamer", dose="2.4 g/day"),))
    run = simulate(twin, plan, weeks=52, every=52 * 168, quantities=[MASS, *CHEMISTRY])
    calcium, phosphate, pth = (run.values[n][:, 0] for n in CHEMISTRY)
    volume = run.values[MASS]
    return {"product": calcium * phosphate, "pth": pth}, volume[:, -1] > volume[:, 0]


def test_masses_of_two_hundred_people_are_found_at_all_products_and_pth(fates):
    chemistry, grows = fates
    # printed for people with masses: 46 to 133 mg²/dL², here 3.7 to 10.7, and 24 to 2362 pg/mL
    assert np.ptp(np.log(chemistry["product"][grows])) > np.log(1.8)
    assert chemistry["pth"][grows].min() < 60
    assert chemistry["pth"][grows].max() > 800


@pytest.mark.xfail(strict=True, reason="94 of 100 masses grow on the binder: 0.07 are misplaced")
@pytest.mark.parametrize("name", ["product", "pth"])
def test_no_threshold_of_the_product_or_pth_tells_which_mass_grows(fates, name):
    chemistry, grows = fates
    above = chemistry[name][:, None] > chemistry[name][None, :]
    misplaced = np.mean(above != grows[:, None], axis=0)  # for each person's value as threshold
    assert misplaced.min() > 0.15


@pytest.mark.xfail(strict=True, reason="all of those at the highest of three products grow")
def test_masses_at_equal_product_and_pth_differ_in_fate(fates):
    chemistry, grows = fates
    shares = []
    for level in np.percentile(chemistry["product"], (30, 50, 70)):
        alike = np.abs(np.log(chemistry["product"] / level)) < 0.05
        shares.append((alike.sum(), grows[alike].mean()))
    assert all(count >= 10 and 0.05 <= share <= 0.95 for count, share in shares)


@pytest.mark.parametrize("name", ["extracellular_phosphate", "extracellular_calcium", "pth"])
def test_growth_has_no_step_at_any_level(name):
    middle = usual(MINERAL)[name]
    levels = middle * np.geomspace(0.2, 5, 400)

    speeds = np.array([usual(MINERAL, **{name: float(v)})["mass_growth_speed"] for v in levels])

    slopes = np.diff(np.log(speeds)) / np.diff(np.log(levels))
    assert (speeds > 0).all()
    assert np.abs(np.diff(slopes)).max() < 1.0  # of slopes up to the steepness, about 10
