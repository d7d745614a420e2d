"""A model as SBML Level 3 Version 2, with the parameters, states and treatment of one patient.

Every name of the model is a parameter of the document, so that amounts, concentrations and flows
keep their units: states have rate rules, equations assignment rules, inputs and jumps events. What
a plan repeats by days or weeks is one event that sets its own next hour.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.util import find_spec
from typing import Any

from brushite.engine.explanation import explain
from brushite.engine.followed import Followed, Rhythm, after_jumps, rhythms, typical
from brushite.engine.steps import Step, in_steps, uses
from brushite.engine.unit_parts import unit_id, unit_parts
from brushite.equations import Jump, Model, Parameter
from brushite.errors import FileError, ModelError

LEVEL, VERSION = 3, 2
NO_UNIT = "dimensionless"
TOLERANCES = (
    "A drug that was stopped falls to nothing. Give a simulator an absolute tolerance for each "
    "state; libRoadRunner multiplies a single one by the state itself, and stops where that is "
    "nothing."
)
Steps = Mapping[str, Sequence[Step]]


def refuse_without_libsbml() -> None:
    """Raise `FileError` when libSBML is not installed, so that nothing is computed in vain."""
    if find_spec("libsbml") is None:
        raise FileError(
            "SBML needs python-libsbml, which is not installed. "
            "Install brushite[sbml], or take --format latex."
        )


def sbml(
    model: Model,
    patient: Followed | None = None,
    *,
    title: str = "brushite",
    about: Sequence[str] = (),
) -> str:
    """The text of an SBML document; without `patient` typical values, and nothing changes.

    `about` are sentences for the notes. Raises `FileError` without libSBML, `ModelError` for what
    SBML cannot say.
    """
    refuse_without_libsbml()
    import libsbml

    patient = patient or typical(model)
    document = libsbml.SBMLDocument(LEVEL, VERSION)
    made = document.createModel()
    made.setId("brushite")
    made.setName(title)
    made_from = f"Made from brushite's model {model.fingerprint}. Time is in hours."
    _annotate(made, [*about, made_from, TOLERANCES])
    _declare_units(made, ["h", *model.units.values()])
    made.setTimeUnits(unit_id("h"))
    _declare_given(made, model, patient)
    steps = in_steps(model)
    _declare_computed(made, model, steps)
    _declare_rates(made, model, steps)
    _declare_inputs_over_time(made, model, patient)
    _declare_jumps(made, model, patient)
    remarks = findings(document)
    wrong = [text for is_error, text in remarks if is_error]
    if wrong:
        raise ModelError(f"The model cannot be written as SBML. libSBML says: {wrong[0]}")
    return str(libsbml.writeSBMLToString(document))


def findings(document: Any) -> list[tuple[bool, str]]:  # noqa: ANN401 - an SBMLDocument
    """What libSBML's check of consistency, units included, says; whether each is an error."""
    import libsbml

    document.checkConsistency()
    log = (document.getError(i) for i in range(document.getNumErrors()))
    return [
        (e.getSeverity() >= libsbml.LIBSBML_SEV_ERROR, " ".join(e.getMessage().split()))
        for e in log
    ]


def _annotate(element: Any, sentences: Iterable[str]) -> None:  # noqa: ANN401 - an SBase
    paragraphs = "".join(f"<p>{escape(s)}</p>" for s in sentences)
    element.setNotes(f'<body xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</body>')


def _declare_units(made: Any, units: Iterable[str]) -> None:  # noqa: ANN401 - libsbml.Model
    import libsbml

    for unit in dict.fromkeys(units):
        parts = unit_parts(unit)
        if not parts:
            continue
        definition = made.createUnitDefinition()
        definition.setId(unit_id(unit))
        definition.setName(unit)
        for part in parts:
            written = definition.createUnit()
            written.setKind(libsbml.UnitKind_forName(part.kind))
            written.setExponent(part.exponent)
            written.setScale(part.scale)
            written.setMultiplier(part.multiplier)


def _unit(unit: str) -> str:
    """The document's name of a unit; nothing for one that SBML has no word for."""
    parts = unit_parts(unit)
    if parts is None:
        return ""
    return unit_id(unit) if parts else NO_UNIT


def _declare(made: Any, name: str, unit: str, meaning: str, *, is_fixed: bool) -> Any:  # noqa: ANN401
    import libsbml

    if not libsbml.SyntaxChecker.isValidSBMLSId(name):
        raise ModelError(
            f"{name} is no name in SBML. Take the letters a to z, digits and underscores."
        )
    parameter = made.createParameter()
    parameter.setId(name)
    parameter.setName(meaning)
    parameter.setConstant(is_fixed)
    if _unit(unit):
        parameter.setUnits(_unit(unit))
    return parameter


def _declare_given(made: Any, model: Model, patient: Followed) -> None:  # noqa: ANN401
    """States, inputs and parameters, with their values and what is known of them."""
    values = {**patient.states, **patient.inputs, **patient.parameters}
    for name in (*model.states, *model.inputs, *model.parameters):
        symbol = model.symbol(name)
        term = explain(model, name).subject
        declared = _declare(
            made, name, symbol.unit, term.meaning, is_fixed=isinstance(symbol, Parameter)
        )
        declared.setValue(float(values[name]))
        told = [n for n in (f"{term.kind} of {model.owner[name]}", term.spread, term.source) if n]
        _annotate(declared, told)


def _declare_computed(made: Any, model: Model, steps: Steps) -> None:  # noqa: ANN401
    """Each equation, in order of dependency."""
    asked_for = {a for wanted in model.arguments.values() for a in wanted}
    for name, equation in model.equations.items():
        if name.startswith("ddt_") and name not in asked_for:
            continue
        meaning = explain(model, name).subject.meaning
        declared = _declare(made, name, equation.unit, meaning, is_fixed=False)
        _annotate(declared, [f"equation of {model.owner[name]}"])
        rule = made.createAssignmentRule()
        rule.setVariable(name)
        rule.setMath(_formula(made, model, steps[name]))


