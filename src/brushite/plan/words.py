"""Steps and plans in words, steps in French too."""

from brushite.language import Language, decimal, measure, say, told, word
from brushite.plan.conditions import START, Condition, Multiple, Rule, When
from brushite.plan.known import Known, Range, Unknown
from brushite.plan.operations import operation_words, share_words
from brushite.plan.plans import Plan
from brushite.plan.procedures import Procedure, Transplant
from brushite.plan.steps import PRESCRIPTION, Dialysis, Diet, Drug, Step, Stop, Titration
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


def when_words(step: Step, *, past: bool = False, language: Language = "en") -> str:
    """When a step holds: `"from week 4 until week 12"`."""
    is_operation = isinstance(step, Procedure)
    start = say(language, "so far" if past else "from the start")
    if is_operation and not past:
        start = say(language, "at the start")
    if step.from_.rule:
        start = say(language, "once {rule}", rule=rule_words(step.from_.rule, language))
    elif step.from_ != START:
        time = told(language, str(step.from_))
        start = say(language, "at {time}" if is_operation else "from {time}", time=time)
    if step.until is None:
        return start
    until = told(language, str(step.until))
    if step.until.rule:
        until = rule_words(step.until.rule, language)
        return say(language, "{start} until {rule}", start=start, rule=until)
    return say(language, "{start} until {time}", start=start, time=until)


def rule_words(rule: Rule, language: Language = "en") -> str:
    """A rule in words: `"phosphate < 1.78 mmol/L for 2 weeks (week 26 at the latest)"`."""
    either = say(language, " or ").join(_condition(c, language) for c in rule.any_of)
    every = say(language, " and ").join(_condition(c, language) for c in rule.all_of)
    both = either or every
    if either and every:
        both = say(language, "({either}) and {every}", either=either, every=every)
    if rule.held:
        both += say(language, " for {time}", time=measure(language, str(rule.held)))
    if rule.by:
        latest = told(language, str(When(after=rule.by)))
        both += say(language, " ({time} at the latest)", time=latest)
    return both


def _condition(condition: Condition, language: Language) -> str:
    if language == "en":
        return str(condition)
    name = word(language, "PTH" if condition.analyte == "pth" else condition.analyte)
    limit = condition.threshold
    if isinstance(limit, Multiple):
        times = decimal(language, f"{limit.factor:g}")
        return f"{name} {condition.relation} {times} × {word(language, limit.of)}"
    return f"{name} {condition.relation} {measure(language, str(limit))}"


def step_words(step: Step, language: Language = "en") -> str:
    """What a step sets, short enough for a lane: `"sevelamer 3.2 g/day, 80 % taken"`."""
    if isinstance(step, Dialysis):
        return _dialysis(step, language)
    if isinstance(step, Drug):
        return _drug(step, language)
    if isinstance(step, Stop):
        return say(language, "stop {drug}", drug=word(language, step.drug))
    if isinstance(step, Diet):
        return _diet(step, language)
    if isinstance(step, Transplant):
        known = "kidney transplant with {filtration}, no dialysis"
        if isinstance(step.filtration, Unknown):
            known = "kidney transplant with an unknown filtration, no dialysis"
        return say(language, known, filtration=_quantity(step.filtration, language))
    return operation_words(step, language)


def _dialysis(step: Dialysis, language: Language) -> str:
    name = {"HD": "haemodialysis", "HDF": "haemodiafiltration", None: "dialysis"}[step.modality]
    parts = []
    if isinstance(step.sessions, Unknown) and isinstance(step.hours, Unknown):
        parts.append(say(language, "sessions and hours unknown"))
    else:
        if step.sessions is not None:
            counted = "{n} session a week" if step.sessions == 1 else "{n} sessions a week"
            parts.append(say(language, counted, n=_number(step.sessions, language)))
        if step.hours is not None:
            length = _quantity(step.hours, language)
            parts.append(say(language, "{length} a session", length=length))
    if step.hours_per_week is not None:
        length = _quantity(step.hours_per_week, language)
        parts.append(say(language, "{length} a week", length=length))
    for part in PRESCRIPTION[2:]:
        value: Known[Quantity] | None = getattr(step, part.name)
        if value is not None:
            what = word(language, part.name.replace("_", " "))
            parts.append(f"{what} {_quantity(value, language)}")
    if step.missed != 0:
        missed = share_words(step.missed, language)
        parts.append(say(language, "{share} of the sessions missed", share=missed))
    name = word(language, name)
    return say(language, "{name}: {parts}", name=name, parts=", ".join(parts)) if parts else name


def _drug(step: Drug, language: Language) -> str:
    dose = drug = word(language, step.drug)
    if isinstance(step.dose, Unknown):
        dose = say(language, "{drug}, dose unknown", drug=drug)
    elif step.dose is not None:
        dose = f"{drug} {_quantity(step.dose, language)}"
    if step.per_session is not None:
        amount = _quantity(step.per_session, language)
        dose = say(language, "{drug} {amount} at each session", drug=drug, amount=amount)
    if step.every is not None:
        dose += say(language, " every {time}", time=measure(language, str(step.every)))
    if step.titrate is not None:
        dose += _ladder(step.titrate, language)
    return dose + _adherence(step, "{share} taken", language)


def _ladder(rules: Titration, language: Language) -> str:
    doses = ", ".join(measure(language, str(dose)) for dose in rules.doses)
    every = measure(language, str(rules.every))
    said = say(language, ", every {time} along {doses}: ", time=every, doses=doses)
    moves = (
        ("up if {rule}", rules.raise_if),
        ("down if {rule}", rules.lower_if),
        ("hold if {rule}", rules.hold_if),
        ("resume if {rule}", rules.resume_if),
    )
    return said + ", ".join(
        say(language, move, rule=rule_words(rule, language)) for move, rule in moves if rule
    )


def _diet(step: Diet, language: Language) -> str:
    foods = {"phosphorus": step.phosphorus, "calcium": step.calcium}
    both = say(language, " and ")
    unknown = [word(language, n) for n, eaten in foods.items() if isinstance(eaten, Unknown)]
    known = [
        say(language, f"{{amount}} {name}", amount=_quantity(eaten, language))
        for name, eaten in foods.items()
        if eaten is not None and not isinstance(eaten, Unknown)
    ]
    said = word(language, "diet")
    if known:
        said = say(language, "diet with {foods}", foods=both.join(known))
    if unknown:
        said += say(language, ", {foods} not reported", foods=both.join(unknown))
    return said + _adherence(step, "kept to {share}", language)


def _adherence(step: Drug | Diet, kept: str, language: Language) -> str:
    if step.adherence is None or step.adherence == 1:
        return ""
    if isinstance(step.adherence, Unknown):
        return say(language, ", adherence not reported")
    return f", {say(language, kept, share=share_words(step.adherence, language))}"


def _number(value: Known[int], language: Language) -> str:
    if isinstance(value, Range):
        return say(language, "{low} to {high}", low=value.low, high=value.high)
    return say(language, "an unknown number of") if isinstance(value, Unknown) else str(value)


def _quantity(value: Known[Quantity], language: Language) -> str:
    if isinstance(value, Range):
        low, high = value.low, value.high
        first = f"{low.value:g}" if low.unit == high.unit else str(low)
        ends = {"low": measure(language, first), "high": measure(language, str(high))}
        return say(language, "{low} to {high}", **ends)
    return (
        word(language, "unknown") if isinstance(value, Unknown) else measure(language, str(value))
    )
