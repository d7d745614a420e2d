"""Steps and plans in plain English."""

from fractions import Fraction

from brushite.plan.conditions import START, Rule, When
from brushite.plan.known import UNKNOWN, Known, Range, Unknown
from brushite.plan.plans import Plan
from brushite.plan.procedures import Procedure, Transplant
from brushite.plan.steps import PRESCRIPTION, Dialysis, Diet, Drug, Step, Stop
from brushite.units import Quantity


def plan_words(plan: Plan) -> str:
    """A plan in words, one line per step."""
    if plan.base == "current":
        base = "changes to current care"
    else:
        base = "from nothing" if plan.steps else "nothing is known"
    lines = [f"{plan.name} ({base}, {plan.horizon})"]
    if plan.note:
        lines.append(f"  {plan.note}")
    lines += [line for step in plan.steps for line in _step_lines(step)]
    if not plan.steps:
        lines.append("  - no step: care goes on as it is")
    elif plan.base == "current":
        lines.append("  what is not mentioned goes on as in current care")
    if plan.monitor.labs:
        lines.append(f"  laboratory: {', '.join(str(When(after=t)) for t in plan.monitor.labs)}")
    else:
        lines.append(f"  laboratory: every {plan.monitor.labs_every}")
    if plan.monitor.imaging:
        lines.append(f"  imaging: {', '.join(str(When(after=t)) for t in plan.monitor.imaging)}")
    return "\n".join(lines)


def _step_lines(step: Step) -> list[str]:
    lines = [f"  - {when_words(step)}: {step_words(step)}"]
    if step.note:
        lines.append(f"      {step.note}")
    return lines


def when_words(step: Step, *, past: bool = False) -> str:
    """When a step holds: `"from week 4 until week 12"`."""
    start = "so far" if past else "from the start"
    if step.from_ != START:
        start = f"once {_rule(step.from_.rule)}" if step.from_.rule else f"from {step.from_}"
    if isinstance(step, Procedure):
        start = start.replace("from the start", "at the start").replace("from ", "at ")
    if step.until is None:
        return start
    return f"{start} until {_rule(step.until.rule) if step.until.rule else step.until}"


def _rule(rule: Rule) -> str:
    either = " or ".join(str(c) for c in rule.any_of)
    every = " and ".join(str(c) for c in rule.all_of)
    both = f"({either}) and {every}" if either and every else either or every
    held = f" for {rule.held}" if rule.held else ""
    by = f" ({When(after=rule.by)} at the latest)" if rule.by else ""
    return f"{both}{held}{by}"


def step_words(step: Step) -> str:
    """What a step sets, short enough for a lane: `"sevelamer 3.2 g/day, 80 % taken"`."""
    if isinstance(step, Dialysis):
        return _dialysis(step)
    if isinstance(step, Drug):
        return _drug(step)
    if isinstance(step, Stop):
        return f"stop {step.drug}"
    if isinstance(step, Diet):
        return _diet(step)
    if isinstance(step, Transplant):
        unknown = isinstance(step.filtration, Unknown)
        filtration = "an unknown filtration" if unknown else _quantity(step.filtration)
        return f"kidney transplant with {filtration}, no dialysis"
    return _procedure(step)


def _dialysis(step: Dialysis) -> str:
    name = {"HD": "haemodialysis", "HDF": "haemodiafiltration", None: "dialysis"}[step.modality]
    parts = []
    if isinstance(step.sessions, Unknown) and isinstance(step.hours, Unknown):
        parts.append("sessions and hours unknown")
    else:
        if step.sessions is not None:
            several = "" if step.sessions == 1 else "s"
            parts.append(f"{_number(step.sessions)} session{several} a week")
        if step.hours is not None:
            parts.append(f"{_quantity(step.hours)} a session")
    if step.hours_per_week is not None:
        parts.append(f"{_quantity(step.hours_per_week)} a week")
    for measure in PRESCRIPTION[2:]:
        value: Known[Quantity] | None = getattr(step, measure.name)
        if value is not None:
            parts.append(f"{measure.name.replace('_', ' ')} {_quantity(value)}")
    if step.missed != 0:
        parts.append(f"{_share(step.missed)} of the sessions missed")
    return f"{name}: {', '.join(parts)}" if parts else name