def _declare_rates(made: Any, model: Model, steps: Steps) -> None:  # noqa: ANN401
    for name in model.states:
        rule = made.createRateRule()
        rule.setVariable(name)
        rule.setMath(_formula(made, model, steps[f"ddt_{name}"]))


def _formula(made: Any, model: Model, steps: Sequence[Step]) -> Any:  # noqa: ANN401
    """The tree of an equation; one of several steps is a call of the function of its first."""
    import libsbml

    from brushite.engine.mathml import bound, name, node, tree

    def call(function: str, given: Iterable[Any]) -> Any:  # noqa: ANN401
        called = node(libsbml.AST_FUNCTION, *given)
        called.setName(function)
        return called

    last = steps[-1]
    unit = _unit(model.equations[last.name].unit)
    computed = {a for a in last.needs if a in model.equations}
    if len(steps) == 1 and all(uses(last.formula)[a] == 1 for a in computed):
        return tree(last.formula, unit)
    label = ""
    for i, step in reversed(list(enumerate(steps, start=1))):
        formula = tree(step.formula, unit if step is last else NO_UNIT)
        if label:
            later = steps[i].needs
            formula = call(label, (formula if n == step.name else name(n) for n in later))
        label = _fresh(model, f"step_{i}_of_{last.name}")
        function = made.createFunctionDefinition()
        function.setId(label)
        function.setMath(node(libsbml.AST_LAMBDA, *map(bound, step.needs), formula))
    return call(label, map(name, steps[0].needs))


def _fresh(model: Model, label: str) -> str:
    """A name that the model does not have."""
    while label in model.owner:
        label += "_"
    return label


def _declare_inputs_over_time(made: Any, model: Model, patient: Followed) -> None:  # noqa: ANN401
    """Events for the inputs: those that always change together, to the same values, are one."""
    hours: dict[tuple[str, float], list[float]] = {}
    for change in patient.changes:
        for name, value in change.inputs.items():
            hours.setdefault((name, value), []).append(change.hour)
    together: dict[tuple[float, ...], dict[str, float]] = {}
    for (name, value), when in hours.items():
        together.setdefault(tuple(when), {})[name] = value
    number = 0
    for at, values in together.items():
        for rhythm in rhythms(at):
            number += 1
            _declare_change(made, model, values, rhythm, f"change_{number}")


def _declare_change(
    made: Any,  # noqa: ANN401
    model: Model,
    values: Mapping[str, float],
    rhythm: Rhythm,
    label: str,
) -> None:
    from brushite.engine.mathml import name, number

    event, hour = _event(made, model, rhythm, label)
    event.setName(", ".join(f"{n.replace('_', ' ')} becomes {v:g}" for n, v in values.items()))
    for of, value in values.items():
        assigned = event.createEventAssignment()
        assigned.setVariable(of)
        assigned.setMath(number(value, _unit(model.inputs[of].unit)))
    if hour:
        import libsbml

        from brushite.engine.mathml import node

        assigned = event.createEventAssignment()
        assigned.setVariable(hour)
        period = number(rhythm.period, unit_id("h"))
        assigned.setMath(node(libsbml.AST_PLUS, name(hour), period))


def _event(made: Any, model: Model, rhythm: Rhythm, label: str) -> tuple[Any, str]:  # noqa: ANN401
    """An event without assignments, and the parameter that holds its next hour, if it repeats."""
    import libsbml

    from brushite.engine.mathml import hours, name, node, number

    unit = unit_id("h")
    label = _fresh(model, label)
    event = made.createEvent()
    event.setId(label)
    event.setUseValuesFromTriggerTime(True)
    trigger = event.createTrigger()
    trigger.setPersistent(True)
    trigger.setInitialValue(False)
    if rhythm.count == 1:
        trigger.setMath(node(libsbml.AST_RELATIONAL_GEQ, hours(), number(rhythm.first, unit)))
        return event, ""
    hour = _fresh(model, f"next_hour_of_{label}")
    declared = _declare(made, hour, "h", f"Hour of the next {label}", is_fixed=False)
    declared.setValue(rhythm.first)
    beyond = rhythm.first + (rhythm.count - 0.5) * rhythm.period
    trigger.setMath(
        node(
            libsbml.AST_LOGICAL_AND,
            node(libsbml.AST_RELATIONAL_GEQ, hours(), name(hour)),
            node(libsbml.AST_RELATIONAL_LT, name(hour), number(beyond, unit)),
        )
    )
    return event, hour


def _declare_jumps(made: Any, model: Model, patient: Followed) -> None:  # noqa: ANN401
    """Events for procedures: each state becomes a weighted sum of what the states were."""
    number = 0
    for change in patient.changes:
        if not change.jumps:
            continue
        number += 1
        event, _ = _event(made, model, Rhythm(first=change.hour), f"procedure_{number}")
        event.setName(f"procedure in hour {change.hour:g}")
        _assign_sums(event, change.jumps)


def _assign_sums(event: Any, jumps: Sequence[Jump]) -> None:  # noqa: ANN401
    import libsbml

    from brushite.engine.mathml import name, node, number

    for state, weights in after_jumps(jumps).items():
        terms = [
            node(libsbml.AST_TIMES, number(weight, NO_UNIT), name(of))
            for of, weight in weights.items()
        ]
        assigned = event.createEventAssignment()
        assigned.setVariable(state)
        assigned.setMath(terms[0] if len(terms) == 1 else node(libsbml.AST_PLUS, *terms))
