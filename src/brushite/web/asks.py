"""What the server takes: the bodies of requests, with examples for its OpenAPI document."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

LONGEST_TEXT = 5_000_000
SHOWN = r"^[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$"  # nothing that turns a line around
RECORD = (
    "brushite: record/1\nperson: {label: Example, age: 52 years}\nmeasurements:\n"
    "- {analyte: phosphate, value: 2.1 mmol/L}\n"
)
PLAN: Mapping[str, Any] = MappingProxyType(
    {
        "plan": "Longer sessions",
        "steps": ({"dialysis": {"hours": "5 h"}}, {"give": "sevelamer 3.2 g/day"}),
    }
)

Yaml = Annotated[str, Field(max_length=LONGEST_TEXT)]
Words = Annotated[str, Field(max_length=300, pattern=SHOWN)]
Plans = Annotated[list[dict[str, Any]], Field(max_length=25)]
PopulationName = Annotated[str, Field(max_length=60)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Millimetres = Annotated[float, Field(ge=-5000, le=5000, allow_inf_nan=False)]
Point = tuple[Millimetres, Millimetres, Millimetres]
Points = Annotated[list[Point], Field(max_length=500)]


class Ask(BaseModel):
    """A body of which every entry is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SignIn(Ask):
    """Who wants in."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=SHOWN)]
    password: Annotated[str, Field(max_length=1000)]


class NewPatient(Ask):
    """A record, and its plans, as YAML."""

    yaml: Yaml = Field(examples=[RECORD])
    plans_yaml: Yaml = ""


class Change(Ask):
    """A new record or new plans in the place of those of revision `expected`."""

    expected: Annotated[int, Field(ge=1, le=2**31 - 1)]
    what: Words = ""
    yaml: Yaml | None = None
    plans_yaml: Yaml | None = None


class Back(Ask):
    """Back to revision `to`, if the latest is still `expected`."""

    expected: Annotated[int, Field(ge=1, le=2**31 - 1)]
    to: Annotated[int, Field(ge=1, le=2**31 - 1)]


class RecordCheck(Ask):
    """A record as YAML or as mappings."""

    yaml: Yaml | None = Field(default=None, examples=[RECORD])
    record: dict[str, Any] | None = None


class PlansCheck(Ask):
    """Plans as YAML or as mappings; with a patient also what is odd for them."""

    yaml: Yaml | None = None
    plans: Plans | None = Field(default=None, examples=[[dict(PLAN)]])
    patient: Annotated[str, Field(max_length=100)] | None = None


class Given(Ask):
    """An answer to the doubt of this number; null takes it back."""

    number: Annotated[int, Field(ge=1, le=100_000)]
    answer: Annotated[str, Field(max_length=2000)] | None


class Column(Ask):
    """What a column of a table is."""

    column: Annotated[str, Field(max_length=300)]
    taken_for: Annotated[str, Field(max_length=300)]


class Answers(Ask):
    """Answers to what waits, and for a table what its columns are."""

    answers: Annotated[list[Given], Field(max_length=1000)] = []
    columns: Annotated[list[Column], Field(max_length=500)] | None = None


class Label(Ask):
    """What to call the patient."""

    label: Annotated[str, Field(max_length=200, pattern=SHOWN)] = ""


class FitAsk(Ask):
    """From whom the twin is drawn, and where random numbers start."""

    population: PopulationName = "haemodialysis"
    seed: Seed = 1


class CompareAsk(Ask):
    """Plans to lay beside current care, which is always plan A."""

    plans: Plans = Field(default=[], examples=[[dict(PLAN)]])
    weeks: Annotated[int, Field(ge=1, le=520)] | None = None
    draws: Annotated[int, Field(ge=1, le=2000)] = 300
    seed: Seed = 1
    detail: bool = True
    courses: Annotated[int, Field(ge=0, le=50)] = 0
    population: PopulationName | None = None


class WeekAsk(CompareAsk):
    """Which week is looked at, counted from 0."""

    week: Annotated[int, Field(ge=0, le=519)]


class ReportAsk(CompareAsk):
    """The form and the language of the report."""

    format: Literal["html", "pdf"] = "pdf"
    language: Literal["en", "fr"] = "en"


class CourseAsk(Ask):
    """The course of a nerve or vessel, as points in mm (LPS) and a radius in mm."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=SHOWN)]
    points: Annotated[list[Point], Field(min_length=1, max_length=500)]
    radius: Annotated[float, Field(ge=0, le=50, allow_inf_nan=False)] = 0.0
    kind: Literal["nerve", "vessel", "drawn"] = "drawn"


class MeasureAsk(Ask):
    """Which masses are measured, by points in mm (LPS) within them; without any, all are.

    `bone_seeds` are points in bone that grows against a mass; with `painted` what was painted as
    bone counts too. `factor` is a calibration of the scanner's own (mg/mL per HU).
    """

    seeds: Points = Field(default=[], examples=[[[61.5, -12.0, -340.0]]])
    bone_seeds: Points = []
    painted: bool = False
    lines: Annotated[list[CourseAsk], Field(max_length=50)] = []
    factor: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)] | None = None


class LesionAsk(Ask):
    """A measured mass that becomes a size of a lesion in the record of revision `expected`.

    `taken` is when the scan was made as the record tells time; empty for the date of the series.
    """

    expected: Annotated[int, Field(ge=1, le=2**31 - 1)]
    mass: Words = Field(examples=["mass 1"])
    lesion: Annotated[str, Field(min_length=1, max_length=200, pattern=SHOWN)]
    site: Annotated[str, Field(max_length=200, pattern=SHOWN)] = ""
    taken: Annotated[str, Field(max_length=200, pattern=SHOWN)] = Field(
        default="", examples=["3 months before now"]
    )
