"""`brushite explain` and `export`: what the model says."""

from typing import Any

import click

from brushite.cli.options import Choices, with_choices


@click.command()
@click.argument("name")
@with_choices(computes=False)
def explain(choices: Choices, name: str) -> None:
    """A quantity or parameter of the model: formula, unit, arguments, sources, file and line."""
    import dataclasses

    from brushite.engine.explanation import explain as explained
    from brushite.model import MINERAL
    from brushite.report.table import as_json, in_form

    found = explained(MINERAL, name)
    if choices.form == "table":
        choices.give(f"{found}\n")
        return
    terms = [_entries(dataclasses.asdict(term)) for term in (found.subject, *found.arguments)]
    if choices.form == "json":
        whole = dataclasses.asdict(found) | {"subject": terms[0], "arguments": terms[1:]}
        choices.give(as_json(whole))
    else:
        rows = [{n: v for n, v in term.items() if n != "parts"} for term in terms]
        rows[0]["formula"] = found.formula
        choices.give(in_form(rows, choices.form))


def _entries(term: dict[str, Any]) -> dict[str, Any]:
    """A term with its bounds as two numbers, in its parts as well."""
    low, high = term.pop("between") or (None, None)
    term["parts"] = [_entries(part) for part in term["parts"]]
    return term | {"low": _finite(low), "high": _finite(high)}


def _finite(bound: float | None) -> float | None:
    return None if bound is None or bound in {float("inf"), float("-inf")} else bound


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["latex", "sbml"]), required=True, help="Form of it."
)
@click.option("-o", "--output", "out", type=click.Path(dir_okay=False), help="Write to a file.")
def export(form: str, out: str | None) -> None:
    """The model as a LaTeX document of all equations."""
    from pathlib import Path

    from brushite.engine.symbols import formulae
    from brushite.errors import ModelError
    from brushite.model import MINERAL

    if form == "sbml":
        raise ModelError("SBML is not built yet. Take --format latex.")
    lines = [
        r"\documentclass{article}",
        r"\usepackage{amsmath}",
        r"\begin{document}",
        f"% brushite's model {MINERAL.fingerprint}",
    ]
    for formula in formulae(MINERAL).values():
        lines += [r"\begin{equation*}", formula, r"\end{equation*}"]
    lines += [r"\end{document}", ""]
    Choices(out=Path(out) if out else None).give("\n".join(lines))
