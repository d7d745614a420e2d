"""Tables hide nothing of what a plan costs."""

import pytest

import courses
import outlooks
from brushite.compare import side_by_side
from brushite.goals import Goal, Goals
from brushite.record import Laboratory
from brushite.report.rows import outcome_rows, pair_rows
from brushite.report.table import attained, burden, paired, safety


def unknown_limit():
    return outlooks.comparison(of=outlooks.record(laboratory=Laboratory()))


def test_without_the_laboratorys_limit_over_suppression_is_told_by_an_assumed_one():
    before, after = (row[1] for row in safety(unknown_limit())[1:])

    start, why = (
        "cannot evaluate\nunder 130 pg/mL: ",
        "(twice an assumed limit of 65 for intact PTH)",
    )
    assert before == f"{start}0 of 8\n{why}"
    assert after.startswith(start)
    assert after.endswith(why)


def test_a_program_reads_the_assumed_limit_in_a_row_of_its_own():
    rows = [r for r in outcome_rows(unknown_limit()) if r["measure"].startswith("PTH under")]

    assert [r["meaning"] for r in rows[:2]] == [
        "cannot evaluate",
        "twice an assumed limit of 65 for intact PTH",
    ]
    assert (rows[1]["measure"], rows[1]["courses"], rows[1]["of"]) == ("PTH under 130 pg/mL", 0, 8)


def test_with_the_laboratorys_limit_no_other_is_assumed():
    assert "assumed" not in str(safety(outlooks.comparison()))


GOALS = Goals((Goal(output="calcium", wish="a range", source="a test", range=(2.0, 2.5)),))
STAYS, GETS_THERE, LOW = [2.2] * 6, [2.8, 2.8, 2.2, 2.2, 2.2, 2.2], [2.2, 1.8, 2.2, 1.8, 1.8, 2.2]


def by_hand(*runs):
    made = [
        courses.run(observed_calcium=run, lesion_1_volume=[[100] * 5 + [80]] * 2) for run in runs
    ]
    return side_by_side(made, GOALS, seed=1)


def test_time_in_target_is_told_in_weeks_with_when_it_is_reached():
    (head, line) = attained(by_hand([GETS_THERE, GETS_THERE]))

    assert head == ("Plan", "Calcium (total)")
    assert line[1] == "4 of 5 weeks\nreached: 2 of 2\nin week 2"


def test_a_target_that_no_course_reaches_has_no_week():
    assert attained(by_hand([LOW, LOW]))[1][1] == "2 of 5 weeks\nreached: 0 of 2"


def test_without_a_limit_the_way_cannot_be_evaluated():
    assert attained(unknown_limit())[1][3] == "cannot evaluate"


def test_episodes_stand_with_their_weeks_and_the_lowest_value():
    assert safety(by_hand([LOW, LOW]))[1][2] == "2 of 2\n2.0 episodes, 3.0 weeks\nlowest 1.80"
    assert safety(by_hand([STAYS, STAYS]))[1][2] == "0 of 2\nlowest 2.20"


def test_a_mass_has_its_change_and_who_is_halved_or_grown():
    head, line = burden(by_hand([STAYS, STAYS]))

    assert head[1] == "Mass volume, change"
    assert line[1] == "−20 %\nhalved: 0 of 2\ngrown: 0 of 2"


def test_without_masses_there_is_no_column_of_them():
    run = courses.run(observed_calcium=[STAYS])

    assert "Mass volume, change" not in burden(side_by_side([run], GOALS, seed=1))[0]


@pytest.mark.parametrize("plans", [1, 2, 5])
def test_every_plan_has_a_line_and_every_other_one_two_beside_the_first(plans):
    made = by_hand(*([[STAYS, LOW]] * plans))

    assert len(attained(made)) == len(safety(made)) == len(burden(made)) == 1 + plans
    assert len(paired(made)) == 1 + 2 * (plans - 1)


def test_better_same_and_worse_stand_at_the_end_and_over_the_time():
    _, end, time = paired(by_hand([GETS_THERE, STAYS], [STAYS, [2.2] * 5 + [2.8]]))

    assert end[:2] == ("B beside A: end", "better: 0 of 2\nsame: 1 of 2\nworse: 1 of 2")
    assert time[:2] == ("B beside A: time", "better: 1 of 2\nsame: 0 of 2\nworse: 1 of 2")


def test_every_row_has_the_same_columns():
    made = by_hand([STAYS, LOW], [GETS_THERE, STAYS])

    assert len({tuple(row) for row in (*outcome_rows(made), *pair_rows(made))}) == 1


def test_one_plan_alone_is_beside_no_other():
    assert pair_rows(by_hand([STAYS, LOW])) == ()
