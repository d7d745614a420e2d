"""Goals are data with a source, and a file of one's own may take the place of KDIGO's."""

import subprocess
import sys

import pytest

import brushite
import outlooks
from brushite.errors import FileError, GoalError
from brushite.goals import KDIGO, Goals
from brushite.record import LaboratoryRange, Measurement
from brushite.units import Quantity

GOAL = """
[[goal]]
output = "pth"
wish = "150 to 300 pg/mL"
source = "KDOQI 2003, at second hand"
range = ["15.9 pmol/L", "300 pg/mL"]
"""
OTHERWISE = """
otherwise = ["35 U/L", "130 U/L"]
otherwise_called = "usual range"
otherwise_source = "a range of laboratories"
"""
ALKALINE = """
[[goal]]
output = "alkaline phosphatase"
wish = "no higher than the laboratory's limit"
source = "our ward"
multiples = [0, 1]
"""


def read(text, tmp_path):
    file = tmp_path / "ward.toml"
    file.write_text(text)
    return Goals.read(file)


def test_the_goals_of_kdigo_are_the_same_by_every_name():
    assert brushite.KDIGO.of(None).wishes == KDIGO.wishes
    assert [goal.output for goal in KDIGO.wishes] == ["calcium", "phosphate", "pth"]
    assert all(goal.source.startswith("KDIGO2017, 4.") for goal in KDIGO.wishes)


def test_importing_opens_no_file_of_goals():
    program = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda e, a: e == 'open' and opened.append(str(a[0])))\n"
        "import brushite, brushite.compare, brushite.goals, brushite.report.html\n"
        "assert not [name for name in opened if name.endswith('.toml')], opened\n"
        "assert brushite.KDIGO.wishes\n"
        "assert [name for name in opened if name.endswith('goals.toml')]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_a_fixed_range_counts_for_everybody_in_any_unit_that_fits(tmp_path):
    target = read(GOAL, tmp_path).of(outlooks.record()).targets()["pth"]

    assert target.low == pytest.approx(150, abs=0.5)
    assert target.high == 300
    assert target.source == "KDOQI 2003, at second hand: 150 to 300 pg/mL"


def test_multiples_are_of_the_laboratorys_limit_for_any_analyte(tmp_path):
    own = Measurement(
        analyte="alkaline phosphatase",
        value=Quantity(300, "U/L"),
        laboratory_range=LaboratoryRange(high=Quantity(120, "U/L")),
    )
    goals = read(ALKALINE, tmp_path)

    target = goals.of(outlooks.record(measurements=(own,))).targets()["alkaline phosphatase"]

    assert (target.low, target.high) == (0, 120)
    assert not goals.targets()["alkaline phosphatase"].is_known


def test_otherwise_takes_the_place_of_a_limit_that_nobody_reported_and_says_so(tmp_path):
    target = read(ALKALINE + OTHERWISE, tmp_path).targets()["alkaline phosphatase"]

    assert (target.low, target.high) == (35, 130)
    assert target.label == "target: usual range"
    assert "nobody reported that limit, so this is a range of laboratories" in target.source


WRONG = {
    "no TOML": ("goal = [", "is no TOML"),
    "no goal": ("", "has no goal"),
    "another entry": ('name = "x"', "there is no entry 'name'. Write only"),
    "an unknown entry": (GOAL + "wihs = 1", "there is no entry 'wihs'. Did you mean 'wish'?"),
    "no source": (GOAL.replace("source", "# source"), "goal 1 has no 'source'"),
    "an empty source": (GOAL.replace('"KDOQI 2003, at second hand"', '""'), "source is ''"),
    "an output that is not forecast": (GOAL.replace('"pth"', '"pht"'), "Did you mean 'pth'?"),
    "one output twice": (GOAL + GOAL, "has two goals for pth"),
    "one end": (GOAL.replace('"15.9 pmol/L", ', ""), "the lower, then the upper end"),
    "the wrong way round": (GOAL.replace("15.9 pmol/L", "900 pg/mL"), "the lower, then the upper"),
    "below nothing": (GOAL.replace("15.9 pmol/L", "-1 pg/mL"), "the lower, then the upper end"),
    "no unit": (GOAL.replace("15.9 pmol/L", "15.9"), "goal 1 \\(pth\\), range: '15.9' has no unit"),
    "another unit": (GOAL.replace("15.9 pmol/L", "1 mmol/day"), "has a unit that does not fit"),
    "a number for a range": (GOAL.replace('["15.9 pmol/L", "300 pg/mL"]', "3"), "two ends"),
    "multiples with units": (ALKALINE.replace("[0, 1]", '["0", "1"]'), "Write the lower"),
    "a range and multiples": (GOAL + "multiples = [1, 2]", "both range and multiples"),
    "a range and otherwise": (GOAL + OTHERWISE, "both range and otherwise"),
    "otherwise without a source": (
        ALKALINE + 'otherwise = ["1 U/L", "2 U/L"]\notherwise_called = "x"',
        "otherwise without otherwise_source",
    ),
    "a laboratory's range of a mass": (
        ALKALINE.replace("alkaline phosphatase", "mass volume"),
        "no laboratory has a range of it",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_is_refused_with_file_and_place(wrong, tmp_path):
    text, message = WRONG[wrong]

    with pytest.raises(GoalError, match=message) as refusal:
        read(text, tmp_path)

    assert "ward.toml" in str(refusal.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        Goals.read(tmp_path / "none.toml")
