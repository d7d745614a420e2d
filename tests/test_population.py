"""What a population's file may say, and what is refused."""

from importlib import import_module

import pytest

from brushite.errors import ModelError
from brushite.population import Population, population_names

GENERAL = Population.named("haemodialysis")
SPREAD = """
[[quantity]]
name = "state.gland_mass"
meaning = "Parathyroid tissue, in normal glands"
unit = "1"
kind = "log-normal"
median = 5.0
sd = 0.5
between = [1.0, 58.0]
source = "assumed: an example"
"""
CHOICE = """
[[quantity]]
name = "care.sevelamer"
meaning = "Who takes sevelamer"
unit = "1"
kind = "choice"
values = [0, 1]
weights = [1, 3]
source = "BenHamida2014, abstract"
"""
PAIR = """
[[correlation]]
between = ["state.gland_mass", "parameter.bone_turnover"]
value = 0.5
source = "assumed: an example"
"""
TOP = """
name = "some"
meaning = "An example"
based_on = "haemodialysis"
"""


def read(*parts: str) -> Population:
    return Population.read("".join((TOP, *parts)))


@pytest.mark.parametrize("name", population_names())
def test_a_population_bears_the_name_of_its_file(name):
    assert Population.named(name).name == name


def test_three_populations_are_shipped():
    assert set(population_names()) == {
        "haemodialysis",
        "low-turnover",
        "severe-hyperparathyroidism",
    }


def test_an_unknown_population_is_refused_with_the_known_ones():
    with pytest.raises(
        ModelError, match=r"Did you mean 'haemodialysis'\? The known ones are .*low"
    ):
        Population.named("hemodialysis")


def test_a_file_that_is_no_population_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "estimates.toml").write_text("[[estimate]]\nparameter = 'bone_turnover'\n")
    (tmp_path / "some.toml").write_text(TOP)
    monkeypatch.setattr(import_module("brushite.population"), "FOLDER", tmp_path)

    assert population_names() == ("some",)
    with pytest.raises(ModelError, match=r"no population 'estimates'"):
        Population.named("estimates")


def test_a_base_lends_all_that_is_not_given():
    some = read(SPREAD, CHOICE)

    assert some.quantities["state.gland_mass"].median == 5
    assert some.quantities["diet.calcium"] == GENERAL.quantities["diet.calcium"]
    assert some.quantities.keys() == GENERAL.quantities.keys() | {"care.sevelamer"}
    assert some.correlations == GENERAL.correlations


def test_correlations_join_those_of_the_base_and_replace_them_by_their_pair():
    first = GENERAL.correlations[0]
    turned = PAIR.replace("state.gland_mass", first.between[1])
    turned = turned.replace("parameter.bone_turnover", first.between[0])

    some = read(PAIR, turned)

    assert len(some.correlations) == len(GENERAL.correlations) + 1
    assert [c.value for c in some.correlations if set(c.between) == set(first.between)] == [0.5]


def test_a_correlation_of_0_takes_that_of_the_base_away():
    first = GENERAL.correlations[0]
    nothing = PAIR.replace("state.gland_mass", first.between[0]).replace("0.5", "0")
    nothing = nothing.replace("parameter.bone_turnover", first.between[1])

    assert first.between not in [c.between for c in read(nothing).correlations]


REFUSED = {
    "median is what was meant": (SPREAD.replace("median", "meadian"), "no 'median'"),
    "an unknown entry": (SPREAD + "centre = 3\n", "there is no entry 'centre'"),
    "an entry of the whole": ("author = 'me'\n", "there is no entry 'author'"),
    "an entry that is nearly right": (
        SPREAD + "betwen = [1, 2]\n",
        "'betwen'. Did you mean 'between'",
    ),
    "a choice with a median": (CHOICE + "median = 1\n", "there is no entry 'median'"),
    "an unknown kind": (
        SPREAD.replace("log-normal", "lognormal"),
        "kind is 'lognormal'. Write one",
    ),
    "a text for a number": (SPREAD.replace("5.0", "'5'"), "median is '5'. Write a number"),
    "texts for numbers": (SPREAD.replace("[1.0,", "['1',"), "Write numbers"),
    "one bound": (SPREAD.replace("[1.0, 58.0]", "[1.0]"), "Write the lower, then the upper"),
    "bounds the wrong way round": (SPREAD.replace("[1.0, 58.0]", "[58, 1]"), "the lower, then"),
    "a median outside": (SPREAD.replace("5.0", "0.5"), "The median lies between the bounds"),
    "a negative spread": (SPREAD.replace("0.5", "-0.5"), "sd is 0 or more"),
    "a share above 1": (
        SPREAD.replace("log-normal", "logit-normal"),
        "a logit-normal median lies between 0 and 1, not at 5",
    ),
    "a weight too few": (CHOICE.replace("[1, 3]", "[1]"), "2 values and 1 weights"),
    "a negative weight": (CHOICE.replace("[1, 3]", "[-1, 3]"), "no weight is below 0"),
    "no source": (SPREAD.replace("assumed: an example", "me"), "source is 'me'. Write a key"),
    "no reason": (SPREAD.replace("an example", ""), "'assumed: ' and the reason"),
    "a quantity that nothing asks for": (
        SPREAD.replace("state.gland_mass", "state.gland_mas"),
        "no quantity 'state.gland_mas'. Did you mean 'state.gland_mass'",
    ),
    "a quantity twice": (SPREAD + SPREAD, "gives state.gland_mass twice"),
    "a pair twice": (PAIR + PAIR, "twice. Keep one"),
    "a pair of one": (PAIR.replace("parameter.bone_turnover", "state.gland_mass"), "takes two"),
    "a correlation with nothing": (
        PAIR.replace("gland_mass", "gland"),
        "no quantity 'state.gland'",
    ),
    "a correlation of 1": (PAIR.replace("0.5", "1"), "Write a number between -1 and 1"),
    "a correlation without a source": (PAIR.replace("source", "from"), "has no 'source'"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_by_name(text, words):
    with pytest.raises(ModelError) as refused:
        read(text)

    assert words in str(refused.value)
    assert "'some'" in str(refused.value)


def test_correlations_that_exclude_each_other_are_refused():
    said = [
        PAIR.replace("0.5", "0.9"),
        PAIR.replace("parameter.bone_turnover", "diet.calcium").replace("0.5", "0.9"),
        PAIR.replace("state.gland_mass", "diet.calcium").replace("0.5", "-0.9"),
    ]

    with pytest.raises(
        ModelError, match=r"cannot hold together: .*state.gland_mass and diet.calcium 0.9"
    ):
        read(*said)


def test_a_base_that_is_none_is_refused_with_a_guess():
    with pytest.raises(ModelError, match=r"'hemodialysis'. Did you mean 'haemodialysis'"):
        Population.read(TOP.replace("haemodialysis", "hemodialysis"))


def test_a_base_stands_by_itself():
    with pytest.raises(ModelError, match=r"'low-turnover' is itself based on another"):
        Population.read(TOP.replace("haemodialysis", "low-turnover"))


def test_what_is_no_toml_is_refused():
    with pytest.raises(ModelError, match=r"no TOML"):
        Population.read("name = haemodialysis")
