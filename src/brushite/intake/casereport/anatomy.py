"""Parts of the body, their names in words of ours, and their sides."""

import re

from brushite.record import Side

SITES: tuple[tuple[str, str], ...] = (
    ("palm of the hand", r"palmaire|palmar|\bpalm\b|hypothenar\w*|thenar\w*"),
    (
        "back of the hand",
        r"(?:face |region )?dorsale? de la main|dorsal (?:aspect|side|surface"
        r"|face) of the (?:\w+ )?hand|dorsum of the (?:\w+ )?hand|back of the (?:\w+ )?hand"
        r"|dos de la main",
    ),
    ("buttock", r"fess\w+|glut(?:e|ae)al\w*|buttocks?|glut(?:e|ae)us\w*"),
    ("hip", r"hanches?|\bhips?\b|coxo-?femoral\w*|trochanter\w*|trochanteri\w+"),
    (
        "shoulder",
        r"epaules?|shoulders?|scapul\w+|deltoid\w*|sous-?acromial\w*|periscapulaire\w*"
        r"|suprascapular",
    ),
    ("elbow", r"coudes?|elbows?|olecran\w+"),
    ("wrist", r"poignets?|wrists?"),
    ("finger", r"doigts?|fingers?|phalan\w+|index\b|thumb|pouce|digit\w*"),
    ("hand", r"mains?\b|hands?\b|metacarp\w+"),
    ("knee", r"genoux?|knees?|poplit\w+|prepatell\w+"),
    ("ankle", r"chevilles?|ankles?|malleol\w+"),
    ("foot", r"pieds?\b|\bfoot\b|\bfeet\b|metatars\w+|orteils?|toes?\b|calcane\w+|talons?|heels?"),
    ("thigh", r"cuisses?|thighs?|quadriceps"),
    ("leg", r"jambes?|\blegs?\b|mollets?|\bcal(?:f|ves)\b|\btibia\w*"),
    ("forearm", r"avant-?bras|forearms?"),
    ("upper arm", r"\bbras\b|upper arms?|\barms?\b|humer\w+"),
    (
        "spine",
        r"rachis|spine|spinal|cervical spine|lombaires? (?:l\d|vertebr)|vertebr\w+"
        r"|paravertebral\w*|paraspinal\w*|epidural\w*|odontoid\w*",
    ),
    ("sacrum", r"sacr(?:um|e|al\w*)|coccyx"),
    ("pelvis", r"bassin|pelvis|pelvi\w+|ischi(?:um|al|atique|on)\w*|iliaque|iliac|obturat\w+"),
    ("chest wall", r"paroi thoracique|chest wall|thora\w+|\brib\w*|cotes?\b|stern\w+"),
    ("jaw", r"machoire|mandib\w+|maxill\w+|temporo-?mandib\w+|\bjaw"),
    ("axilla", r"aissell\w+|axill\w+"),
    ("groin", r"\baine\b|groin|inguin\w+"),
    ("lower limbs", r"membres? inferieurs?|lower (?:limbs?|extremit\w+)"),
    ("upper limbs", r"membres? superieurs?|upper (?:limbs?|extremit\w+)"),
    ("neck", r"\bneck\b|\bcou\b|nuque"),
    ("abdominal wall", r"paroi abdominale|abdominal wall"),
)
_SITE = re.compile("|".join(f"(?P<s{i}>{pattern})" for i, (_, pattern) in enumerate(SITES)))
_LEFT_RIGHT = re.compile(
    r"\b(?P<both>bilater\w+|right and left|left and right|droite?s? et gauches?"
    r"|gauches? et droite?s?"
    r"|both|deux cotes|(?:les|des|aux|ses) deux (?:hanches|epaules|coudes|mains|genoux"
    r"|fesses|cuisses"
    r"|jambes|poignets|chevilles|pieds|avant-bras|bras))"
    r"|\b(?P<right>droite?s?|right)\b|\b(?P<left>gauches?|left)\b"
)
_IMAGED = re.compile(r"radio\w*|x-?rays?|scanner|cliches?|echograph\w*|standard|ultraso\w+|\bct\b")
_OF_MASS = re.compile(
    r"^[- ](?:\w+[ ,]+){0,3}?(?:mass|lesion|swelling|nodule|lump|tumou?r"
    r"|tumefaction)\w* (?:\w+ ){0,2}?"
    r"(?:on|over|in|of|at|around|near|about|de|du|des|sur|au|en)\b"
)
_SECOND = re.compile(r"\b(?:second|another|other|autre|seconde?|deuxieme)\b")


def sites_in(plain: str) -> list[tuple[re.Match[str], str]]:
    """The parts of the body that a sentence names, in order."""
    return [
        (m, SITES[int(next(k for k, v in m.groupdict().items() if v)[1:])][0])
        for m in _SITE.finditer(plain)
    ]


def named(site: str, side: Side) -> str:
    """A part of the body with its side."""
    if side == "both":
        return f"{site} on both sides"
    return site if side == "unknown" else f"{side} {site}"


def site_of(
    match: re.Match[str],
    sites: list[tuple[re.Match[str], str]],
    plain: str,
    sizes: list[re.Match[str]],
) -> tuple[str, int | None]:
    """The site that a size is of: the nearest one with no other size between."""
    best: tuple[int, str, int] | None = None
    order = sorted([*sizes, *(where for where, _ in sites)], key=lambda m: m.start())
    if len(sizes) == len(sites) > 1:  # "5 cm at the hip, 3 at the knee", or each behind its site
        where, site = sites[sizes.index(match)]
        if order[::2] == sizes or order[1::2] == sizes:
            return site, where.start()
    is_ahead = _OF_MASS.match(plain[match.end() :]) is not None
    for where, site in sites:
        low, high = sorted((where.start(), match.start()))
        if any(low < s.start() < high for s in sizes if s is not match):
            continue
        gap = plain[min(where.end(), match.end()) : max(where.start(), match.start())]
        cost = (
            len(gap)
            + (40 if (where.start() > match.end()) != is_ahead else 0)
            + 30 * gap.count(";")
            + (60 if where.start() < match.start() and _SECOND.search(gap) else 0)
            + (30 * len(re.findall(r"\b(?:and|et)\b", gap)) if where.start() > match.end() else 0)
        )
        if best is None or cost < best[0]:
            best = (cost, site, where.start())
    return (best[1], best[2]) if best else ("", None)


def side_near(plain: str, place: int, sites: list[tuple[re.Match[str], str]]) -> Side:
    """The side that is named beside a site."""
    others = [w.start() for w, _ in sites if w.start() != place]
    best: tuple[int, Side] | None = None
    for match in _LEFT_RIGHT.finditer(plain):
        low, high = sorted((match.start(), place))
        if match["both"] and _IMAGED.search(plain[max(0, match.start() - 30) : match.start()]):
            continue
        if any(low < o < high for o in others) or high - low > 45:
            continue
        side: Side = "right" if match["right"] else "left" if match["left"] else "both"
        if best is None or high - low < best[0]:
            best = (high - low, side)
    return best[1] if best else "unknown"
