"""What authors call the analytes, what they measure beside them, and their units.

Patterns are for plain letters (`letters.py`). A name may be glued to the word before it, as texts
out of PDFs have it; short names must stand alone.
"""

import re
from types import MappingProxyType

from brushite.analytes import analyte

_SERUM = r"(?:\b(?:serum|plasma|blood|total) )?"
_CALCIUM = r"calc(?:ium|emie|emia|aemia)s?"
_PHOSPHATE = (
    r"(?:\bphos\b|phosph(?:at(?:emi[ea]|aemia)|oremie|orus|orous|ore|ates?|oremia)s?)"
    r"(?: (?:inorganique|serique)s?)?"
)
_VITAMIN_D = (
    r"(?:vit(?:amin[e]?)?\.? ?d(?: ?[23](?![\d.,]))?|d(?:[23](?![\d.,]))?\b"
    r"|cholecalciferol|calciferol)"
)

_APART = (  # where a short name may begin: not inside a word, but behind one that is glued to it
    r"(?:(?<![a-z0-9])|(?<=\bde)|(?<=\band)|(?<=\bof)|(?<=\bla)|(?<=\bune)|(?<=\bthe)|(?<=\bet)|(?<=intact))"
)

# The first that matches at a place wins: the longer and stranger names stand first.
NAMES: tuple[tuple[str, str], ...] = (
    (
        "corrected calcium",
        rf"(?:{_CALCIUM} (?:total[e]? )?(?:corrige|ajuste)e?s?"
        rf"|(?:albumin[- ])?(?:corrected|adjusted) (?:total |serum )*{_CALCIUM}"
        rf"|\bca(?:lcium)?,? ?corr?(?:\.|\b|ige|ected)|\b(?:corr?(?:ected|\.)?|adjusted"
        rf"|adj\.?)[- ](?:total |serum )?(?:ca\b|calcium)|albumin-(?:corrected|adjusted) ca\b"
        rf"|\b(?:albumin-)?corrected(?=,? ?(?:to |value |at )?:? ?\d)"
        r"|\bcorrected(?= for (?:an? |the |his "
        r"|her )?(?:serum )?albumin[^;a-z]{0,4}(?:of [\d.,]+ ?g/d?l)?"
        r",? (?:it|this|calcium)(?: level)? (?:was|is) )"
        rf"|\bcorrigee?(?=,? ?(?:a )?\d))",
    ),
    (
        "ionised calcium",
        rf"(?:{_CALCIUM} ionis[ea]?e?s?|{_CALCIUM} \(?ioni[sz]ed\)?"
        rf"|ioni[sz]ed (?:serum )?(?:{_CALCIUM}|ca\b)|{_CALCIUM}, ioni[sz]ed|\bica\b|\bca(?:2\+"
        rf"|\+\+|2\+ ?ioni[sz]e[de]?)"
        rf"|\bca ioni[sz]e[de]?)",
    ),
    (
        "fgf23",
        r"(?:(?:intact |c-terminal )?\bi?fgf[- ]?23\b|fibroblast growth factor[- ]?23"
        r"|facteur de croissance des fibroblastes[- ]?23)",
    ),
    (
        "calcitriol",
        rf"(?:1[.,-]? ?(?:alpha ?[.,-]?)?25 ?[-(]? ?(?:oh|dihydroxy|di-?hydroxy"
        rf"|hydroxy)\)?[ -]?2?[ -]?(?:{_VITAMIN_D})?"
        r"|(?:serum |taux de |plasma )calcitriol"
        r"|calcitriol(?=[^.;,\d]{0,20}\d+(?:[.,]\d+)? ?p(?:g|mol))|calcitriol(?:emie| levels?"
        r"| serique)"
        r"|dihydroxy-?(?:vitamin[e]? d|cholecalciferol)[23]?)",
    ),
    (
        "calcidiol",
        rf"(?:25[ -]?\(? ?(?:oh|hydroxy)\)?[ -]?(?:{_VITAMIN_D})|25[ -]?\(?oh\)?d?\b"
        r"|25-?hydroxy-?(?:chole)?calciferol|calcidiol|calcifediol(?= (?:level|serique))"
        r"|vitamin[e]? d ?[23]? (?:serum |plasma )?(?:levels?|status|concentrations?|serique)"
        r"|(?:taux|dosage|level|concentration)s? (?:serique )?(?:de |of "
        r"|en )(?:la )?vitamin[e]? d ?[23]?"
        r"|(?:vitamin[e]? d|\bvit\.? d) ?[23]?(?= ?(?:[:=(]|a |was|of|etait) ?(?:undetectable "
        r"|indetectable |low |basse |elevated )?\(?[<>]? ?\d))",
    ),
    (
        "pth",
        rf"(?:(?:bio-?)?(?:intact |whole )?(?:parathyroid hormone|{_APART}i?-?pth(?:\b"
        r"|(?=a ?\d))(?:[- ]?(?:i|intacte?|1[- ]?84)\b)?"
        r"|parathormon[e]?(?:mie)?|parathyrin[e]?)(?: (?:intacte?|serique|bio-?intacte?|1-84))?"
        r"|\bpthi\b|hyperparathyr?oid(?:ie|ism)|hypoparathyroid(?:ie|ism))",
    ),
    (
        "alkaline phosphatase",
        r"(?:phosphatases? ?alcalines?(?: totales?)?|alkaline ?phosphatases?|\bpal\b|\balp\b"
        r"|\balk(?:aline)?\.? ?phos(?:phatase)?\b)",
    ),
    ("albumin", r"(?:(?:serum )?albumin(?:e(?:mie)?|emia)?\b|\balb\b(?= ?[:=]? ?\d))"),
    (
        "magnesium",
        r"(?:magnes(?:ium|emie|emia)|\bmg\b(?=2\+| ?[:=])"
        r"|(?<!\d )(?<!\d)\bmg(?= \d[.,]\d+ ?m(?:mol|eq|g ?/ ?d?l)))",
    ),
    (
        "bicarbonate",
        r"(?:bicarbonat(?:es?|emie)|\bhco ?3?-?\b|reserves? alcalines?|total co2|\bco2 total"
        r"|\bra\b(?= ?[:=]))",
    ),
    (
        "calcium",
        rf"(?:(?:hyper|hypo|normo)?{_CALCIUM}(?: (?:total|serique)e?s?)*|\bs?-?ca\b(?: total)?)",
    ),
    (
        "phosphate",
        rf"(?:(?:hyper|hypo|normo)?{_PHOSPHATE}|\bpo4\b|\bpi?\b(?= ?(?:[:=(]|was|of|level|\d))"
        rf"|\bph\b(?= ?[:=]? ?\d+(?:[.,]\d+)? ?m(?:g|mol)))",
    ),
)
OTHERS: tuple[str, ...] = (
    r"calcium[- ](?:carbonate|acetate|gluconate|citrate|salts?|channel|based|containing"
    r"|free|supplement\w*|chloride|phosphate|oxalate|hydroxyapatite|deposit\w*|sensing"
    r"|load)",
    r"(?:carbonate|acetate|gluconate|citrate|sels?|chlorure|phosphates?|depots?|apport\w*"
    r"|supplement\w*|inhibiteurs?) (?:de |en |en phosphate de )calcium",
    r"(?:oral|elemental|intravenous|iv|i\.v\.) calcium(?! levels?)|calcium (?:par voie"
    r"|oral|intraveineux|iv\b|per os|po\b|element)",
    r"(?:phosphate|phosphorus)[- ]?(?:binder|binding|restrict\w+|poor|rich)\w*"
    r"|chelateurs? (?:\w+ )?(?:du |de |des )?phosph\w+|(?:low|high)[- ]phosph\w+|(?:pauvre"
    r"|riche)s? en (?:phosph\w+|calcium)",
    r"(?:produit|product) ?(?:phospho-?calcique|calcium[- ]?(?:x |by )?phosph\w+|ca ?[x*] ?p\w*)?",
    r"(?:phospho-?calci[cq]u?e?|calcium[-/]?phosph\w+|calcium (?:x|times|by"
    r"|and) phosph\w+ product|calcium phosph\w+(?= (?:ion )?product)"
    r"|phosphor-calcic)(?: product| produit| ion product)?",
    r"\(?\[?\bca(?:lcium)? ?[x*] ?p(?:hosph\w+|o4)?\b\]?\)?(?: product| produit)?|\bcaxp\b"
    r"|produit caxp",
    r"creatinin\w*|\bcreat\b|\bure[ae]\b|\buremie|blood urea|\bbun\b|\buree\b",
    r"h(?:a?)emoglobin\w*|\bhb\b|h(?:a?)ematocrit\w*",
    r"\bcrp\b|c-reactive protein|proteine c reactive|\bvs\b|\besr\b|sedimentation",
    r"glyc(?:a?)emi\w*|glucose|hba1c|cholesterol\w*|triglycerid\w*",
    r"kt/v|\burr\b|ferritin\w*|fer serique|transferrin\w*|\btsat\b",
    r"potassium|kaliemi\w*|sodium(?! thiosul)|natremi\w*|\bna\b(?=[+ ]*[:=])|\bk\b(?=[+ ]*[:=])",
    r"osteocalcin\w*|\bctx\b|\bp1np\b|tartrate|\btrap\b|aluminium|aluminum|\bldh\b|\bcpk\b|\bck\b",
    r"\bpth-?rp\b|pth-related|parathyroid hormone[- ]related (?:peptide|protein)",
    r"leu[ck]ocyt\w*|white (?:blood )?cell\w*|platelet\w*|plaquettes|\bwbc\b|globules blancs",
    r"urinary (?:calcium|phosph\w+)|calciuri\w*|phosphaturi\w*|proteinuri\w*|(?:calcium"
    r"|phosph\w+) urinaires?",
    r"uric acid|acide urique|uricemi\w*|\btsh\b|thyroid[- ]stimulating|cortisol"
    r"|bilirubin\w*|\balt\b|\bast\b|\bggt\b|gamma-?gt",
    r"bone (?:specific )?alkaline phosphatases?|phosphatases? alcalines? osseuses?"
    r"|\bbalp\b|\bbap\b|\bbsap\b",
    r"\bbmi\b|\bimc\b|t-?score|z-?score|\bdmo\b|\bbmd\b|\bigf\b|ejection|\bfevg\b|beta-?2"
    r"|b2m|homocystein\w*",
    r"protein (?:intake|level)|proteines? totales?|total protein|protidemi\w*|protides"
    r"|\bph\b(?! ?[:=]? ?\d+(?:[.,]\d+)? ?m(?:g|mol))|zinc|vitamin[e]? (?:b ?12|c|k)\b|folate\w*",
)
"""What takes a value that is none of ours: products, what is measured in urine, and others."""

