"""One draw of a twin: one of the patients that it might be, with its own fixed luck."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from statistics import NormalDist

from brushite.twin import Draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One version of the patient; names and units as in `twin.Draws`.

    `number` and `seed` decide its luck: which sessions are missed, how far a laboratory misses.
    """

    number: int
    seed: int
    parameters: Mapping[str, float]
    states: Mapping[str, float]
    unsaid: Mapping[str, float]
    uniform: Mapping[str, float]

    def chance(self, *occasion: object) -> float:
        """A number between 0 and 1 (neither included) that is the same for an occasion in any plan.

        >>> draw = Draw(number=0, seed=1, parameters={}, states={}, unsaid={}, uniform={})
        >>> draw.chance("session", 48.0) == draw.chance("session", 48.0)
        True
        """
        text = repr((self.seed, self.number, *occasion)).encode()
        return (int.from_bytes(blake2b(text, digest_size=6).digest()) + 0.5) / 2**48

    def normal(self, *occasion: object) -> float:
        """A standard normal number that is the same for an occasion under any plan."""
        return NormalDist().inv_cdf(self.chance(*occasion))


def drawn(draws: Draws, number: int, seed: int) -> Draw:
    """Draw `number` (from 0) out of all `draws` of a twin with this `seed`."""

    def one(columns: Mapping[str, object]) -> dict[str, float]:
        return {name: float(column[number]) for name, column in columns.items()}  # type: ignore[index]

    return Draw(
        number=number,
        seed=seed,
        parameters=one(draws.parameters),
        states=one(draws.states),
        unsaid=one(draws.unsaid),
        uniform=one(draws.uniform),
    )
