"""A fit for the page that shows what was learnt, and its parameters for the expert."""

from collections.abc import Iterator

import numpy as np

from brushite.equations import Assumed
from brushite.laboratory import READINGS
from brushite.report.fitted import trust_words
from brushite.report.forms import number
from brushite.twin import Twin

WEEK = 168.0
Entries = dict[str, object]


def fit_view(twin: Twin, *, revision: int) -> Entries:
    """What the data taught of what, and which of them disagree."""
    return {
        "revision": revision,
        "population": twin.population,
        "draws": twin.draws.size,
        "seed": twin.seed,
        "at": str(twin.at),
        "trust": "" if twin.trust is None else trust_words(twin.trust),
        "learnt": [
            {
                "name": x.name,
                "meaning": x.meaning or x.name,
                "unit": x.unit,
                "before": [number(v) for v in x.before],
                "after": [number(v) for v in x.after],
            }
            for x in twin.learnt
        ],
        "matches": [
            {
                "name": m.name,
                "title": READINGS[m.name].title if m.name in READINGS else m.name,
                "week": m.hour / WEEK,
                "unit": m.unit,
                "measured": number(m.measured),
                "limit": m.limit,
                "low": number(m.computed[0]),
                "median": number(m.computed[1]),
                "high": number(m.computed[2]),
                "before": [number(v) for v in m.before],
                "chance": number(m.chance),
            }
            for m in twin.matches
        ],
        "notes": list(twin.notes),
    }


def parameters_view(twin: Twin) -> list[Entries]:
    """Every parameter: what is typical, what this patient has, and what that rests on."""
    return list(_parameters(twin))


def _parameters(twin: Twin) -> Iterator[Entries]:
    used = {f"lesion_{lesion.slot}_" for lesion in twin.lesions}
    for name, parameter in twin.model.parameters.items():
        is_lesion = name.startswith("lesion_") and name[7:8].isdigit()
        if is_lesion and name[:9] not in used:
            continue
        drawn = twin.draws.parameters.get(name)
        spread = (
            (None, None, None)
            if drawn is None
            else tuple(number(float(v)) for v in np.nanpercentile(drawn, (5, 50, 95)))
        )
        yield {
            "name": name,
            "meaning": parameter.meaning,
            "unit": parameter.unit,
            "typical": parameter.value,
            **dict(zip(("low", "median", "high"), spread, strict=True)),
            "source": str(parameter.source),
            "is_assumed": isinstance(parameter.source, Assumed),
        }
