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
    r"\b(?P<right>droite?s?|right)\b|\b(?P<left>gauches?|left)\b|\b(?P<both>bilater\w+"
    r"|both|deux cotes|(?:les|des|aux|ses) deux (?:hanches|epaules|coudes|mains|genoux"
    r"|fesses|cuisses"
    r"|jambes|poignets|chevilles|pieds|avant-bras|bras))"
)
_IMAGED = re.compile(r"radio\w*|x-?rays?|scanner|cliches?|echograph\w*|standard|ultraso\w+|\bct\b")


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
