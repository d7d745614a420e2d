"""The chart is one accessible picture that survives whatever the computation gives."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import outlooks
from brushite.compare import side_by_side
from brushite.goals import KDIGO
from brushite.record import Laboratory
from brushite.report.figure import NARROW, WIDE, alone, figure
from brushite.report.lanes import bars_of
from brushite.twin import Interval
from brushite.units import Quantity

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return [t.text for t in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def ends(svg):
    found = ElementTree.fromstring(svg).iter(f"{SVG}text")
    return [(float(t.get("y")), t.text) for t in found if "end" in (t.get("class") or "").split()]


@pytest.mark.parametrize("shape", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_chart_is_well_formed_and_says_its_result_to_those_who_cannot_see_it(shape):
    svg = figure(outlooks.comparison(), record=outlooks.record(), shape=shape)

    root = ElementTree.fromstring(svg)

    assert root.get("role") == "img"
    assert "Forecast at week 52" in root.get("aria-label")
    assert "in 8 of 8 courses" in root.get("aria-label")


def test_a_draw_that_failed_does_not_put_nan_into_the_chart():
    svg = figure(outlooks.comparison(failed=(2,)), record=outlooks.record())

    assert "nan" not in svg.lower()


def test_an_output_that_ends_in_nothing_leaves_its_line_open():
    run = outlooks.run()
    for values in run.values.values():
        values[:, 30:] = np.nan

    svg = figure(side_by_side([run], KDIGO, seed=1))

    assert "nan" not in svg.lower()
    assert ends(svg) == []


def test_end_labels_do_not_lie_on_each_other():
    svg = figure(outlooks.comparison(operated=("x", "y")))

    pth = sorted(ends(svg))

    gaps = np.diff([y for y, _ in pth])
    assert len(pth) == 12
    assert (gaps >= 13.9).all()


def test_numbers_are_written_for_people():
    svg = figure(outlooks.comparison(), record=outlooks.record())

    assert not re.search(r"\d[eE][+-]?\d", " ".join(texts(svg)))
    assert any(label.startswith("A 15") for _, label in ends(svg))


def test_no_more_than_three_plans_are_drawn():
    svg = figure(outlooks.comparison(operated=("x", "y", "z")))

    assert 'class="p2"' in svg
    assert 'class="p3"' not in svg


def test_later_values_look_different_from_those_that_were_fitted():
    svg = figure(outlooks.comparison(), record=outlooks.record())

    assert svg.count('class="dot"') == 5
    assert svg.count('class="later"') == 2


def test_the_target_says_where_it_comes_from():
    svg = figure(outlooks.comparison(), record=outlooks.record())

    assert "KDIGO2017, 4.2.3" in svg


def test_the_limits_of_a_target_lie_over_the_fans_up_to_the_right_edge():
    svg = figure(outlooks.comparison(), record=outlooks.record())

    calcium = svg[: svg.index("Phosphate")]
    limits = [m.start() for m in re.finditer(r'<line class="limit"', calcium)]
    right = f'x2="{WIDE.width - WIDE.right:.1f}"'
    assert len(limits) == 2
    assert min(limits) > calcium.rindex('class="median"')
    assert all(right in calcium[at : at + 110] for at in limits)


def test_a_limit_outside_the_panel_is_not_drawn_at_its_edge():
    of = outlooks.record(laboratory=Laboratory(pth_upper_limit=Quantity(800, "pg/mL")))

    svg = figure(outlooks.comparison(operated=(), of=of), record=of)

    pth = svg[svg.index(">PTH<") : svg.index(">Mass volume<")]
    assert pth.count('class="limit"') == 1  # 1600 pg/mL; 7200 lies far above


def test_an_unknown_target_has_no_limits():
    of = outlooks.record(laboratory=Laboratory())

    svg = figure(outlooks.comparison(of=of), record=of)

    assert 'class="limit"' not in svg[svg.index(">PTH<") :]


def test_what_a_record_says_cannot_become_markup():
    svg = figure(outlooks.comparison(operated=("<script>alert(1)</script>",)))

    assert "<script" not in svg


def test_a_file_of_its_own_brings_its_style():
    assert "<style>" in alone(figure(outlooks.comparison()))


# Lanes


def test_a_treatment_that_starts_at_different_times_has_one_soft_bar():
    bars = bars_of(outlooks.run(operated=True).courses)

    soft = next(b for b in bars if b.lane == "drug: alfacalcidol")
    assert (soft.first, soft.starts) == (9 * 168, 16 * 168)
    assert soft.words == "1 ug/day"


def test_a_treatment_of_some_courses_says_how_many():
    courses = [outlooks.bars(i, operated=i < 5) for i in range(8)]

    words = [b.words for b in bars_of(courses) if b.lane == "drug: alfacalcidol"]

    assert words == ["1 ug/day, 5 of 8"]


def test_labels_that_differ_between_draws_become_a_span():
    label = "3 × {} h a week, calcium {} mmol/L"
    pairs = ((3.6, 1.25), (4, 1.5), (4.2, 1.75), (3.9, 1.5))
    courses = [
        [Interval(lane="dialysis", label=label.format(h, c), start=0, end=10)] for h, c in pairs
    ]

    (bar,) = bars_of(courses)

    assert bar.label == "3 × 3.6 to 4.2 h a week, calcium 1.25 to 1.75 mmol/L"


def test_a_bar_that_all_plans_share_is_drawn_once():
    svg = figure(outlooks.comparison())

    assert texts(svg).count("3 g/day") == 1


def test_the_label_of_a_bar_does_not_run_into_the_next_bar():
    run = outlooks.run(draws=1)
    week, label = 168.0, "5 × 4 h a week, calcium 1 mmol/L"
    bars = [
        Interval(lane="dialysis", label=label, start=i * 8 * week, end=(i + 1) * 8 * week)
        for i in range(2)
    ]
    object.__setattr__(run, "courses", (tuple(bars),))

    svg = figure(side_by_side([run], KDIGO, seed=1))

    first = next(t for t in texts(svg) if t.startswith("A 5 ×"))
    assert first.endswith("…")
