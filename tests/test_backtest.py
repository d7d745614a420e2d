"""Forecasts from the past see nothing of what they are judged by, and say what they left out."""

import dataclasses
from importlib import import_module

import numpy as np
import pytest

import backtests
from brushite.backtest import backtest, judged_points
from brushite.errors import RecordError
from brushite.laboratory import READINGS
from brushite.model import MINERAL
from brushite.plan import Moment
from brushite.record import Lesion, Measurement
from brushite.scoring import crps_of_lognormal
from brushite.units import Quantity


def foretold(record, draws=8, **changed):
    return backtest(
        record, model=MINERAL, population=backtests.PEOPLE, draws=draws, seed=1, **changed
    )


@pytest.fixture(scope="module")
def whole():
    return foretold(backtests.record())


def measured(analyte, value, week, **changed):
    return Measurement(
        analyte=analyte, value=Quantity.parse(value), taken=backtests.at(week), **changed
    )


def replaced(record, week, **values):
    """The record with other values on one date."""
    day = backtests.at(week)
    return dataclasses.replace(
        record,
        measurements=tuple(
            dataclasses.replace(m, value=Quantity.parse(values[m.analyte]))
            if m.taken == day and m.analyte in values
            else m
            for m in record.measurements
        ),
    )


def forecast_of(cut):
    return [(s.output, s.weeks, s.wide, s.narrow, s.median) for s in cut.scores]


def test_every_later_value_is_forecast_from_every_date_before_it(whole):
    assert [str(cut.moment) for cut in whole.cuts] == [
        str(backtests.at(w)) for w in backtests.WEEKS[:-1]
    ]
    assert [len(cut.scores) for cut in whole.cuts] == [4 * 4 + 2, 3 * 4 + 2, 2 * 4 + 2, 4 + 1]
    ahead = {round(s.weeks) for s in whole.cuts[0].scores}
    assert ahead == {4, 8, 20, 40}
    assert whole.is_whole
    assert whole.refused == ()


def test_a_later_value_changes_no_earlier_forecast(whole):
    other = foretold(replaced(backtests.record(), 20, calcium="3.0 mmol/L", pth="900 pg/mL"))

    for before, after in zip(whole.cuts[:3], other.cuts[:3], strict=True):
        assert forecast_of(before) == forecast_of(after)
    assert forecast_of(whole.cuts[3]) != forecast_of(other.cuts[3]), "the fit does see it then"


def test_a_later_value_changes_its_own_score(whole):
    other = foretold(replaced(backtests.record(), 40, calcium="3.4 mmol/L"), dates=1)

    (before,), (after,) = (
        [s for s in found.cuts[0].scores if (s.output, round(s.weeks)) == ("calcium", 40)]
        for found in (whole, other)
    )

    assert after.measured == pytest.approx(3.4)
    assert after.crps > before.crps + 0.5
    assert not after.inside_90


def test_a_later_change_of_therapy_moves_the_forecast_after_it_only(whole):
    record = backtests.record()
    steps = record.therapy.steps[:-1]  # the bath stays as it was
    softer = dataclasses.replace(record, therapy=dataclasses.replace(record.therapy, steps=steps))

    given, other = whole.cuts[0].scores, foretold(softer, dates=1).cuts[0].scores
    medians = [{(s.output, round(s.weeks)): s.median for s in each} for each in (given, other)]

    for week in (4, 8):
        assert medians[0]["calcium", week] == pytest.approx(medians[1]["calcium", week], rel=1e-3)
    assert medians[0]["calcium", 40] < 0.98 * medians[1]["calcium", 40]


def test_intervals_and_medians_lie_in_order_and_crps_is_positive(whole):
    for s in whole.scores:
        assert s.wide[0] < s.narrow[0] < s.median < s.narrow[1] < s.wide[1]
        assert s.crps > 0
        assert s.log_crps > 0


def test_the_naive_forecast_carries_the_last_value_forward(whole):
    record = backtests.record()
    for cut in whole.cuts:
        for s in cut.scores:
            past = [p.value for p in judged_points(record)[s.output] if p.at <= cut.hour]
            assert s.last == past[-1]
            scatter = READINGS[s.output].scatter
            assert s.naive_crps == crps_of_lognormal(past[-1], scatter, s.measured)


def test_without_an_earlier_value_of_its_kind_nothing_is_carried_forward():
    record = backtests.record()
    some = tuple(
        m for m in record.measurements if m.analyte != "pth" or m.taken == backtests.at(40)
    )

    found = foretold(dataclasses.replace(record, measurements=some), dates=1)

    (pth,) = (s for s in found.scores if s.output == "pth")
    assert pth.last is None
    assert pth.naive_crps is None
    assert pth.crps is not None


def test_the_patient_came_from_the_population_and_is_mostly_inside():
    """Forty forecasts of three people: fewer than three of four inside would be far off 90 %."""
    scores = [
        s for seed in (5, 6, 7) for s in foretold(backtests.record(seed), draws=24, dates=2).scores
    ]

    share = np.mean([s.inside_90 for s in scores])

    assert len(scores) > 40
    assert share > 0.75


def test_a_bound_is_scored_for_coverage_only():
    record = backtests.record()
    bound = tuple(
        dataclasses.replace(m, limit="below") if m.taken == backtests.at(40) else m
        for m in record.measurements
    )

    found = foretold(dataclasses.replace(record, measurements=bound), dates=1)

    bounds = [s for s in found.scores if s.limit == "below"]
    assert len(bounds) == 4
    assert all(s.crps is None and s.log_crps is None and s.bias is None for s in bounds)
    assert all(s.crps is not None for s in found.scores if s.limit is None)


