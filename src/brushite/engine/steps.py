"""Equations written out in steps, for simulators that remember no value they have computed.

Such a simulator writes out what a name stands for wherever it is used, and what that stands for in
turn: a calcium that is used twice, of things that are used twice, soon takes a million operations.
The argument of a function it computes once, so a long equation becomes a chain of functions, each
of which computes one quantity and hands it on. A check of units, on the other hand, writes out
functions and takes names as they are; so a chain has its length, and takes the rest by name.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sympy

from brushite.engine.symbols import algebra
from brushite.equations import Model

LONG = 60  # names written out; a longer equation is taken in steps where that makes it shorter
LONGEST_CHAIN = 100  # names in a chain whose functions are written out


@dataclass(frozen=True, slots=True)
class Step:
    """A quantity of a chain, its formula, and the names that this step and later ones need."""

    name: str
    formula: sympy.Expr
    needs: tuple[str, ...]


def in_steps(model: Model) -> dict[str, tuple[Step, ...]]:
    """Every equation as steps, of which the last is its own; a short one has no other."""
    formulae = {name: algebra(model, name) for name in model.equations}
    used = {name: uses(formula) for name, formula in formulae.items()}
    length: dict[str, int] = {}
    found = {}
    for name, formula in formulae.items():
        chain = [(name, formula)]
        length[name] = 1 + sum(n * length.get(a, 1) for a, n in used[name].items())
        if length[name] > LONG:
            length[name], members = _shortest(name, used, length)
            chain = _chain([n for n in formulae if n in members], formulae, used)
        found[name] = _with_needs(chain)
    return found


def uses(formula: sympy.Expr) -> Counter[str]:
    """How often each name is written in a formula."""
    parts = sympy.preorder_traversal(formula)
    return Counter(part.name for part in parts if isinstance(part, sympy.Symbol))


def _shortest(
    name: str, used: Mapping[str, Counter[str]], length: Mapping[str, int]
) -> tuple[int, frozenset[str]]:
    """The members of the best chain that ends in `name`, and how long it makes the equation."""
    members, refused = frozenset({name}), set[str]()
    best = _length(members, used, length), members
    while True:
        beneath = {a for n in members for a in used[n] if a in used} - members - refused
        if not beneath:
            return best
        longest = max(sorted(beneath), key=lambda a: length[a])
        if _written_out(name, members | {longest}, used, {}) > LONGEST_CHAIN:
            refused.add(longest)
            continue
        members |= {longest}
        best = min(best, (_length(members, used, length), members), key=lambda each: each[0])


def _length(
    members: Collection[str], used: Mapping[str, Counter[str]], length: Mapping[str, int]
) -> int:
    """Names written out when each member is computed once, and so is what they take by name."""
    taken = {a for n in members for a in used[n] if a in used and a not in members}
    return sum(1 + used[n].total() for n in members) + sum(length[a] for a in taken)


def _written_out(
    name: str,
    members: Collection[str],
    used: Mapping[str, Counter[str]],
    known: dict[str, int],
) -> int:
    """Names in the formula of `name` once its functions are written out."""
    if name not in members:
        return 1
    if name not in known:
        known[name] = 1 + sum(
            n * _written_out(a, members, used, known) for a, n in used[name].items()
        )
    return known[name]


def _chain(
    names: Sequence[str],
    formulae: Mapping[str, sympy.Expr],
    used: Mapping[str, Counter[str]],
) -> list[tuple[str, sympy.Expr]]:
    """The formulae of `names`; one that is used only once stands where it is used."""
    together = sum((used[n] for n in names), Counter[str]())
    inside: dict[sympy.Symbol, sympy.Expr] = {}
    steps = []
    for name in names:
        formula = formulae[name].xreplace(inside)
        if together[name] == 1:
            inside[sympy.Symbol(name, real=True)] = formula
        else:
            steps.append((name, formula))
    return steps


def _with_needs(chain: Sequence[tuple[str, sympy.Expr]]) -> tuple[Step, ...]:
    steps: list[Step] = []
    needed: dict[str, None] = {}
    for name, formula in reversed(chain):
        needed.pop(name, None)
        needed |= dict.fromkeys(s.name for s in formula.free_symbols)
        steps.append(Step(name, formula, tuple(sorted(needed))))
    return tuple(reversed(steps))
