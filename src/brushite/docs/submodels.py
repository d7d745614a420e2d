"""A page for each sub-model: its docstring as a paper prints it, and every equation."""

import re
from collections.abc import Iterator, Mapping

from markupsafe import Markup

from brushite.docs.bibliography import Publication
from brushite.docs.formula import formula
from brushite.docs.groups import Group, group_of, groups, without_place
from brushite.docs.markup import (
    Page,
    anchored,
    breakable,
    href,
    joined,
    link,
    page,
    paragraph,
    table,
)
from brushite.docs.nomenclature import PATH as NAMES
from brushite.docs.nomenclature import SOURCES, path_of, place_of
from brushite.docs.words import counted, plain_markdown, unit_words
from brushite.engine.explanation import explain
from brushite.equations import Model

INDEX = "model/index.md"
LEAD = re.compile(r"(Equations|Sources|Departures?|Left out)\b")  # what a paragraph opens with
CAUSES = "model/causes.md"


def overview(model: Model) -> Page:
    """The first page of the model: what it consists of, and where to read on."""
    rows = [
        (
            link(href(INDEX, path_of(group.name)), group.title),
            group.about,
            *(str(_count(group, kind)) for kind in ("states", "parameters", "quantities")),
        )
        for group in groups(model)
    ]
    counts = ", ".join(
        counted(len(things), one, many)
        for things, one, many in (
            (model.states, "state", "states"),
            (model.inputs, "input", "inputs"),
            (model.parameters, "parameter", "parameters"),
            (model.equations, "equation", "equations"),
        )
    )
    return page(
        INDEX,
        "Model",
        f"Model `{model.fingerprint}`: {counts}. One file is one sub-model; sub-models meet by the "
        "names they share. A lesion stands in it four times, and is told once.",
        table(("Sub-model", "About", "States", "Parameters", "Quantities"), rows),
    )


def _count(group: Group, kind: str) -> int:
    part = group.submodels[0]
    rates = [n for n in part.equations if n.startswith("ddt_")]
    counts = {
        "states": len(rates),
        "quantities": len(part.equations) - len(rates),
        "parameters": sum(type(s).__name__ == "Parameter" for s in part.symbols.values()),
    }
    return counts[kind]


def submodel_pages(model: Model, known: Mapping[str, Publication]) -> Iterator[Page]:
    """The pages of all sub-models."""
    for group in groups(model):
        here = path_of(group.name)
        parts = [
            *_prose(
                f"{group.about}\n{group.text.partition(chr(10))[2]}",
                {key: href(here, SOURCES, key) for key in known},
            )
        ]
        parts.append(
            joined(
                [
                    link(href(here, CAUSES, group.name), "Causal diagram"),
                    link(href(here, NAMES, f"of-{group.name}"), "Names and values"),
                ],
                " · ",
            ).join((Markup("<p>"), Markup("</p>")))
        )
        parts.append("## As the code has them")
        first = group.submodels[0]
        names = [n for n in model.equations if model.owner[n] == first.name]
        for name in names:
            parts += _equation(model, name, here)
        yield page(here, group.title, *parts)


def _prose(text: str, keys: Mapping[str, str]) -> Iterator[str]:
    """Paragraphs, and what is indented as it stands; publications are links."""
    for block in re.split(r"\n\s*\n", text):
        for is_formula, lines in _runs(block.splitlines()):
            if is_formula:
                spans = [Markup("<span>{}</span>").format(line) for line in _unwrapped(lines)]
                yield Markup('<pre class="paper">{}</pre>').format(joined(spans, ""))
                continue
            said = "\n".join(lines)
            lead = LEAD.match(said)
            opening = Markup("<strong>{}</strong>").format(lead[0]) if lead else Markup("")
            yield paragraph(opening + anchored(said[lead.end() if lead else 0 :], keys))


def _runs(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Lines that are indented, or are not, together; a new `Sources:` begins a new run."""
    run: list[str] = []
    for line in lines:
        begins = LEAD.match(line)
        if run and (begins or line.startswith(" ") != run[0].startswith(" ")):
            yield run[0].startswith(" "), run
            run = []
        run.append(line)
    if run:
        yield run[0].startswith(" "), run


def _unwrapped(lines: list[str]) -> list[str]:
    """Lines without the margin of the docstring; what went on in the next line is one line."""
    margin = min(len(line) - len(line.lstrip()) for line in lines)
    whole: list[str] = []
    for line in lines:
        if line[margin:].startswith(" ") and whole:
            whole[-1] += " " + line.strip()
        else:
            whole.append(line[margin:])
    return whole


def _equation(model: Model, name: str, here: str) -> Iterator[str]:
    told = explain(model, name)
    unit = unit_words(model.equations[name].unit)
    bare = without_place(model, name)
    meaning = told.subject.meaning
    if name.startswith("ddt_"):
        meaning = f"Rate: {model.states[name.removeprefix('ddt_')].meaning}"
    yield f"### {plain_markdown(meaning)} {{ #{bare} }}"
    yield formula(model, name)
    arguments = [
        link(place_of(model, argument, here), breakable(argument))
        for argument in dict.fromkeys(model.arguments[name])
    ]
    lines = [Markup("<b>Unit</b> {}").format(unit or "none")]
    if arguments:
        lines.append(Markup("<b>From</b> {}").format(joined(arguments)))
    users = list(dict.fromkeys(without_place(model, user) for user in told.used_by))
    if users:
        owners = {without_place(model, u): group_of(model, u) for u in told.used_by}
        used = joined([link(href(here, path_of(owners[u]), u), breakable(u)) for u in users])
        lines.append(Markup("<b>For</b> {}").format(used))
    if told.file and told.line and name not in model.totals:
        lines.append(Markup("<b>In</b> {}:{}").format(breakable(told.file), told.line))
    yield Markup('<p class="quiet">{}</p>').format(Markup("<br>").join(lines))
