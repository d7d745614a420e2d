"""Doubts are answered by number, by hand or not at all, and the answers are found again."""

import dataclasses

import pytest

import readings
from brushite.errors import BrushiteError, FileError
from brushite.intake.reading import Doubt, Fact
from brushite.intake.records import record_in, record_text
from brushite.intake.review import (
    Answer,
    accepted,
    decided,
    matched,
    read_review,
    review_text,
    settled,
    typed,
)
from brushite.plan import Drug, Moment
from brushite.record import Measurement
from brushite.units import Quantity

READING = readings.reading()
PTH, PHOSPHATE = READING.doubts
UNNAMED = Doubt(question="cell B2: '66?' is not a number; which value is it?")
CALCIUM = Doubt(question="calcium 26 mmol/L, of 2018-03-01, is outside 0.5 to 6 mmol/L.")


def answered(doubt, text):
    return decided("case.txt", doubt, typed(text)).fact


def refused(doubt, text):
    with pytest.raises(BrushiteError) as told:
        answered(doubt, text)
    return str(told.value)


def test_a_number_takes_that_reading():
    assert answered(PTH, "2") == PTH.options[1]


def test_skip_takes_none():
    assert answered(PTH, "skip") is None


@pytest.mark.parametrize(("text", "limit"), [("195 pmol/L", None), ("> 2500 pg/mL", "above")])
def test_a_value_by_hand_replaces_that_of_the_first_reading_and_is_noted(text, limit):
    fact = answered(PTH, text)

    assert fact.content.value == Quantity.parse(text.removeprefix("> "))
    assert fact.content.limit == limit
    assert fact.content.taken == PTH.options[0].content.taken
    assert fact.content.origin == PTH.options[0].content.origin
    assert fact.content.note == "corrected in review"


def test_a_value_for_which_there_was_no_reading_names_analyte_and_time():
    fact = answered(PHOSPHATE, "phosphate 66 mg/L, 2018-03-01")

    assert isinstance(fact.content, Measurement)
    assert (fact.content.analyte, str(fact.content.taken)) == ("phosphate", "2018-03-01")
    assert fact.content.origin.document == "case.txt"
    assert fact.spans == PHOSPHATE.spans
    assert str(answered(UNNAMED, "1,25-dihydroxyvitamin d 30 pg/mL").content.taken) == "unknown"


@pytest.mark.parametrize(
    ("doubt", "text", "value", "taken"),
    [
        (CALCIUM, "2,6 mmol/l", "2.6 mmol/l", "2018-03-01"),
        (CALCIUM, "calcium 2,6 mmol/L", "2.6 mmol/L", "2018-03-01"),
        (CALCIUM, "Ca 2.6 mmol/L, 2018-03-02", "2.6 mmol/L", "2018-03-02"),
        (CALCIUM, "2,6 mmol/L,2018-03-02", "2.6 mmol/L", "2018-03-02"),
        (PTH, "PTH 780 pg/mL", "780 pg/mL", str(PTH.options[0].content.taken)),
        (PTH, "78,5 pmol/L", "78.5 pmol/L", str(PTH.options[0].content.taken)),
        (PTH, "pth 780 pg/mL, 2018-02-01", "780 pg/mL", "2018-02-01"),
    ],
)
def test_a_value_by_hand_is_of_the_analyte_and_the_time_of_the_question(doubt, text, value, taken):
    content = answered(doubt, text).content

    assert content.analyte in doubt.question.lower()
    assert (str(content.value), str(content.taken)) == (value, taken)


def test_a_date_in_the_name_of_a_document_is_no_time():
    doubt = Doubt(question="labs-2020-01-01.csv, cell B2: which calcium is it?")
    fact = decided("labs-2020-01-01.csv", doubt, typed("2.6 mmol/L")).fact

    assert str(fact.content.taken) == "unknown"


def test_a_whole_entry_of_a_record_can_be_written():
    fact = answered(PHOSPHATE, "{give: sevelamer 1.6 g/day}")

    assert (fact.kind, fact.content) == ("therapy", Drug(drug="sevelamer", dose="1.6 g/day"))


def test_a_corrected_age_is_read_as_in_a_record():
    doubt = Doubt(question="54 or 45?", options=(readings.facts()[0],))

    assert answered(doubt, "45 years").content == Quantity(45, "years")
    assert "no unit" in refused(doubt, "45.5")


