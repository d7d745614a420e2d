import numpy as np
import pytest

from brushite.errors import ModelError
from brushite.influence.outputs import output_of
from brushite.model import MINERAL


def output(name, *, is_change=False, masses=1):
    return output_of(MINERAL, name, is_change=is_change, masses=masses)


@pytest.mark.parametrize(
    ("written", "name"),
    [("pth", "pth"), ("PTH", "pth"), ("P", "phosphate"), ("ALP", "alkaline phosphatase")],
)
def test_a_reading_goes_by_all_names_of_its_analyte(written, name):
    assert output(written).name == name


def test_a_reading_goes_before_a_state_of_the_same_name():
    assert output("pth").quantities == ("observed_pth",)


def test_any_quantity_of_the_model_is_an_output():
    assert output("diffuse_mass").quantities == ("diffuse_mass",)
    assert output("observed_calcium").unit == "mmol/L"


@pytest.mark.parametrize(
    ("written", "guess"), [("ptth", "pth"), ("difuse_mass", "diffuse_mass"), ("calcum", "calcium")]
)
def test_an_unknown_output_is_refused_with_a_guess(written, guess):
    with pytest.raises(ModelError, match=f"Did you mean '{guess}'"):
        output(written)


@pytest.mark.parametrize("name", ["pth_clearance", "session"])
def test_what_is_set_from_outside_is_no_output(name):
    with pytest.raises(ModelError, match="from outside the equations"):
        output(name)


def test_an_analyte_without_a_reading_is_no_output():
    with pytest.raises(ModelError, match="nothing that can be forecast"):
        output("Mg")


def test_a_mass_that_is_not_there_has_no_output():
    with pytest.raises(ModelError, match="belongs to mass 2"):
        output("lesion_2_volume")
    with pytest.raises(ModelError, match="no mass"):
        output("mass volume", masses=0)


def test_the_volume_of_masses_is_their_sum_and_is_judged_as_it_is():
    volume = output("mass volume", masses=2)

    found = volume.read({f"lesion_{i}_volume": np.array([[1.0, 10.0 * i]]) for i in (1, 2)})

    assert found.tolist() == [30]
    assert volume.judged(found).tolist() == [30]


def test_a_reading_is_judged_by_its_logarithm_and_told_as_it_is():
    calcium = output("calcium")
    judged = calcium.judged(calcium.read({"observed_calcium": np.array([[9.0, 2.4], [9, 2.4]])}))

    assert judged == pytest.approx(np.log([2.4, 2.4]))
    assert calcium.percentiles(judged) == pytest.approx((2.4, 2.4, 2.4))


def test_a_change_is_a_ratio_where_the_logarithm_is_judged_and_else_a_difference():
    ratio, difference = output("pth", is_change=True), output("diffuse_mass", is_change=True)

    assert ratio.read({"observed_pth": np.array([[100.0, 50.0]])}).tolist() == [0.5]
    assert difference.read({"diffuse_mass": np.array([[2.0, 5.0]])}).tolist() == [3]
    assert ratio.unit == "1"