def test_a_bound_is_not_carried_forward():
    record = backtests.record()
    bound = tuple(
        dataclasses.replace(m, limit="below") if m.taken == backtests.at(4) else m
        for m in record.measurements
    )

    found = foretold(dataclasses.replace(record, measurements=bound), dates=2)

    first = {s.output: s.last for s in found.cuts[0].scores}
    names = backtests.MEASURED
    points = judged_points(record)
    assert {n: first[n] for n in names} == {n: points[n][0].value for n in names}


def test_a_value_after_dialysis_is_neither_judged_nor_carried_forward():
    record = backtests.record()
    low = measured("phosphate", "0.9 mmol/L", 8, timing="after dialysis")

    found = foretold(dataclasses.replace(record, measurements=(*record.measurements, low)), dates=1)

    assert 0.9 not in [s.measured for s in found.scores]
    assert "Not used: 1 value taken after dialysis" in found.notes[0]


def test_a_value_without_a_time_is_left_out_and_said():
    record = backtests.record()
    lost = dataclasses.replace(record.measurements[0], taken=Moment())

    found = foretold(
        dataclasses.replace(record, measurements=(*record.measurements, lost)), dates=1
    )

    assert forecast_of(found.cuts[0]) == forecast_of(foretold(record, dates=1).cuts[0])
    assert any("1 value without a known time" in note for note in found.notes)


def test_a_date_that_the_fit_refuses_stays_with_its_reason():
    absurd = replaced(backtests.record(), 20, calcium="5.5 mmol/L")

    found = foretold(absurd)

    assert [bool(cut.reason) for cut in found.cuts] == [False, False, False, True]
    assert found.refused[0].reason.startswith("FitError: calcium")
    assert found.refused[0].scores == ()


def test_a_mass_that_was_noticed_later_is_not_judged_from_before():
    record = backtests.record()
    (hip,) = record.lesions
    later = Lesion(name="hand", site="hand", sizes=hip.sizes[1:])

    found = foretold(dataclasses.replace(record, lesions=(hip, later)))

    assert "mass volume" not in {s.output for s in found.cuts[0].scores}
    assert "noticed later" in found.cuts[0].notes[-1]
    assert "mass volume" in {s.output for s in found.cuts[3].scores}


@pytest.mark.parametrize(("wanted", "weeks"), [(1, (0,)), (2, (0, 20)), (3, (0, 8, 20)), (9, None)])
def test_a_long_record_is_forecast_from_evenly_chosen_dates(monkeypatch, wanted, weeks):
    monkeypatch.setattr(import_module("brushite.backtest"), "fit", refused)

    found = foretold(backtests.record(), dates=wanted)

    expected = backtests.WEEKS[:-1] if weeks is None else weeks
    assert [str(c.moment) for c in found.cuts] == [str(backtests.at(w)) for w in expected]
    assert (found.possible, found.chosen) == (4, len(expected))


def refused(*_, **__):
    raise RecordError("no")


def test_an_interrupt_keeps_the_dates_that_are_finished(monkeypatch, whole):
    module = import_module("brushite.backtest")
    fit, asked = module.fit, []

    def interrupted(*args, **known):
        asked.append(args)
        if len(asked) > 2:
            raise KeyboardInterrupt
        return fit(*args, **known)

    monkeypatch.setattr(module, "fit", interrupted)
    found = foretold(backtests.record())

    assert not found.is_whole
    assert found.cuts == whole.cuts[:2]


def test_a_forecast_that_was_cut_short_is_no_forecast(monkeypatch):
    module = import_module("brushite.backtest")
    simulate = module.simulate

    def cut(*args, **known):
        run = simulate(*args, **known)
        return dataclasses.replace(run, outcome=(*run.outcome[:-1], module.INTERRUPTED))

    monkeypatch.setattr(module, "simulate", cut)
    found = foretold(backtests.record(), dates=1)

    assert not found.is_whole
    assert found.cuts == ()


def test_progress_rises_to_the_whole():
    told = []

    foretold(backtests.record(), dates=2, progress=lambda done, of: told.append(done / of))

    assert told == sorted(told)
    assert told[-1] == 1


def test_the_numbers_do_not_depend_on_the_threads(whole):
    assert foretold(backtests.record(), jobs=2).cuts == whole.cuts


def test_one_date_is_not_enough():
    record = backtests.record()
    first = tuple(m for m in record.measurements if m.taken == backtests.at(0))
    alone = dataclasses.replace(record, measurements=first, lesions=())

    with pytest.raises(RecordError, match="Synthetic has one date"):
        foretold(alone)
    with pytest.raises(RecordError, match="Synthetic has no date"):
        foretold(dataclasses.replace(alone, measurements=()))


def test_values_after_now_are_not_judged_and_the_reader_is_told_what_to_do():
    record = dataclasses.replace(backtests.record(), now=backtests.at(0))

    with pytest.raises(RecordError, match="Write the last date as its now"):
        foretold(record)

    some = foretold(dataclasses.replace(record, now=backtests.at(8)), dates=1)
    assert max(s.weeks for s in some.scores) == 8
    assert any("after the record's now" in note for note in some.notes)


def test_no_dates_are_refused():
    with pytest.raises(RecordError, match="from 0 dates"):
        foretold(backtests.record(), dates=0)


def test_the_verb_is_the_function():
    import brushite

    assert brushite.backtest is backtest
