"""Operations and shares in words."""

from fractions import Fraction

from brushite.language import Language, decimal, say, word
from brushite.plan.known import UNKNOWN, Known, Range, Unknown
from brushite.plan.procedures import Procedure


def operation_words(step: Procedure, language: Language = "en") -> str:
    """An operation and what it leaves: `"parathyroidectomy, 1/8 of the glands left"`."""
    match step.operation:
        case "mass excision":
            return say(
                language,
                "excision of the mass {name}, {extent}",
                name=step.mass,
                extent=_excised(step, language),
            )
        case "disarticulation":
            return say(language, "disarticulation, with the mass {name}", name=step.mass)
        case "corticosteroid injection":
            said = say(language, "corticosteroid injected at the mass {name}", name=step.mass)
            if step.quietened is None:
                return said
            quiet = share_words(step.quietened, language)
            return said + say(language, ", {share} of cells quiet", share=quiet)
        case "ethanol injection" | "gland ablation":
            treated = _glands(step.glands_treated, language)
            all_treated = say(language, "{glands} treated", glands=treated)
            said = f"{word(language, step.operation)}, {all_treated}"
            if step.destroyed is None:
                return said
            share = share_words(step.destroyed, language)
            return said + say(language, ", {share} of their tissue destroyed", share=share)
    parts = []
    if step.glands_left is not None:
        parts.append(say(language, "{glands} left", glands=_glands(step.glands_left, language)))
    if step.tissue_left is not None:
        share = share_words(step.tissue_left, language)
        parts.append(say(language, "{share} of the tissue left", share=share))
    if step.autograft is not None:
        share = share_words(step.autograft, language)
        parts.append(say(language, "autograft of {share} of a normal gland", share=share))
    return f"{word(language, 'parathyroidectomy')}, {', '.join(parts)}"


def _excised(step: Procedure, language: Language) -> str:
    if step.capsule == "removed":
        return say(language, "whole with its capsule")
    if step.removed is None:
        said = say(language, "part removed")
    else:
        said = say(language, "{share} removed", share=share_words(step.removed, language))
    return said + (say(language, ", its capsule left") if step.capsule == "left" else "")


def _glands(value: Known[float] | None, language: Language) -> str:
    if value in {0.0, 1.0}:
        return say(language, "all of the glands" if value else "none of the glands")
    known = UNKNOWN if value is None else value
    if isinstance(known, float):
        near = Fraction(known).limit_denominator(8)
        if abs(near - known) < 1e-9:
            return say(language, "{share} of the glands", share=near)
    return say(language, "{share} of the glands", share=share_words(known, language))


def share_words(value: Known[float], language: Language = "en") -> str:
    """A share in percent: `"50 to 80 %"`."""
    if isinstance(value, Range):
        low, high = (decimal(language, f"{end * 100:g}") for end in (value.low, value.high))
        return say(language, "{low} to {high} %", low=low, high=high)
    if isinstance(value, Unknown):
        return say(language, "an unknown share")
    return say(language, "{percent} %", percent=decimal(language, f"{value * 100:g}"))
