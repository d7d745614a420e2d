"""What authors call their values, and the assay that a name tells."""

import re

_HIGH = re.compile(
    r"\b(?:eleve\w*|elevat\w+|high(?:er|ly)?|haut\w*|raised|increas\w+|augment\w+"
    r"|tres eleve\w*|markedly elevated|elevation|majore\w*|above|superieur\w*)\b"
)

_LOW = re.compile(
    r"\b(?:low(?:er)?|bas(?:se|ses)?|effondre\w*|decreas\w+|reduced|diminu\w+"
    r"|insuffisant\w*|deficien\w+|carence|undetectable|indetectable|suppressed|below"
    r"|inferieur\w*|faibles?)\b"
)

_NORMAL = re.compile(
    r"\b(?:normal(?:e|es|s|ised|ized|isee?s?)?|normaux|within (?:the )?(?:normal"
    r"|reference)|dans les (?:normes|limites)|correcte?s?|unremarkable|satisfaisant\w*)\b"
)

COURSE = re.compile(
    r"\b(?:decreas\w+|fell|fall|drop\w*|diminu\w+|baiss\w+|increas\w+|augment\w+|rose|rise"
    r"|passe\w*|reduced|reduction|declin\w+|normali[sz]\w+|chut\w+|from|de)\b"
)


def remark_of(owner: str, between: str, before: str) -> str | None:
    """What the author calls a value, from its name and the words beside it."""
    for prefix, word in (("hyper", "hyper"), ("hypo", "hypo")):
        if prefix in owner and "parathyr" in owner:
            return f"{word}parathyroidism"
    base = "calcaemia" if "calc" in owner else "phosphataemia" if "phosph" in owner else ""
    if base and "hyper" in owner:
        return f"hyper{base}"
    if base and "hypo" in owner:
        return f"hypo{base}"
    if "normo" in owner:
        return "normal"
    near = re.split(r"[,;(]", before)[-1][-25:]
    for words in (between, near):
        for word, pattern in (("normal", _NORMAL), ("high", _HIGH), ("low", _LOW)):
            if pattern.search(words):
                return word
    return None


def assay_of(words: str, between: str) -> str | None:
    """The assay of PTH, where the name of the value has it."""
    near = words + " " + between[:25]
    if re.search(r"1 ?[-,]? ?84|whole|bio-?intact", near):
        return "1-84"
    return (
        "intact"
        if re.search(r"\bipth\b|intact|\bpthi\b|\bi-pth\b|pth ?\(?i\)?\b(?!n)", near)
        else None
    )
