"""A fit for the page that shows what was learnt, and its parameters for the expert."""

from collections.abc import Iterator

import numpy as np

from brushite.equations import Assumed
from brushite.laboratory import READINGS
from brushite.report.fitted import learnt_objects, match_objects, trust_words
from brushite.report.forms import number
from brushite.twin import Twin

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
            {**each, "meaning": each["meaning"] or each["name"]} for each in learnt_objects(twin)
        ],
        "matches": [{**each, "title": _title(str(each["name"]))} for each in match_objects(twin)],
        "notes": list(twin.notes),
    }


def _title(name: str) -> str:
    return READINGS[name].title if name in READINGS else name


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
