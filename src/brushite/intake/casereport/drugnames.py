"""The drugs that sentences name, by substance, brand, or a class that stands for one drug."""

import re
from dataclasses import dataclass

# Names that are not in the table of drugs: other spellings, and classes that stand for one drug.
_NAMES: tuple[tuple[str, str, str], ...] = (
    (
        "calcium carbonate",
        r"(?:calcium par voie orale|sels? (?:de calcium|calciques?)|calcium salts?|"
        r"supplementation calcique|oral calcium(?: supplement\w*)?|calcium (?:oral|per os"
        r"|supplement\w*)|supplement\w* (?:en |de |of )?calcium|calcium supplement\w*)",
        "the report says oral calcium; the salt is not told",
    ),
    (
        "calcium carbonate",
        r"(?:chelateurs? (?:(?!non)\w+ )?(?:calciques?|a base de calcium)(?: du (?:phosph\w+"
        r"|potassium))?|calcium[- ](?:based|containing) (?:phosphate[- ])?binders?"
        r"|calcium (?:phosphate )?binders?|calcium-containing phosphate binders?)",
        "the report says only that the binder contains calcium",
    ),
    (
        "calcium carbonate",
        r"carbonate de calcium|calcium carbonate|caco3|calci-?carb\w*|calcidia",
        "",
    ),
    ("calcium acetate", r"acetate de calcium|calcium acetate|phos-?lo", ""),
    (
        "sevelamer",
        r"sevelamer(?: (?:carbonate|hydrochloride|hcl|chlorhydrate))?|carbonate de sevelamer"
        r"|chlorhydrate de sevelamer|renagel|renvela",
        "",
    ),
    (
        "alfacalcidol",
        r"alfa-?calcidol|alpha-?calcidol|1-?alpha(?:-?(?:hydroxy)?(?:vitamin[e]? d3?|calcidol"
        r"|cholecalciferol|oh-?d3?))?|un-?alfa|one-?alpha|1 ?α\w*",
        "",
    ),
    ("cinacalcet", r"cinacalcet(?: (?:hydrochloride|hcl))?|mimpara|sensipar", ""),
    ("etelcalcetide", r"etelcalcetide|parsabiv", ""),
    ("lanthanum carbonate", r"(?:carbonate de )?lanthan(?:e|um)(?: carbonate)?|fosrenol", ""),
    (
        "cholecalciferol",
        r"(?:chole|cole)calciferol|vitamin[e]? d3(?! (?:level|serum))|uvedose"
        r"|\bvitamin[e]? d (?:native|supplement\w*)|native vitamin d|nutritional vitamin d",
        "",
    ),
    ("calcitriol", r"calcitriol|rocaltrol|1,25-dihydroxyvitamin d3? (?:therapy|treatment)", ""),
    ("paricalcitol", r"paricalcitol|zemplar", ""),
    ("doxercalciferol", r"doxercalciferol|hectorol", ""),
    (
        "sucroferric oxyhydroxide",
        r"sucro-?ferric oxyhydroxide|oxyhydroxyde sucro-?ferrique|velphoro",
        "",
    ),
    ("ferric citrate", r"ferric citrate|citrate ferrique|auryxia", ""),
    ("tenapanor", r"tenapanor|xphozah", ""),
    ("denosumab", r"denosumab|prolia", ""),
    ("sodium thiosulfate", r"(?:sodium )?thiosul(?:f|ph)ates?(?: de sodium)?|\bsts\b", ""),
)
_NAME = re.compile("|".join(f"(?P<d{i}>{pattern})" for i, (_, pattern, _) in enumerate(_NAMES)))
_LEVEL = re.compile(
    r"^ ?(?:serum |plasma )?(?:levels?|concentrations?|serique|status|de |of |was|etait|a"
    r"|:)? ?(?:of |a |etait |was |inferieur\w* a )?[<>]? ?\d+(?:[.,]\d+)? ?(?:pg|pmol|ng"
    r"|nmol) ?/ ?(?:m|d)?l"
    r"|^ ?(?:serum |plasma )?(?:levels?|concentrations?|serique|status)\b"
)
_MEASURED = re.compile(
    r"(?:(?:25|1,25|1\.25)[-( ]*(?:oh|hydroxy|di)\S*|taux de|dosage d[eu](?: la)?|deficit en"
    r"|carence en|deficien\w+ (?:of|in)|serum|levels? of|intoxication a la) ?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A drug named at `start` to `end` of a sentence."""

    start: int
    end: int
    drug: str
    note: str


def drugs_in(plain: str) -> list[Named]:
    """The drugs that plain letters name, in order; what is measured in blood is no drug."""
    found = []
    for match in _NAME.finditer(plain):
        index = int(next(k for k, v in match.groupdict().items() if v)[1:])
        drug, _, note = _NAMES[index]
        lead = plain[max(0, match.start() - 40) : match.start()]
        if _LEVEL.match(plain[match.end() : match.end() + 60]) or _MEASURED.search(lead):
            continue
        found.append(Named(start=match.start(), end=match.end(), drug=drug, note=note))
    return found