@pytest.mark.parametrize(
    ("doubt", "text", "words"),
    [
        (PTH, "3", "The options are 1 to 2"),
        (PTH, "0", "The options are 1 to 2"),
        (PHOSPHATE, "1", "no option to choose"),
        (PTH, "1850.5", "has no unit"),
        (PTH, "1850 kg", "unit that does not fit"),
        (PTH, "99999 pg/mL", "outside"),
        (UNNAMED, "66 mg/L", "Write the analyte"),
        (PHOSPHATE, "calcium 2 mmol/L", "The question is on phosphate"),
        (PTH, "calcium 2 mmol/L", "The question is on pth"),
        (PTH, "1,850 pg/mL", "Write 1850, or 1.85"),
        (PHOSPHATE, "phosfate 66 mg/L", "Did you mean 'phosphate'?"),
        (PHOSPHATE, "{dose: 3}", "Write the analyte"),
        (PTH, "{analyte: pth", "not YAML"),
    ],
)
def test_an_answer_that_cannot_be_is_told_with_what_would_do(doubt, text, words):
    message = refused(doubt, text)

    assert words in message
    assert "your answer" in message


def test_what_is_decided_goes_into_the_record_and_waits_no_more():
    decisions = (
        decided("case.txt", PTH, typed("1")),
        decided("case.txt", PHOSPHATE, typed("skip")),
    )

    result = settled(READING, decisions)

    assert [m.analyte for m in result.record.measurements] == ["calcium", "pth"]
    assert result.doubts == ()
    assert result.remarks[-1] == f"Skipped in review: {readings.IMPLAUSIBLE}"
    assert record_in(record_text(result.record)) == result.record


def test_what_is_not_answered_stays_out():
    decisions, _ = matched(READING, ())

    assert settled(READING, decisions) == READING


def test_accepting_takes_first_readings_and_leaves_what_has_none():
    decisions, _ = matched(READING, ())

    result = settled(READING, [accepted(each) for each in decisions])

    assert result.record.measurements[-1].value == Quantity(1850, "pg/mL")
    assert result.doubts == (PHOSPHATE,)
    assert "accepted unseen" in result.facts[-1].note


def test_accepting_changes_no_answer():
    decision = decided("case.txt", PTH, typed("2"))

    assert accepted(decision) is decision


# Files


def kept(tmp_path, answers):
    decisions = [
        decided("case.txt", doubt, typed(text)) if text else matched(READING, ())[0][1]
        for doubt, text in zip(READING.doubts, answers, strict=True)
    ]
    path = tmp_path / "case.review.yaml"
    path.write_text(review_text("case.txt", decisions, ()))
    return path


def test_answers_are_found_again(tmp_path):
    path = kept(tmp_path, ("190 pmol/L", "phosphate 66 mg/L"))

    decisions, others = matched(READING, read_review(path))

    assert [d.fact.content.value for d in decisions] == [
        Quantity(190, "pmol/L"),
        Quantity(66, "mg/L"),
    ]
    assert others == ()


def test_a_review_file_shows_what_can_be_answered(tmp_path):
    text = kept(tmp_path, ("1", "")).read_text()

    assert "brushite: review/1\n" in text
    assert "    1: PTH 1850 pg/mL\n    2: PTH 1.85 pg/mL\n  answer: 1\n" in text
    assert text.endswith("  answer:\n")


def test_answers_in_braces_survive_a_rewriting(tmp_path):
    path = kept(tmp_path, ("{analyte: pth, value: 300 pg/mL}", "skip"))

    decisions, _ = matched(READING, read_review(path))

    assert decisions[0].fact.content.value == Quantity(300, "pg/mL")
    assert review_text("case.txt", decisions, ()) == path.read_text()


def test_an_answer_to_another_question_belongs_to_nothing():
    stranger = Answer(question="Another?", place="", node=typed("1"))
    moved = Answer(question=readings.AMBIGUOUS, place='characters 1 to 2 "x"', node=typed("1"))
    empty = Answer(question="Empty?", place="")

    decisions, others = matched(READING, (stranger, moved, empty))

    assert [d.answer for d in decisions] == [None, None]
    assert others == (stranger, moved)


def test_two_doubts_of_one_wording_are_answered_in_their_order():
    twins = dataclasses.replace(READING, doubts=(PTH, PTH))
    place = str(PTH.spans[0])
    answers = [
        Answer(question=PTH.question, place=place, node=typed(number)) for number in ("2", "1")
    ]

    decisions, others = matched(twins, answers)

    assert [d.fact for d in decisions] == [PTH.options[1], PTH.options[0]]
    assert others == ()


