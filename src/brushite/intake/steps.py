"""The forms of a plan's steps: `dialysis`, `give`, `stop`, `diet`, `surgery` and `transplant`."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from brushite.drugs import Medicine, medicine
from brushite.errors import BrushiteError, PlanError, UnitError, did_you_mean
from brushite.intake.files import Node, placed
from brushite.intake.forms import (
    PERITONEAL,
    Field,
    Form,
    Mould,
    choice,
    is_peritoneal,
    leaf,
    made,
    mapping,
    scalar,
)
from brushite.intake.forms import text as plain_text
from brushite.intake.written import count, duration, known, portion, rule, short, when
from brushite.plan import Dialysis, Diet, Drug, Known, Procedure, Stop, Titration, Transplant
from brushite.plan.procedures import CAPSULES, FILTRATION, OPERATIONS
from brushite.plan.steps import FOOD, PRESCRIPTION, Per, Step, dose_measure, interval
from brushite.units import Quantity

_MODALITIES = MappingProxyType(
    {
        "HD": "HD",
        "HDF": "HDF",
        "haemodialysis": "HD",
        "hemodialysis": "HD",
        "haemodiafiltration": "HDF",
        "hemodiafiltration": "HDF",
    }
)


def _modality() -> Form[str]:
    form = choice("modality", PlanError, _MODALITIES)

    def read(node: Node) -> str:
        if is_peritoneal(scalar("modality", PlanError, node)):
            raise placed(PlanError(PERITONEAL), node)
        return form.read(node)

    return Form(read, form.write, form.schema)


_COMMON: Mapping[str, Field] = MappingProxyType(
    {
        "from": Field("from_", when("from"), "when it starts; at the plan's start when left out"),
        "until": Field("until", when("until"), "when it ends; open when left out"),
        "note": Field("note", plain_text("note", PlanError), "what is assumed, and why"),
        "source": Field("source", plain_text("source", PlanError), "the place in a report"),
    }
)
_PRESCRIPTION = Mould(
    "dialysis",
    {
        "modality": Field("modality", _modality(), "HD or HDF"),
        "sessions": Field("sessions", count("sessions"), "sessions per week"),
        **{m.name: Field(m.name, known(m)) for m in PRESCRIPTION},
        "missed": Field("missed", portion("missed"), "share of the sessions that are missed"),
    },
    PlanError,
)
_TITRATION = Mould(
    "titrate",
    {
        "every": Field("every", duration("every"), "time between two decisions", required=True),
        "doses": Field(
            "doses",
            Form(
                lambda node: _doses(node),
                lambda doses: [short(d) for d in doses],
                {"type": "array", "items": {"type": "string"}, "minItems": 2},
            ),
            "the ladder of doses, from low to high",
            required=True,
        ),
        "raise_if": Field("raise_if", rule(), "when the dose goes up a step", required=True),
        "lower_if": Field("lower_if", rule(), "when the dose goes down a step"),
        "hold_if": Field("hold_if", rule(), "when the drug is paused"),
        "resume_if": Field("resume_if", rule(), "when it is given again"),
    },
    PlanError,
)


def _doses(node: Node) -> tuple[Quantity, ...]:
    if not isinstance(node.content, tuple):
        raise placed(PlanError(f"doses is {node.kind}. Write for example [30 mg, 60 mg]."), node)

    def parse(written: str) -> Quantity:
        try:
            return Quantity.parse(written)
        except UnitError:
            message = f'{written!r} is no dose with its unit. Write for example "30 mg".'
            raise UnitError(message) from None

    one = leaf("A dose", PlanError, parse, {"type": "string"})
    return tuple(one.read(child) for child in node.content)


def _way() -> Form[str]:
    return choice("as", PlanError, {"rate": "rate", "tablets": "tablets"})


def _interval() -> Form[Quantity]:
    length = duration("every")

    def read(node: Node) -> Quantity:
        every = length.read(node)
        try:
            return interval(every)
        except PlanError as error:
            raise placed(error, node) from None

    return Form(read, length.write, length.schema)


_GIVEN: Mapping[str, Field] = MappingProxyType(
    {
        "as": Field("as_", _way(), "spread over the day (rate) or swallowed at once (tablets)"),
        "every": Field("every", _interval(), "time between two doses, when it is not daily"),
        "adherence": Field("adherence", portion("adherence"), "share of the doses really taken"),
        "titrate": Field(
            "titrate", mapping(Titration, _TITRATION), "a dose that follows the laboratory"
        ),
    }
)
_DIET = Mould(
    "diet",
    {
        "phosphorus": Field("phosphorus", known(FOOD[0])),
        "calcium": Field("calcium", known(FOOD[1])),
    },
    PlanError,
)
_SURGERY: Mapping[str, Field] = MappingProxyType(
    {
        "glands_left": Field("glands_left", portion("glands_left"), "share of the glands: 1/8"),
        "tissue_left": Field(
            "tissue_left", portion("tissue_left"), "share of the tissue, if known"
        ),
        "autograft": Field(
            "autograft", portion("autograft"), "tissue that takes in the arm, in normal glands"
        ),
        "glands_treated": Field(
            "glands_treated", portion("glands_treated"), "share of the glands treated: 1/2"
        ),
        "destroyed": Field(
            "destroyed", portion("destroyed"), "share of the treated tissue destroyed, if known"
        ),
        "mass": Field("mass", plain_text("mass", PlanError), "the name of the mass in the record"),
        "removed": Field("removed", portion("removed"), "share of the mass taken out"),
        "capsule": Field(
            "capsule",
            choice("capsule", PlanError, {c: c for c in CAPSULES}),
            "removed (then the mass goes whole) or left (then a seed stays)",
        ),
        "quietened": Field(
            "quietened", portion("quietened"), "share of the cells quiet afterwards, if known"
        ),
    }
)
_TRANSPLANT = Mould(
    "transplant",
    {
        "filtration": Field(
            "filtration", known(FILTRATION), "of graft and own kidneys", required=True
        )
    },
    PlanError,
)

HEADS = ("dialysis", "give", "stop", "diet", "surgery", "transplant")


def step() -> Form[Step]:
    """The form of one step."""
    return Form(_read, _write, {"anyOf": [_schema(head) for head in HEADS]})


def _read(node: Node) -> Step:
    heads = [head for head in HEADS if head in node.entries]
    if len(heads) != 1:
        for key, child in node.entries.items():
            if "peritoneal" in key.lower():
                raise placed(PlanError(PERITONEAL), child)
        found = "no" if not heads else "more than one"
        guess = (
            "" if heads else next((g for k in node.entries if (g := did_you_mean(k, HEADS))), "")
        )
        tail = guess or f" Begin it with {_listed(HEADS)}."
        raise placed(PlanError(f"A step has {found} head.{tail}"), node)
    head = heads[0]
    body = node.entries[head]
    readers: Mapping[str, Callable[[Node, Node, dict[str, Any]], Step]] = {
        "dialysis": _dialysis,
        "give": _give,
        "stop": _stop,
        "diet": _diet,
        "surgery": _surgery,
        "transplant": _transplant,
    }
    mould = Mould(f"a {head} step", {**_COMMON, **_own(head)}, PlanError)
    mould.refuse_strangers(node, also=(head, "dose", "per_session") if head == "give" else (head,))
    return readers[head](node, body, mould.values(node))


def _own(head: str) -> Mapping[str, Field]:
    """The entries beside the head that only this kind of step has."""
    if head == "diet":
        return {"adherence": _GIVEN["adherence"]}
    return {"give": _GIVEN, "surgery": _SURGERY}.get(head, {})


def _dialysis(node: Node, body: Node, values: dict[str, Any]) -> Step:
    _PRESCRIPTION.refuse_strangers(body)
    return made(node, Dialysis, values | _PRESCRIPTION.values(body))


def _give(node: Node, body: Node, values: dict[str, Any]) -> Step:
    written = scalar("give", PlanError, body).strip()
    found = re.fullmatch(r"(\S.*?)\s+([-+]?\.?\d.*)", written)
    name, dose = (found[1], found[2]) if found else (written, None)
    try:
        drug = medicine(name)
        every = values.get("every")
        doses: Mapping[str, Known[Quantity]] = {} if dose is None else _dose(drug, dose, every)
    except BrushiteError as error:
        raise placed(error, body) from None
    pers: tuple[tuple[str, Per], ...] = (("dose", every or "day"), ("per_session", "session"))
    for key, per in pers:
        child = node.entries.get(key)
        if child is not None and child.content is not None:
            if doses:
                raise placed(PlanError(f"{drug.name} has two doses. Keep one of them."), child)
            doses = {key: known(dose_measure(drug, per=per)).read(child)}
    return made(node, Drug, {"drug": drug.name, **doses, **values})


def _dose(drug: Medicine, written: str, every: Quantity | None) -> dict[str, Quantity]:
    """The dose that stands behind the name of the drug: of a day, a session or an interval."""
    if found := re.fullmatch(r"(.*?)\s*(?:/|per )\s*session", written):
        return {"per_session": dose_measure(drug, per="session").read(found[1])}
    return {"dose": dose_measure(drug, per=every or "day").read(written)}


def _stop(node: Node, body: Node, values: dict[str, Any]) -> Step:
    return made(node, Stop, {"drug": scalar("stop", PlanError, body), **values})


def _diet(node: Node, body: Node, values: dict[str, Any]) -> Step:
    if isinstance(body.content, Mapping):
        _DIET.refuse_strangers(body)
        return made(node, Diet, values | _DIET.values(body))
    return made(node, Diet, {"phosphorus": known(FOOD[0]).read(body), **values})


def _surgery(node: Node, body: Node, values: dict[str, Any]) -> Step:
    operation = choice("surgery", PlanError, {o: o for o in OPERATIONS}).read(body)
    return made(node, Procedure, {"operation": operation, **values})


def _transplant(node: Node, body: Node, values: dict[str, Any]) -> Step:
    if isinstance(body.content, Mapping):
        _TRANSPLANT.refuse_strangers(body)
        return made(node, Transplant, values | _TRANSPLANT.values(body))
    return made(node, Transplant, {"filtration": known(FILTRATION).read(body), **values})


def _write(value: Step) -> object:
    rest = Mould("a step", _COMMON, PlanError).written(value)
    if isinstance(value, Dialysis):
        return {"dialysis": _PRESCRIPTION.written(value), **rest}
    if isinstance(value, Stop):
        return {"stop": value.drug, **rest}
    if isinstance(value, Procedure):
        own = Mould("surgery", _SURGERY, PlanError).written(value)
        return {"surgery": value.operation, **own, **rest}
    if isinstance(value, Transplant):
        return {"transplant": _TRANSPLANT.written(value), **rest}
    if isinstance(value, Diet):
        entries = _DIET.written(value)
        plain = isinstance(value.phosphorus, Quantity) and value.calcium is None
        body = entries["phosphorus"] if plain else entries
        taken = Mould("diet", _own("diet"), PlanError).written(value)
        return {"diet": body, **taken, **rest}
    return {**_given(value), **Mould("give", _GIVEN, PlanError).written(value), **rest}


def _given(value: Drug) -> dict[str, object]:
    if isinstance(value.dose, Quantity):
        return {"give": f"{value.drug} {short(value.dose)}"}
    drug = medicine(value.drug)
    if value.dose is not None:
        form = known(dose_measure(drug, per=value.per))
        return {"give": value.drug, "dose": form.write(value.dose)}
    if value.per_session is None:
        return {"give": value.drug}
    form = known(dose_measure(drug, per="session"))
    return {"give": value.drug, "per_session": form.write(value.per_session)}


def _schema(head: str) -> dict[str, object]:
    quantity = {
        "anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
        ]
    }
    bodies: Mapping[str, object] = {
        "dialysis": _PRESCRIPTION.schema(),
        "give": {"type": "string", "examples": ["sevelamer 3.2 g/day", "cinacalcet 30 mg/day"]},
        "stop": {"type": "string", "examples": ["calcium carbonate"]},
        "diet": {"anyOf": [{"type": "string", "examples": ["800 mg/day"]}, _DIET.schema()]},
        "surgery": {"enum": list(OPERATIONS)},
        "transplant": {
            "anyOf": [{"type": "string", "examples": ["45 mL/min"]}, _TRANSPLANT.schema()]
        },
    }
    doses = {"dose": quantity, "per_session": quantity} if head == "give" else {}
    mould = Mould(head, {**_own(head), **_COMMON}, PlanError)
    return mould.schema({head: bodies[head], **doses}, needed=(head,))


def _listed(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