BATH = re.compile(
    r"dialysat\w*|\bbains?\b|\bbath\b|dialysis (?:fluid|solution)|concentrate\b|liquide de dialyse"
)
_UNITS: tuple[tuple[str, str], ...] = (
    (r"mmol(?:es?)? ?(?:/|\.| per | par )? ?l(?:itre|iter)?(?: ?-1)?", "mmol/L"),
    (r"[mM]?mol/l", "mmol/L"),
    (r"umol(?:es?)? ?(?:/|\.| per ) ?l(?:itre|iter)?(?: ?-1)?", "umol/L"),
    (r"pmol(?:es?)? ?(?:/|\.| per | par ) ?l(?:itre|iter)?(?: ?-1)?", "pmol/L"),
    (r"nmol(?:es?)? ?(?:/|\.| per | par ) ?l(?:itre|iter)?(?: ?-1)?", "nmol/L"),
    (r"nmol ?(?:/|\.) ?ml", "nmol/mL"),
    (r"m ?eq(?:uiv)? ?(?:/|\.| per | par ) ?l(?:itre|iter)?(?: ?-1)?", "mEq/L"),
    (r"mg ?(?:/|\.| per | par )? ?(?:dl|100 ?ml)(?: ?-1)?", "mg/dL"),
    (r"mg ?%", "mg/dL"),
    (r"mgs?/dl", "mg/dL"),
    (r"mg ?(?:/|\.| per | par ) ?l(?:itre|iter)?(?: ?-1)?", "mg/L"),
    (r"pg ?(?:/|\.| per | par )? ?(?:ml|cc|dl(?=\b))(?: ?-1)?", "pg/mL"),
    (r"pg", "pg/mL"),
    (r"ng ?(?:/|\.| per | par ) ?l(?:itre|iter)?(?: ?-1)?", "ng/L"),
    (r"ng ?(?:/|\.| per | par ) ?ml(?: ?-1)?", "ng/mL"),
    (r"ng ?(?:/|\.| per ) ?dl(?: ?-1)?", "ng/dL"),
    (r"(?:u|mc)g ?(?:/|\.| per | par ) ?l(?:itre|iter)?(?: ?-1)?", "ug/L"),
    (
        r"(?:m?[iu]{1,2}|u\.?i\.?|i\.?u\.?|ukat|units?|unites?) ?(?:/|\.| per "
        r"| par ) ?(?:l(?:itre|iter)?|ml)(?: ?-1)?",
        "U/L",
    ),
    (r"g ?(?:/|\.| per | par ) ?(?:dl|100 ?ml)(?: ?-1)?", "g/dL"),
    (r"g ?(?:/|\.| per | par ) ?l(?:itre|iter)?(?: ?-1)?", "g/L"),
    (r"ru ?/ ?ml", "RU/mL"),
)
UNIT = (
    rf"(?:{'|'.join(pattern for pattern, _ in _UNITS)})(?:(?![a-z0-9/²2])|(?=(?:et|and|ou"
    rf"|or|au?|aux|avec|with|chez|in|on|at|des?|puis|then|soit|the|le|la)\b))"
)
"""A unit of a concentration in plain letters."""
_UNIT_PATTERNS = tuple((re.compile(pattern), unit) for pattern, unit in _UNITS)
_SPELLED = MappingProxyType({"ug/L": ("calcidiol", "ng/mL"), "nmol/mL": ("calcidiol", "nmol/L")})