def _drug(step: Drug) -> str:
    dose = f"{step.drug} {_quantity(step.dose)}" if step.dose is not None else step.drug
    if isinstance(step.dose, Unknown):
        dose = f"{step.drug}, dose unknown"
    if step.per_session is not None:
        dose = f"{step.drug} {_quantity(step.per_session)} at each session"
    if step.every is not None:
        dose += f" every {step.every}"
    ladder = ""
    if step.titrate is not None:
        rules = step.titrate
        ladder = f", every {rules.every} along {', '.join(str(d) for d in rules.doses)}"
        ladder += f": up if {_rule(rules.raise_if)}"
        for word, rule in (
            ("down", rules.lower_if),
            ("hold", rules.hold_if),
            ("resume", rules.resume_if),
        ):
            ladder += f", {word} if {_rule(rule)}" if rule is not None else ""
    return f"{dose}{ladder}{_adherence(step, '{} taken')}"


def _diet(step: Diet) -> str:
    foods = {"phosphorus": step.phosphorus, "calcium": step.calcium}
    unknown = [name for name, eaten in foods.items() if isinstance(eaten, Unknown)]
    known = [
        f"{_quantity(eaten)} {name}"
        for name, eaten in foods.items()
        if eaten is not None and not isinstance(eaten, Unknown)
    ]
    with_ = f" with {' and '.join(known)}" if known else ""
    without = f", {' and '.join(unknown)} not reported" if unknown else ""
    return f"diet{with_}{without}{_adherence(step, 'kept to {}')}"


def _procedure(step: Procedure) -> str:
    match step.operation:
        case "mass excision":
            return f"excision of the mass {step.mass}, {_excised(step)}"
        case "disarticulation":
            return f"disarticulation, with the mass {step.mass}"
        case "corticosteroid injection":
            cells = "" if step.quietened is None else f", {_share(step.quietened)} of cells quiet"
            return f"corticosteroid injected at the mass {step.mass}{cells}"
        case "ethanol injection" | "gland ablation":
            killed = (
                ""
                if step.destroyed is None
                else f", {_share(step.destroyed)} of their tissue destroyed"
            )
            return f"{step.operation}, {_glands(step.glands_treated)} treated{killed}"
    parts = []
    if step.glands_left is not None:
        parts.append(f"{_glands(step.glands_left)} left")
    if step.tissue_left is not None:
        parts.append(f"{_share(step.tissue_left)} of the tissue left")
    if step.autograft is not None:
        parts.append(f"autograft of {_share(step.autograft)} of a normal gland")
    return f"parathyroidectomy, {', '.join(parts)}"


def _excised(step: Procedure) -> str:
    if step.capsule == "removed":
        return "whole with its capsule"
    removed = "part" if step.removed is None else _share(step.removed)
    return f"{removed} removed" + (", its capsule left" if step.capsule == "left" else "")


def _glands(value: Known[float] | None) -> str:
    words = {0.0: "none", 1.0: "all"}
    whole = words.get(value) if isinstance(value, float) else None
    return f"{whole or _fraction(UNKNOWN if value is None else value)} of the glands"


def _adherence(step: Drug | Diet, words: str) -> str:
    if step.adherence is None or step.adherence == 1:
        return ""
    if isinstance(step.adherence, Unknown):
        return ", adherence not reported"
    return f", {words.format(_share(step.adherence))}"


def _share(value: Known[float]) -> str:
    if isinstance(value, Range):
        return f"{value.low * 100:g} to {value.high * 100:g} %"
    return "an unknown share" if isinstance(value, Unknown) else f"{value * 100:g} %"


def _fraction(value: Known[float]) -> str:
    if isinstance(value, Range | Unknown):
        return _share(value)
    near = Fraction(value).limit_denominator(8)
    return str(near) if abs(near - value) < 1e-9 else _share(value)


def _number(value: Known[int]) -> str:
    if isinstance(value, Range):
        return f"{value.low} to {value.high}"
    return "an unknown number of" if isinstance(value, Unknown) else str(value)


def _quantity(value: Known[Quantity]) -> str:
    if isinstance(value, Range):
        low, high = value.low, value.high
        return f"{low.value:g} to {high}" if low.unit == high.unit else f"{low} to {high}"
    return "unknown" if isinstance(value, Unknown) else str(value)
