"""Plans from and to YAML and JSON."""

import json
from io import StringIO
from pathlib import Path

from brushite.errors import BrushiteError, PlanError
from brushite.intake.files import SUFFIXES, Node, documents, documents_in, placed
from brushite.intake.forms import Field, Form, Mould, choice, listing, made
from brushite.intake.forms import text as plain_text
from brushite.intake.steps import step
from brushite.intake.versions import current
from brushite.intake.written import DEFINITIONS, deadlines, duration
from brushite.plan import Monitor, Plan, Step, refuse_overlaps

SCHEMA = "https://json-schema.org/draft/2020-12/schema"

_LISTED = listing(step(), "steps", PlanError)
STEPS: Form[tuple[Step, ...]] = Form(_LISTED.read, _LISTED.write, {"$ref": "#/$defs/steps"})
_EVERY = duration("labs")


def _labs(node: Node) -> dict[str, object]:
    if node.text.strip().startswith("every "):
        every = node.text.strip().removeprefix("every ")
        part = Node(content=every, text=every, file=node.file, path=node.path, line=node.line)
        return {"labs_every": _EVERY.read(part)}
    return {"labs": deadlines("labs").read(node)}


_MONITOR = Mould(
    "monitor",
    {
        "labs": Field("labs", deadlines("labs"), "laboratory days: month 1, or every 4 weeks"),
        "imaging": Field("imaging", deadlines("imaging"), "days of imaging: month 4, month 12"),
    },
    PlanError,
)


def _monitor() -> Form[Monitor]:
    def read(node: Node) -> Monitor:
        _MONITOR.refuse_strangers(node)
        values: dict[str, object] = {}
        if (labs := node.entries.get("labs")) is not None:
            values |= _labs(labs)
        if (imaging := node.entries.get("imaging")) is not None:
            values["imaging"] = deadlines("imaging").read(imaging)
        return made(node, Monitor, values)

    def write(value: Monitor) -> object:
        written = _MONITOR.written(value)
        if not value.labs and value.labs_every != Monitor().labs_every:
            written["labs"] = f"every {_EVERY.write(value.labs_every)}"
        return written

    return Form(read, write, _MONITOR.schema())


MONITOR: Form[Monitor] = _monitor()
_PLAN = Mould(
    "a plan",
    {
        "plan": Field("name", plain_text("plan", PlanError), "the plan's name", required=True),
        "base": Field(
            "base",
            choice("base", PlanError, {"current": "current", "none": "none"}),
            "current: changes to the care of now; none: all there is",
        ),
        "horizon": Field("horizon", duration("horizon"), "how far to look: 12 months"),
        "steps": Field("steps", STEPS, "what is done, in order", required=True),
        "monitor": Field("monitor", MONITOR, "when the laboratory and the scanner look"),
        "note": Field("note", plain_text("note", PlanError), "anything to know about the plan"),
    },
    PlanError,
)


def read_plans(path: Path | str) -> tuple[Plan, ...]:
    """The plans of a file of YAML (one or several documents) or JSON (one plan or a list).

    Raises `FileError`, `PlanError` or `UnitError` with file, place and value.
    """
    return _plans(documents(Path(path)))


def plans_in(text: str, *, name: str = "plan.yaml") -> tuple[Plan, ...]:
    """The plans of a text, as `read_plans` reads them from a file called `name`."""
    return _plans(documents_in(text, name=name))


def plans_beside(path: Path | str) -> tuple[Plan, ...]:
    """The plans of `<stem>-plans.yaml` (or .yml, .json) next to a record's file, if it is there."""
    record = Path(path)
    for suffix in SUFFIXES:
        beside = record.with_name(f"{record.stem}-plans{suffix}")
        if beside.is_file():
            return read_plans(beside)
    return ()


def _plans(roots: tuple[Node, ...]) -> tuple[Plan, ...]:
    nodes = [child for root in roots for child in _documents(root)]
    plans = tuple(_plan(node) for node in nodes)
    names = [plan.name for plan in plans]
    for index, (node, plan) in enumerate(zip(nodes, plans, strict=True)):
        if plan.name in names[:index]:
            raise placed(PlanError(f"Two plans are called {plan.name!r}. Rename one."), node)
    return plans


def _documents(root: Node) -> tuple[Node, ...]:
    return root.content if isinstance(root.content, tuple) else (root,)


def _plan(node: Node) -> Plan:
    if node.entries and "plan" not in node.entries and "person" in node.entries:
        raise placed(PlanError("This is a record, and a plan is wanted."), node)
    node = current(node, "plan", PlanError)
    _PLAN.refuse_strangers(node)
    values = _PLAN.values(node)
    try:
        refuse_overlaps(values["steps"])
    except BrushiteError as error:
        raise placed(error, node.entries["steps"]) from None
    plan = made(node, Plan, values)
    for index, one in enumerate(plan.steps):
        for end in (one.from_, one.until):
            if end is not None and end.after is not None and end.after.value < 0:
                message = (
                    f'The plan starts in the past ("{end}"). A plan starts at week 0 or later.'
                )
                raise placed(PlanError(message), _step_node(node, index))
    return plan


def _step_node(node: Node, index: int) -> Node:
    steps = node.entries["steps"].content
    return steps[index] if isinstance(steps, tuple) else node


def plan_entries(plan: Plan) -> dict[str, object]:
    """A plan as plain mappings, lists and words: what stands in a YAML or JSON file."""
    return {"brushite": plan.version, **_PLAN.written(plan)}


def plans_text(plans: tuple[Plan, ...], *, form: str = "yaml") -> str:
    """Plans as a YAML text of several documents, or as JSON: one plan, or a list of several."""
    entries = [plan_entries(plan) for plan in plans]
    if form == "json":
        return json_text(entries[0] if len(entries) == 1 else entries)
    return "---\n".join(yaml_text(each) for each in entries)


def plan_schema() -> dict[str, object]:
    """The JSON Schema of a plan as people write it."""
    version = {"type": "string", "pattern": r"^plan/\d+$"}
    whole = _PLAN.schema({"brushite": version})
    return {"$schema": SCHEMA, "title": "A brushite plan", **whole, "$defs": definitions()}


def definitions() -> dict[str, object]:
    """What the schemas of plans and records refer to."""
    return {**DEFINITIONS, "steps": dict(_LISTED.schema)}


def json_text(entries: object) -> str:
    """JSON as it is written to files."""
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def yaml_text(entries: object) -> str:
    """YAML as it is written to files."""
    from ruamel.yaml import YAML

    dumper = YAML(typ="safe", pure=True)
    dumper.default_flow_style = False
    dumper.allow_unicode = True
    dumper.width = 100
    dumper.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = StringIO()
    dumper.dump(entries, stream)
    return stream.getvalue()
