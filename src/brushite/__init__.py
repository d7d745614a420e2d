"""brushite: a twin of mineral metabolism on haemodialysis, for research and teaching.

The verbs of the flow and the words that they take. Each is imported when it is first asked for, so
that `import brushite` loads nothing.
"""

import sys
from importlib import import_module
from operator import attrgetter
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brushite.backtest import backtest
    from brushite.compare import compare
    from brushite.forecast import forecast
    from brushite.goals import KDIGO
    from brushite.inference.fit import fit
    from brushite.inference.update import update
    from brushite.influence.ranking import influence
    from brushite.intake.documents import read_document
    from brushite.intake.plans import read_plans
    from brushite.intake.records import read_record as read
    from brushite.model import MINERAL
    from brushite.plan import Dialysis, Diet, Drug, Plan, Procedure, Stop, Transplant
    from brushite.population import Population
    from brushite.record import Record
    from brushite.report.html import report
    from brushite.simulate import simulate
    from brushite.units import Quantity

    population = Population.named

_PLACES = MappingProxyType(
    {
        "KDIGO": "brushite.goals",
        "MINERAL": "brushite.model",
        "Dialysis": "brushite.plan",
        "Diet": "brushite.plan",
        "Drug": "brushite.plan",
        "Plan": "brushite.plan",
        "Population": "brushite.population",
        "Procedure": "brushite.plan",
        "Quantity": "brushite.units",
        "Record": "brushite.record",
        "Stop": "brushite.plan",
        "Transplant": "brushite.plan",
        "backtest": "brushite.backtest",
        "compare": "brushite.compare",
        "fit": "brushite.inference.fit",
        "forecast": "brushite.forecast",
        "influence": "brushite.influence.ranking",
        "population": "brushite.population:Population.named",
        "read": "brushite.intake.records:read_record",
        "read_document": "brushite.intake.documents",
        "read_plans": "brushite.intake.plans",
        "report": "brushite.report.html",
        "simulate": "brushite.simulate",
        "update": "brushite.inference.update",
    }
)

__all__ = [
    "KDIGO",
    "MINERAL",
    "Dialysis",
    "Diet",
    "Drug",
    "Plan",
    "Population",
    "Procedure",
    "Quantity",
    "Record",
    "Stop",
    "Transplant",
    "backtest",
    "compare",
    "fit",
    "forecast",
    "influence",
    "population",
    "read",
    "read_document",
    "read_plans",
    "report",
    "simulate",
    "update",
]


def __getattr__(name: str) -> object:
    """Import what is asked for from its module."""
    if name not in _PLACES:
        raise AttributeError(f"brushite has no {name!r}")
    module, _, attribute = _PLACES[name].partition(":")
    return attrgetter(attribute or name)(import_module(module))


class _Verbs(ModuleType):
    """The package, in which a verb keeps its name when the module that it is named after loads."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _PLACES and isinstance(value, ModuleType)):
            ModuleType.__setattr__(self, name, value)


sys.modules[__name__].__class__ = _Verbs  # docs/decisions/verbs.md
