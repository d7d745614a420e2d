"""Sub-models as a reader meets them: one that stands in the model four times is told once."""

import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from brushite.equations import Model, Submodel
from brushite.errors import ModelError


@dataclass(frozen=True, slots=True)
class Group:
    """A sub-model and all places at which it stands; `places` is empty where it stands once."""

    name: str
    submodels: tuple[Submodel, ...]
    places: tuple[str, ...]

    @property
    def title(self) -> str:
        """What stands before the colon in the first line of its text: `Vitamin D`."""
        before, colon, _ = self.text.partition("\n")[0].partition(":")
        words = before if colon else self.name.replace("_", " ")
        return words[0].upper() + words[1:]

    @property
    def about(self) -> str:
        """The rest of the first line of its text."""
        first = self.text.partition("\n")[0]
        words = first.partition(":")[2].strip() or first
        return words[0].upper() + words[1:]

    @property
    def text(self) -> str:
        """The docstring of its module."""
        return inspect.getdoc(sys.modules[self.module]) or f"{self.name}."

    @property
    def module(self) -> str:
        """The module that the sub-model is written in."""
        function = next(iter(self.submodels[0].equations.values())).function
        return str(function.__module__)

    def names(self) -> Iterator[tuple[str, ...]]:
        """Each name that the sub-model defines, at all its places: symbols, then quantities."""
        columns = [[*s.symbols, *(n for n in s.equations)] for s in self.submodels]
        yield from zip(*columns, strict=True)


def groups(model: Model) -> tuple[Group, ...]:
    """The sub-models of a model, in its order."""
    found: dict[str, list[Submodel]] = {}
    for submodel in model.submodels:
        found.setdefault(submodel.name.partition(" at ")[0], []).append(submodel)
    return tuple(
        Group(
            name,
            tuple(members),
            tuple(m.name.partition(" at ")[2] for m in members if " at " in m.name),
        )
        for name, members in found.items()
    )


def group_of(model: Model, name: str) -> str:
    """The name of the group that defines `name`.

    Raises `ModelError`, with a guess, for a name that the model does not have.
    """
    model.symbol(name)
    return model.owner[name].partition(" at ")[0]


def without_place(model: Model, name: str) -> str:
    """`lesion_2_mineral` is `mineral` wherever it stands; other names stay."""
    place = model.owner[name].partition(" at ")[2]
    rate = "ddt_" if name.startswith("ddt_") else ""
    bare = name.removeprefix(rate)
    if not place:
        return name
    if not bare.startswith(f"{place}_"):
        raise ModelError(
            f"{name} stands at {place}, but does not begin so. Name it {place}_{bare}."
        )
    return rate + bare.removeprefix(f"{place}_")
