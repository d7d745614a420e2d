"""What is estimated, and how a study bears on it."""

import numpy as np
import pytest

from brushite.estimates import FOLDS, read_estimates
from brushite.intake.studies import packaged, studies_in
from brushite.model import MINERAL
from brushite.population import Population
from calibration.problem import (
    answered,
    estimated,
    fold_of,
    matters,
    values_at,
    weights,
)
from calibration.written import toml
from study_texts import SHORT, with_results


def test_the_prior_of_a_typical_value_is_the_value_beside_the_equation():
    priors = estimated()
    values = values_at(np.zeros(len(priors)), priors)

    assert values["bone_turnover"] == pytest.approx(MINERAL.parameters["bone_turnover"].value)
    assert set(values) == {p.name for p in priors}


def test_a_typical_value_stays_within_its_bounds():
    priors = estimated()
    for point in (np.full(len(priors), 50.0), np.full(len(priors), -50.0)):
        values = values_at(point, priors)
        assert all(p.between[0] <= values[p.name] <= p.between[1] for p in priors)


def test_folds_are_even_and_spread_over_every_topic():
    studies = packaged()
    fold = fold_of(studies)
    sizes = [list(fold.values()).count(k) for k in range(FOLDS)]

    assert max(sizes) - min(sizes) <= 1
    calcimimetics = [fold[s.name] for s in studies if s.topic == "calcimimetic"]
    assert len(set(calcimimetics)) == min(FOLDS, len(calcimimetics))


def test_a_study_counts_by_its_confidence_however_many_results_it_has():
    one, many = (
        studies_in(SHORT)[0],
        studies_in(with_results(*["{of: pth, arm: lower, at: week 1, is: 3 pg/mL}"]))[0],
    )

    assert weights([one]).sum() == pytest.approx(weights([many]).sum())


def test_the_parameter_of_a_drug_matters_only_where_it_is_given():
    (study,) = studies_in(SHORT)
    (given,) = studies_in(SHORT.replace("care:\n", "care:\n  - give: sevelamer 2 g/day\n"))

    assert not matters("sevelamer_binding", study)
    assert matters("sevelamer_binding", given)
    assert matters("bone_turnover", study)
    assert not matters("cinacalcet_half", given)


def test_a_study_answers_with_one_residual_for_each_scored_result():
    (study,) = studies_in(SHORT)

    answer = answered(study, {"bone_turnover": 0.25})

    assert len(answer.residuals) == answer.of == 6
    assert np.isfinite(answer.residuals).all()


def test_what_is_written_is_read_again_and_becomes_the_typical_value():
    priors = estimated()
    at = np.linspace(-1, 1, len(priors))
    text = toml(priors, at, [0.5 * at] * FOLDS, {"A study": 2})

    known = read_estimates(text)
    values = values_at(at, priors)

    assert known.values["bone_turnover"] == pytest.approx(values["bone_turnover"], rel=1e-3)
    assert known.blind_to("A study") == known.without[2]
    assert known.blind_to("Another") == known.values


def test_a_population_has_what_was_estimated_as_typical_value():
    parameter = MINERAL.parameters["bone_turnover"]
    people = Population(name="", meaning="", quantities={}, estimates={"bone_turnover": 0.3})

    assert people.of_parameter("bone_turnover", parameter).median == 0.3
    assert people.of_parameter("bone_turnover", parameter).sd == parameter.spread.sd
