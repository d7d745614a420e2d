"""Plans as YAML and as mappings, and the drugs that they may name."""

import json

from fastapi import APIRouter

from brushite.drugs import MEDICINES
from brushite.errors import PlanError
from brushite.intake.plans import plans_in, plans_text
from brushite.web.asks import PlansCheck
from brushite.web.parts import Server
from brushite.web.views.patient import Entries, plan_view

router = APIRouter(prefix="/api", tags=["plans"])


@router.post("/plans/check")
def check(server: Server, asked: PlansCheck) -> Entries:
    """Plans as YAML, as mappings and in words, and what is odd about them; nothing is kept."""
    record = None
    if asked.patient is not None:
        record = server.desk.record(server.store.latest(asked.patient))
    if asked.yaml is not None:
        plans = plans_in(asked.yaml, name="plans.yaml") if asked.yaml.strip() else ()
    elif asked.plans is not None:
        plans = plans_in(json.dumps(asked.plans), name="plans.json") if asked.plans else ()
    else:
        raise PlanError("Nothing was sent. Send the plans as yaml or as plans.")
    text = asked.yaml if asked.yaml is not None else plans_text(plans)
    return {"yaml": text, "plans": [plan_view(plan, record) for plan in plans]}


@router.get("/drugs")
def drugs() -> list[Entries]:
    """The drugs that a plan may name, with the unit of a dose and what is plausible."""
    return [{"name": d.name, "unit": d.unit, "usual": [d.low, d.high]} for d in MEDICINES]
