"""What was done, and what could be done: steps that hold until changed, and procedures."""

from brushite.plan.conditions import START, Condition, Multiple, Relation, Rule, When
from brushite.plan.gaps import is_open
from brushite.plan.known import UNKNOWN, Known, Range, Unknown
from brushite.plan.moments import NOW, PLAN_START, Moment
from brushite.plan.plans import Monitor, Plan, lane, layered, overlaid, refuse_overlaps
from brushite.plan.procedures import Procedure, Transplant
from brushite.plan.steps import Dialysis, Diet, Drug, Step, Stop, Titration

__all__ = [
    "NOW",
    "PLAN_START",
    "START",
    "UNKNOWN",
    "Condition",
    "Dialysis",
    "Diet",
    "Drug",
    "Known",
    "Moment",
    "Monitor",
    "Multiple",
    "Plan",
    "Procedure",
    "Range",
    "Relation",
    "Rule",
    "Step",
    "Stop",
    "Titration",
    "Transplant",
    "Unknown",
    "When",
    "is_open",
    "lane",
    "layered",
    "overlaid",
    "refuse_overlaps",
]
