"""What a laboratory can measure, how people write it, and which values are plausible."""

from dataclasses import dataclass
from functools import lru_cache

from brushite.drugs import plain
from brushite.errors import RecordError, did_you_mean
from brushite.plausible import Measure
from brushite.units import CALCIDIOL, CALCITRIOL, CALCIUM, MAGNESIUM, PHOSPHATE, PTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """A quantity in blood: its name, other ways to write it, and its plausible values."""

    synonyms: tuple[str, ...]
    measure: Measure

    @property
    def name(self) -> str:
        """The one name that brushite uses."""
        return self.measure.name


_CONCENTRATIONS = ("mmol/L", "mg/dL", "mg/L", "mEq/L")

# Usual ranges are from memory, about what laboratories print for adults; those of a patient without
# kidneys may lie elsewhere. A record's own range goes first.
ANALYTES: tuple[Analyte, ...] = (
    Analyte(
        synonyms=(
            "ca",
            "total calcium",
            "calcium total",
            "total ca",
            "ca total",
            "ca tot",
            "serum calcium",
            "s-calcium",
            "calcemie",
            "calcemie totale",
        ),
        measure=Measure(
            name="calcium",
            units=_CONCENTRATIONS,
            low=0.5,
            high=6,
            usual=(2.1, 2.55),
            substance=CALCIUM,
        ),
    ),
    Analyte(
        synonyms=(
            "corrected ca",
            "ca corrected",
            "calcium corrected",
            "albumin-corrected calcium",
            "calcium albumin-corrected",
            "adjusted calcium",
            "calcium adjusted",
            "adj ca",
            "corr ca",
            "ca corr",
            "calcium corrige",
            "calcium total corrige",
            "calcium corrige albumine",
            "ca corrige",
            "calcemie corrigee",
        ),
        measure=Measure(
            name="corrected calcium",
            units=_CONCENTRATIONS,
            low=0.5,
            high=6,
            usual=(2.1, 2.55),
            substance=CALCIUM,
        ),
    ),
    Analyte(
        synonyms=(
            "ionized calcium",
            "calcium ionised",
            "calcium ionized",
            "ionised ca",
            "ionized ca",
            "ica",
            "ca2+",
            "free calcium",
            "calcium ionise",
            "ca ionise",
            "calcium libre",
            "calcemie ionisee",
        ),
        measure=Measure(
            name="ionised calcium",
            units=_CONCENTRATIONS,
            low=0.2,
            high=3.5,
            usual=(1.15, 1.3),
            substance=CALCIUM,
        ),
    ),
    Analyte(
        synonyms=(
            "p",
            "pi",
            "phosphates",
            "phosphorus",
            "inorganic phosphorus",
            "phosphorus inorganic",
            "inorganic phosphate",
            "phosphate inorganic",
            "po4",
            "phos",
            "phosphatemie",
            "phosphoremie",
            "phosphore",
            "phosphore inorganique",
            "phosphates inorganiques",
            "serum phosphate",
        ),
        measure=Measure(
            name="phosphate",
            units=("mmol/L", "mg/dL", "mg/L"),
            low=0.1,
            high=5,
            usual=(0.8, 1.45),
            substance=PHOSPHATE,
        ),
    ),
    Analyte(
        synonyms=(
            "parathyroid hormone",
            "intact parathyroid hormone",
            "parathyroid hormone intact",
            "parathyrin",
            "parathyrin intact",
            "ipth",
            "pthi",
            "intact pth",
            "pth intact",
            "pth intacte",
            "parathormone",
            "parathormone intacte",
            "hormone parathyroidienne",
        ),
        measure=Measure(
            name="pth",
            units=("pg/mL", "ng/L", "pmol/L"),
            low=1,
            high=10_000,
            usual=(15, 65),
            substance=PTH,
        ),
    ),
    Analyte(
        synonyms=(
            "alp",
            "alkp",
            "alk phos",
            "total alp",
            "alkaline phosphatases",
            "total alkaline phosphatase",
            "alkaline phosphatase total",
            "phosphatase alcaline",
            "phosphatases alcalines",
            "phosphatases alcalines totales",
            "pal",
            "pal totales",
        ),
        measure=Measure(
            name="alkaline phosphatase", units=("U/L",), low=5, high=5000, usual=(35, 130)
        ),
    ),
    Analyte(
        synonyms=(
            "25ohd",
            "25-ohd",
            "25(oh)d",
            "25-oh-d",
            "25-oh d",
            "25 oh d",
            "25-oh vitamin d",
            "25 oh vitamin d",
            "25oh vitamin d",
            "25(oh) vitamin d",
            "vitamin d 25-oh",
            "25-hydroxyvitamin d",
            "25-hydroxy vitamin d",
            "vitamin d 25-hydroxy",
            "25-oh vitamine d",
            "25 oh vitamine d",
            "25oh vitamine d",
            "25(oh) vitamine d",
            "vitamine d 25-oh",
            "25-hydroxyvitamine d",
            "25-hydroxy-vitamine d",
        ),
        measure=Measure(
            name="calcidiol",
            units=("ng/mL", "nmol/L"),
            low=1,
            high=300,
            usual=(20, 60),
            substance=CALCIDIOL,
        ),
    ),
    Analyte(
        synonyms=(
            "1,25-dihydroxyvitamin d",
            "1,25-dihydroxy vitamin d",
            "1,25(oh)2d",
            "1,25-(oh)2-d",
            "1,25(oh)2 vitamin d",
            "1,25-(oh)2 vitamin d",
            "vitamin d 1,25-dihydroxy",
            "1,25-dihydroxyvitamine d",
            "1,25-dihydroxy-vitamine d",
            "1,25(oh)2 vitamine d",
            "1,25-(oh)2 vitamine d",
            "vitamine d 1,25-dihydroxy",
        ),
        measure=Measure(
            name="calcitriol",
            units=("pg/mL", "pmol/L"),
            low=0.5,
            high=300,
            usual=(20, 70),
            substance=CALCITRIOL,
        ),
    ),
    Analyte(
        synonyms=("alb", "serum albumin", "albumine", "albuminemie"),
        measure=Measure(name="albumin", units=("g/L", "g/dL"), low=5, high=70, usual=(35, 50)),
    ),
    Analyte(
        synonyms=("mg", "serum magnesium", "magnesemie"),
        measure=Measure(
            name="magnesium",
            units=_CONCENTRATIONS,
            low=0.2,
            high=5,
            usual=(0.7, 1.1),
            substance=MAGNESIUM,
        ),
    ),
    Analyte(
        synonyms=(
            "hco3",
            "hco3-",
            "bicarbonates",
            "total co2",
            "co2 total",
            "tco2",
            "reserve alcaline",
            "bicarbonatemie",
        ),
        measure=Measure(
            name="bicarbonate", units=("mmol/L", "mEq/L"), low=3, high=60, usual=(20, 28), charge=1
        ),
    ),
    Analyte(
        synonyms=(
            "intact fgf23",
            "fgf23 intact",
            "fgf-23",
            "fgf 23",
            "ifgf23",
            "fgf-23 intact",
            "fgf23 intacte",
            "fibroblast growth factor 23",
        ),
        measure=Measure(
            name="fgf23", units=("pg/mL", "ng/L"), low=1, high=1_000_000, usual=(10, 60_000)
        ),
    ),
)

MASS_VOLUME = Measure(name="mass volume", units=("mL",), low=0, high=20_000, usual=(1, 2000))
"""The volume of a calcified mass, the one judged quantity that no laboratory reports."""


@lru_cache(maxsize=1024)
def analyte(name: str) -> Analyte:
    """The analyte that `name` stands for.

    Raises `RecordError` when nothing goes by that name.

    >>> analyte("P").name
    'phosphate'
    """
    wanted = plain(name)
    table = {plain(n): a for a in ANALYTES for n in (a.name, *a.synonyms)}
    if wanted in table:
        return table[wanted]
    if wanted.endswith("1-84"):
        raise RecordError(f'{name!r} names an assay. Write analyte: pth and assay: "1-84".')
    guess = did_you_mean(wanted, table)
    known = "" if guess else f" The known ones are {', '.join(a.name for a in ANALYTES)}."
    raise RecordError(f"{name!r} is not an analyte that brushite knows.{guess}{known}")
