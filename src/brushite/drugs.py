"""The drugs that a record or a plan may name: their names and doses. All of them are modelled."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from brushite.errors import PlanError, did_you_mean
from brushite.units import CALCITRIOL, CHOLECALCIFEROL, Substance


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """A drug by its English name.

    `unit` is that of a daily dose, or of one session's dose (`"mg/session"`) for a drug given at
    the machine. Doses from `low` to `high` in that unit are plausible. `tablet` is the strength of
    one tablet in the unit's numerator, for counting pills; None for a drug that is not swallowed.
    A dose weighs what the label of the drug weighs: the drug or its salt where no comment below
    names an element.
    """

    name: str
    synonyms: tuple[str, ...]
    group: str
    unit: str
    low: float
    high: float
    tablet: float | None
    substance: Substance | None = None

    @property
    def is_phosphate_binder(self) -> bool:
        """Whether it holds phosphate in the gut, with or without calcium."""
        return "phosphate binder" in self.group

    def tablets(self, dose: float) -> float | None:
        """Tablets for `dose` (in `unit`), or None for a drug that is not swallowed."""
        return None if self.tablet is None else dose / self.tablet


MEDICINES: tuple[Medicine, ...] = (
    Medicine(
        name="sevelamer",
        synonyms=("sevelamer carbonate", "sevelamer hydrochloride", "renagel", "renvela"),
        group="phosphate binder without calcium",
        unit="g/day",
        low=0.2,
        high=16,
        tablet=0.8,
    ),
    Medicine(
        name="calcium carbonate",
        synonyms=("carbonate de calcium", "caco3", "calcidia", "calcium oral", "oral calcium"),
        group="phosphate binder with calcium",
        unit="g/day",
        low=0.1,
        high=20,
        tablet=1.25,
    ),
    Medicine(
        name="alfacalcidol",
        synonyms=("1-alfacalcidol", "un-alfa", "un alfa", "one-alpha", "1-alpha calcidol"),
        group="active vitamin D",
        unit="ug/day",
        low=0.02,
        high=10,
        tablet=0.5,
    ),
    Medicine(
        name="cholecalciferol",
        synonyms=("colecalciferol", "cholecalciferol d3", "vitamin d3", "vitamine d3", "uvedose"),
        group="native vitamin D",
        unit="IU/day",
        low=50,
        high=50_000,
        tablet=None,
        substance=CHOLECALCIFEROL,
    ),
    Medicine(
        name="calcium acetate",
        synonyms=("acetate de calcium", "phoslo", "phosphosorb"),
        group="phosphate binder with calcium",
        unit="g/day",
        low=0.1,
        high=15,
        tablet=0.667,  # of the salt, with 169 mg of calcium
    ),
    Medicine(
        name="lanthanum carbonate",
        synonyms=("lanthanum", "lanthane", "carbonate de lanthane", "fosrenol"),
        group="phosphate binder without calcium",
        unit="g/day",
        low=0.1,
        high=5,
        tablet=1.0,  # elemental lanthanum, as all its doses
    ),
    Medicine(
        name="sucroferric oxyhydroxide",
        synonyms=("oxyhydroxyde sucro-ferrique", "velphoro"),
        group="phosphate binder without calcium",
        unit="g/day",
        low=0.2,
        high=4,
        tablet=0.5,  # iron, as all its doses; 2.5 g of the whole
    ),
    Medicine(
        name="ferric citrate",
        synonyms=("citrate ferrique", "auryxia"),
        group="phosphate binder without calcium",
        unit="g/day",
        low=0.2,
        high=15,
        tablet=1.0,  # of the salt, with 210 mg of iron
    ),
    Medicine(
        name="tenapanor",
        synonyms=("xphozah",),
        group="blocker of phosphate absorption",
        unit="mg/day",
        low=3,  # the lowest of its trials
        high=180,  # the highest
        tablet=30,
    ),
    Medicine(
        name="calcitriol",
        synonyms=("rocaltrol", "1,25-dihydroxyvitamin d3"),
        group="active vitamin D",
        unit="ug/day",
        low=0.02,
        high=8,
        tablet=0.25,
        substance=CALCITRIOL,
    ),
    Medicine(
        name="paricalcitol",
        synonyms=("zemplar",),
        group="active vitamin D",
        unit="ug/day",
        low=0.1,
        high=40,
        tablet=1.0,
    ),
    Medicine(
        name="doxercalciferol",
        synonyms=("hectorol",),
        group="active vitamin D",
        unit="ug/day",
        low=0.1,
        high=30,
        tablet=2.5,
    ),
    Medicine(
        name="cinacalcet",
        synonyms=("mimpara", "sensipar"),
        group="calcimimetic",
        unit="mg/day",
        low=10,
        high=360,
        tablet=30,
    ),
    Medicine(
        name="etelcalcetide",
        synonyms=("parsabiv",),
        group="calcimimetic",
        unit="mg/session",
        low=1,
        high=20,
        tablet=None,
    ),
    Medicine(
        name="denosumab",
        synonyms=("prolia",),
        group="blocker of bone resorption",
        unit="mg/day",
        low=0.05,
        high=6,
        tablet=None,
    ),
    Medicine(
        name="sodium thiosulfate",
        synonyms=("thiosulfate de sodium", "sodium thiosulphate"),
        group="calcium chelator",
        unit="g/session",
        low=1,
        high=50,
        tablet=None,
    ),
)


def plain(name: str) -> str:
    """`name` in lower case, without accents and with single spaces."""
    stripped = unicodedata.normalize("NFKD", name)
    letters = "".join(c for c in stripped if not unicodedata.combining(c))
    return " ".join(letters.lower().split())


def _names() -> Iterator[tuple[str, Medicine]]:
    for entry in MEDICINES:
        for name in (entry.name, *entry.synonyms):
            yield plain(name), entry


@lru_cache(maxsize=1024)
def medicine(name: str) -> Medicine:
    """The drug that `name` stands for, in English or French, by substance or brand.

    Raises `PlanError` when no drug goes by that name.

    >>> medicine("carbonate de calcium").name
    'calcium carbonate'
    """
    wanted = plain(name)
    table = dict(_names())
    if wanted in table:
        return table[wanted]
    guess = did_you_mean(wanted, table)
    known = "" if guess else f" The known ones are {', '.join(m.name for m in MEDICINES)}."
    raise PlanError(f"{name!r} is not a drug that brushite knows.{guess}{known}")