NAMED = re.compile(
    "|".join(
        [f"(?P<other{i}>{pattern})" for i, pattern in enumerate(OTHERS)]
        + [f"(?P<{name.replace(' ', '_')}>{_SERUM}(?:{pattern}))" for name, pattern in NAMES]
    )
)


def unit_of(written: str, name: str) -> str | None:
    """The unit that a written one is for the analyte `name`, or None when it does not fit."""
    unit = next((u for pattern, u in _UNIT_PATTERNS if pattern.fullmatch(written)), None)
    if unit is None:
        return None
    if unit in _SPELLED:
        whose, unit = _SPELLED[unit]
        if whose != name:
            return None
    return unit if fits(unit, name) else None


def fits(unit: str, name: str) -> bool:
    """Whether the analyte `name` is measured in `unit`."""
    return unit in analyte(name).measure.units or (unit == "ng/L" and name == "calcitriol")


# Values that a patient on dialysis may have, in the first unit of the analyte: wide enough for the
# strangest case, so that a number read with a wrong sign for thousands lies outside. By judgement.
SEEN = MappingProxyType(
    {
        "calcium": (1.0, 4.5),
        "corrected calcium": (1.0, 4.5),
        "ionised calcium": (0.5, 2.5),
        "phosphate": (0.3, 4.5),
        "pth": (3.0, 6000.0),
        "alkaline phosphatase": (15.0, 4000.0),
        "calcidiol": (3.0, 200.0),
        "calcitriol": (2.0, 200.0),
        "albumin": (12.0, 60.0),
        "magnesium": (0.3, 3.0),
        "bicarbonate": (6.0, 45.0),
        "fgf23": (10.0, 500_000.0),
    }
)
