"""Where the uncertainty comes from is said in words that claim no more than the draws tell."""

import re
from dataclasses import replace

import numpy as np
import pytest

import outlooks
import spread
from brushite.report.distrust import portion, uncertainty, uncertainty_object
from brushite.report.forms import as_json
from brushite.report.html import report
from brushite.report.objects import comparison_object
from brushite.report.terminal import page


def driven(twin, *, share=0.5):
    """PTH, of whose variance `share` comes from the growth of nodules, the rest by luck."""
    luck = np.random.default_rng(7).standard_normal(twin.draws.size)
    growth = spread.scores(twin.draws.parameters["nodular_growth"])
    return spread.comparison(np.sqrt(share) * growth + np.sqrt(1 - share) * luck)


def of_pth(said):
    return next(sentence for sentence in said if "PTH" in sentence)


def test_the_sentence_names_what_nobody_measured_and_how_much_comes_from_it():
    twin = spread.twin()

    said = of_pth(uncertainty(driven(twin), twin))

    assert said.startswith("Plan A, PTH at week 52: about half ")
    assert "about half comes from values that nobody has measured" in said
    assert "(mostly nodular_growth, growth of nodules)" in said
    assert "stays unexplained: chance, interactions, and what 300 draws do not tell" in said


def test_the_largest_part_stands_first():
    twin = spread.twin()

    most, least = (of_pth(uncertainty(driven(twin, share=s), twin)) for s in (0.8, 0.25))

    assert "week 52: most comes from values that nobody has measured" in most
    assert least.index("stays unexplained") < least.index("values that nobody has measured")


def test_luck_is_not_blamed_on_anything():
    twin = spread.twin()

    said = of_pth(uncertainty(driven(twin, share=0), twin))

    assert said.split(": ")[1].endswith("stays unexplained")
    assert "mostly" not in said


@pytest.mark.parametrize("draws", [100, 300])
def test_words_grow_with_the_share_and_never_say_all_or_none(draws):
    words = [portion(share, draws) for share in np.linspace(-0.1, 1, 111)]

    assert words[0] is None
    assert "all" not in words
    order = list(dict.fromkeys(words))
    assert [w for w in order for _ in range(words.count(w))] == words


def test_few_draws_are_told_with_coarser_words():
    assert portion(0.25, 300) == "about a quarter"
    assert portion(0.25, 100) == "some"
    assert len({portion(s, 100) for s in np.linspace(0, 1, 99)}) == 4


def test_a_program_gets_every_share_with_its_margin_and_the_drivers():
    twin = spread.twin()

    found = uncertainty_object(driven(twin), twin)

    told = next(each for each in found if each["measure"] == "pth")
    shares = {name: share["value"] for name, share in told["shares"].items()}
    assert sum(shares.values()) == pytest.approx(1, abs=1e-4)
    assert shares["assumed"] == pytest.approx(0.5, abs=0.15)
    assert 0 < told["shares"]["assumed"]["margin"] < 0.3
    assert told["drivers"][0]["name"] == "nodular_growth"
    assert told["drivers"][0]["of"] == "assumed"


def test_it_stands_under_what_to_distrust_on_the_page_and_in_the_report():
    twin = spread.twin()
    comparison, of = driven(twin), outlooks.record()

    text = " ".join(page(comparison, record=of, twin=twin).split())
    html = report(of, twin, comparison).text

    doubted = html.partition("<h2>What to distrust</h2>")[2].partition("</section>")[0]
    for said in (text.partition("What to distrust")[2], doubted):
        assert "parameters are assumed" in said
        assert "nodular_growth, growth of nodules" in said
    assert not re.search(r"(?<!\d)(0|100) ?%", doubted)


def test_a_comparison_without_a_twin_has_no_origins():
    found = comparison_object(outlooks.comparison())

    assert found["uncertainty"] == []
    assert as_json(comparison_object(driven(spread.twin()), twin=spread.twin()))


def test_what_cannot_be_told_is_said_with_the_reason():
    few = spread.twin(draws=40)
    strange = replace(spread.twin(), population="mine")

    assert "40 draws do not tell" in uncertainty(driven(few), few)[0]
    assert "'mine' is none of the populations" in uncertainty(driven(strange), strange)[0]