def test_what_would_steer_a_terminal_is_not_written(tmp_path):
    fact = Fact(kind="history", content="a\x1b[31mb\u202ec")
    doubt = Doubt(question="Is it\x0c so\x1b?", options=(fact,))
    odd = dataclasses.replace(READING, doubts=(doubt,))
    path = tmp_path / "odd.review.yaml"
    path.write_text(review_text("a.txt", [decided("a.txt", doubt, typed("1"))], ()))

    decisions, _ = matched(odd, read_review(path))

    assert "\x1b" not in path.read_text()
    assert decisions[0].fact == fact


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("brushite: record/1\nperson: {label: x}\n", "This is a record, and a review is wanted"),
        ("brushite: review/2\n", "newer than the review/1"),
        ("brushite: review/1\ndoubt: []\n", "Did you mean 'doubts'?"),
        ("brushite: review/1\ndoubts: yes\n", "should be a list"),
        ("brushite: review/1\ndoubts:\n- answer: 1\n", "no question"),
        ("brushite: review/1\ndoubts:\n- {question: a, anser: 1}\n", "Did you mean 'answer'?"),
        ("brushite: review/1\n---\nbrushite: review/1\n", "this file has several"),
    ],
)
def test_a_wrong_review_file_is_told_with_its_place(tmp_path, text, words):
    path = tmp_path / "case.review.yaml"
    path.write_text(text)

    with pytest.raises(FileError) as told:
        read_review(path)

    assert words in str(told.value)
    assert "case.review.yaml" in str(told.value)


def test_a_wrong_answer_in_a_file_is_told_with_its_place(tmp_path):
    path = kept(tmp_path, ("1", ""))
    path.write_text(path.read_text().replace("answer: 1", "answer: 7"))

    with pytest.raises(FileError, match=r"no option \(case.review.yaml, doubts\[0\].answer, line"):
        matched(READING, read_review(path))


# Answers that decide several values


def measured(number, unit, taken="2020-03-04", analyte="calcium"):
    content = Measurement(analyte=analyte, value=Quantity(number, unit), taken=Moment.parse(taken))
    return Fact(kind="measurement", content=content)


COLUMN = Doubt(
    question="column B has no unit: which is it?",
    options=(measured(9.8, "mg/dL"), measured(98, "mg/L")),
    rest=((measured(9.1, "mg/dL"), measured(8.7, "mg/dL")), (measured(91, "mg/L"),)),
)


def taken_in(decision):
    record = settled(dataclasses.replace(READING, doubts=(COLUMN,)), [decision]).record
    return [str(each.value) for each in record.measurements if each.analyte == "calcium"]


def before():
    return [str(e.value) for e in READING.record.measurements if e.analyte == "calcium"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", ["9.8 mg/dL", "9.1 mg/dL", "8.7 mg/dL"]),
        ("2", ["98 mg/L", "91 mg/L"]),
        ("9.7 mg/dL", ["9.7 mg/dL", "9.1 mg/dL", "8.7 mg/dL"]),
        ("skip", []),
    ],
)
def test_all_values_of_a_column_come_in_with_its_answer(text, expected):
    decision = decided("case.txt", COLUMN, typed(text))

    assert taken_in(decision) == [*before(), *expected]


def test_all_values_of_a_column_come_in_when_its_first_reading_is_accepted():
    (waiting,), _ = matched(dataclasses.replace(READING, doubts=(COLUMN,)), ())

    assert taken_in(accepted(waiting)) == [*before(), "9.8 mg/dL", "9.1 mg/dL", "8.7 mg/dL"]
    assert "9.8 mg/dL" in review_text("case.txt", [waiting], ())
    assert "and 2 more values" in review_text("case.txt", [waiting], ())


def test_a_value_by_hand_in_the_unit_of_no_reading_cannot_decide_a_column():
    assert "in the unit of no option" in refused(COLUMN, "2.4 mmol/L")


def test_a_value_by_hand_in_the_unit_of_several_readings_does_not_choose_the_first():
    dates = (measured(9.8, "mg/dL"), measured(9.8, "mg/dL", "2020-04-03"))
    doubt = Doubt(question="day or month?", options=dates, rest=((dates[0],), (dates[1],)))

    assert "in the unit of several options" in refused(doubt, "9.7 mg/dL")
