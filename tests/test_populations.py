"""People of each population, before any data, are like those published (populations.py)."""

from functools import cache

import numpy as np
import pytest

from populations import PUBLISHED, Published, Values, values

pytestmark = pytest.mark.slow
known_values = cache(values)


def rows():
    for row in PUBLISHED:
        if not np.isnan(row.within):
            marks = (
                [pytest.mark.xfail(reason=row.missed, raises=AssertionError)] if row.missed else []
            )
            yield pytest.param(row, id=str(row), marks=marks)


@pytest.mark.parametrize("row", list(rows()))
def test_people_without_data_are_like_those_published(row: Published):
    found: Values = known_values(row.population)

    assert row.of(found) == pytest.approx(row.value, abs=row.within), row.source
