"""What the columns of a table say of the patient: weight, age and sex."""

import datetime
import re

from brushite.drugs import plain
from brushite.intake.reading import Fact
from brushite.intake.tables.dates import when
from brushite.intake.tables.habits import Habits
from brushite.intake.tables.layout import Heading, Layout
from brushite.intake.tables.numerals import numeral
from brushite.units import Quantity

_SEXES = {
    "male": ("m", "h", "male", "homme", "masculin", "man", "1 - male"),
    "female": ("f", "w", "female", "femme", "feminin", "woman"),
}.items()
_WEIGHTS, _AGES = (2.0, 350.0), (0.0, 120.0)


def person_facts(layout: Layout, habits: Habits) -> list[Fact]:
    """The last weight, and age and sex where they are the same in each row."""
    found = []
    for heading in layout.headings:
        role = heading.meaning.role
        fact = None
        if role == "weight":
            fact = _weight(layout, heading, habits)
        elif role in {"age", "sex"}:
            texts = {text for row in layout.body if (text := layout.grid.text(row, heading.index))}
            if len(texts) == 1:
                fact = _age(texts.pop()) if role == "age" else _sex(texts.pop())
        found += [fact] if fact is not None else []
    return found


def _weight(layout: Layout, heading: Heading, habits: Habits) -> Fact | None:
    if re.search(r"\b(g|lbs?|livres?|stones?)\b", plain(heading.name)):
        return None
    last: tuple[datetime.date, int, float] | None = None
    for row in layout.body:
        found = numeral(layout.grid.cell(row, heading.index))
        number = None if found is None else found.value(habits.mark)
        if found is None or number is None or found.tail.lower() not in {"", "kg"}:
            continue
        times = layout.times
        cell = None if times is None else layout.grid.cell(row, times.index)
        time = when(cell, counted_in=habits.counted_in)
        moment = None if time is None else time.moment(habits.order)
        date = moment.date if moment is not None and moment.date else datetime.date.min
        if last is None or (date, row) >= last[:2]:
            last = (date, row, number)
    if last is None or not _WEIGHTS[0] <= last[2] <= _WEIGHTS[1]:
        return None
    return Fact(kind="weight", content=Quantity(last[2], "kg"))


def _age(text: str) -> Fact | None:
    found = numeral(text)
    number = None if found is None or len(found.readings) > 1 else found.readings[0]
    if found is None or number is None or not _AGES[0] <= number <= _AGES[1]:
        return None
    if found.tail.lower() not in {"", "ans", "an", "years", "year", "y", "a"}:
        return None
    return Fact(kind="age", content=Quantity(number, "year"))


def _sex(text: str) -> Fact | None:
    sex = next((sex for sex, words in _SEXES if plain(text) in words), None)
    return None if sex is None else Fact(kind="sex", content=sex)
