"""Where the uncertainty of each forecast comes from: sentences, and an object."""

from collections.abc import Sequence
from types import MappingProxyType

from brushite.compare import Comparison
from brushite.distrust.origins import GROUPS, Driver, Origins, can_tell, origins
from brushite.influence.designs import FEWEST_DRAWS
from brushite.influence.findings import Estimate
from brushite.language import Language, say, told
from brushite.population import population_names
from brushite.report.forms import number
from brushite.report.numbers import when
from brushite.report.sentences import short
from brushite.twin import Twin

MOST_NAMED = 3  # of each group
FINE = 200  # draws, from which on shares are known to a tenth or so
# The least share that goes by each word; with fewer draws only the coarse ones.
FINE_WORDS = (
    (0.90, "nearly all"),
    (0.65, "most"),
    (0.42, "about half"),
    (0.29, "about a third"),
    (0.18, "about a quarter"),
    (0.08, "about a tenth"),
)
COARSE_WORDS = ((0.65, "most"), (0.35, "about half"), (0.15, "some"))
WORDS = MappingProxyType(
    {
        "assumed": "values that nobody has measured",
        "cited": "values that were measured, but differ between patients",
        "unsaid": "what record and plan do not say",
        "present": "glands and masses as they are now",
    }
)
LEFT = "stays unexplained: chance, interactions, and what {draws} draws do not tell"
HOW = (
    "Where the uncertainty of a forecast comes from, as shares of its variance between courses "
    "without laboratory error: they describe the draws as they are. Knowing one value may narrow a "
    "forecast by less than its share, since the data hold several values only together."
)


def uncertainty(comparison: Comparison, twin: Twin, language: Language = "en") -> tuple[str, ...]:
    """One sentence for every output of every plan, after one that says how to read them."""
    if not can_tell(twin):
        return (_why_not(twin, language),)
    found = origins(twin, comparison)
    said = tuple(_sentence(each, comparison.weeks, language) for each in found)
    return (say(language, HOW), *said) if said else ()


def uncertainty_object(comparison: Comparison, twin: Twin) -> list[dict[str, object]]:
    """All of it for a program; margins are twice the standard error."""
    return [_object(each, comparison.weeks) for each in origins(twin, comparison)]


def _object(found: Origins, weeks: float) -> dict[str, object]:
    shares: dict[str, dict[str, float | None]] = {g: _estimate(found.groups[g]) for g in GROUPS}
    return {
        "plan": found.letter,
        "measure": found.output,
        "draws": found.draws,
        "said": _sentence(found, weeks, "en"),
        "shares": {**shares, "left": _estimate(found.left)},
        "drivers": [
            {"name": d.name, "meaning": d.meaning, "of": d.group, "share": number(d.share)}
            for d in found.drivers
        ],
    }


def portion(share: float, draws: int) -> str | None:
    """A share in words, as finely as so many draws tell it; None for little.

    >>> portion(0.47, 300), portion(0.47, 100), portion(0.1, 300), portion(0.1, 100)
    ('about half', 'about half', 'about a tenth', None)
    """
    words = FINE_WORDS if draws >= FINE else COARSE_WORDS
    return next((word for least, word in words if share >= least), None)


def _sentence(found: Origins, weeks: float, language: Language) -> str:
    said = [(found.left.value, say(language, LEFT, draws=found.draws))]
    for group, estimate in found.groups.items():
        named = [d for d in found.drivers if d.group == group][:MOST_NAMED]
        source = f"{say(language, f'comes from {WORDS[group]}')}"
        said.append((estimate.value, source + _naming(named, estimate.value, language)))
    ranked = [(portion(share, found.draws), text) for share, text in sorted(said, reverse=True)]
    parts = [f"{say(language, words)} {text}" for words, text in ranked if words is not None]
    return say(
        language,
        "Plan {letter}, {output} at {at}: {parts}.",
        letter=found.letter,
        output=short(found.output, language),
        at=when(weeks * 168, language),
        parts=say(language, "; ").join(parts),
    )


def _naming(named: Sequence[Driver], share: float, language: Language) -> str:
    """The drivers of a group; "mostly" where they make more than half of its share."""
    if not named:
        return ""
    words = say(language, "; ").join(_described(driver, language) for driver in named)
    is_most = sum(d.share for d in named) > share / 2
    return f" ({say(language, 'mostly' if is_most else 'among them')} {words})"


def _described(driver: Driver, language: Language) -> str:
    """The meaning inside a sentence, after the name by which `brushite explain` tells more.

    PTH and FGF23 keep their capitals.
    """
    meaning = driver.meaning
    if not meaning[1:2].isupper():
        meaning = meaning[:1].lower() + meaning[1:]
    if driver.group in {"assumed", "cited"}:
        return f"{driver.name}, {meaning}"
    return told(language, meaning)


def _why_not(twin: Twin, language: Language) -> str:
    if twin.draws.size < FEWEST_DRAWS:
        return say(
            language,
            "{draws} draws do not tell where the uncertainty comes from. Take at least {least}, "
            "and better {fine} or more.",
            draws=twin.draws.size,
            least=FEWEST_DRAWS,
            fine=FINE,
        )
    return say(
        language,
        "Where the uncertainty comes from is not told: {population} is none of the populations "
        "whose sources are known ({known}).",
        population=repr(twin.population),
        known=", ".join(population_names()),
    )


def _estimate(share: Estimate) -> dict[str, float | None]:
    return {"value": number(share.value), "margin": number(share.margin)}
