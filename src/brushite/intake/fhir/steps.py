"""Steps of brushite in FHIR: written whole into an extension, since R4 has no place for most."""

import json
from collections.abc import Mapping

from brushite.errors import BrushiteError, PlanError
from brushite.intake.fhir import codes
from brushite.intake.fhir.bundles import Bundle, Resource
from brushite.intake.fhir.places import extension
from brushite.intake.files import Node, documents_in
from brushite.intake.plans import STEPS, plan_entries, plans_in
from brushite.plan import Plan, Step


def step_in(resource: Resource) -> Step | None:
    """The step that an export of ours wrote beside a resource, or None when there is none.

    Raises `PlanError` when it cannot be read.
    """
    written = extension(resource.part, codes.STEP).child("valueString")
    if not isinstance(written.value, str):
        return None
    node = tree_in(written.value, resource.place)
    listed = Node(content=(node,), file=node.file)
    return STEPS.read(listed)[0]


def tree_in(text: str, place: str) -> Node:
    """The JSON that an extension of ours holds."""
    try:
        node = documents_in(text, name=f"{place}.json")[0]
    except BrushiteError as error:
        raise PlanError(f"{place}: an extension of brushite cannot be read: {error}") from None
    if not isinstance(node.content, Mapping):
        raise PlanError(f"{place}: an extension of brushite holds no object.")
    return node


def step_text(step: Step) -> str:
    """A step as the extension holds it."""
    written = STEPS.write((step,))
    return json.dumps(written[0] if isinstance(written, list) else written, ensure_ascii=False)


def plan_header(plan: Plan) -> str:
    """All of a plan but its steps, as the extension of a CarePlan holds it."""
    entries = {key: value for key, value in plan_entries(plan).items() if key != "steps"}
    return json.dumps(entries, ensure_ascii=False)


def plan_in(resource: Resource, bundle: Bundle) -> Plan | None:
    """The plan that an export of ours wrote as a CarePlan, or None for any other.

    Raises `PlanError` when it cannot be read.
    """
    header = extension(resource.part, codes.PLAN).child("valueString")
    if not isinstance(header.value, str):
        return None
    texts = []
    for activity in resource.part.each("activity"):
        target = bundle.target(activity.child("reference"), resource)
        step = extension(target.part, codes.STEP).child("valueString") if target else None
        if step is None or not isinstance(step.value, str):
            raise PlanError(f"{resource.place}: a step of the plan is not in the bundle.")
        tree_in(step.value, target.place if target else "")
        texts.append(step.value)
    tree_in(header.value, resource.place)
    whole = f'{header.value.rstrip()[:-1]}, "steps": [{", ".join(texts)}]}}'
    return plans_in(whole, name=f"{resource.place}.json")[0]
