"""Studies from YAML and JSON."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from brushite.errors import FileError, StudyError
from brushite.intake.facts import LESION, between
from brushite.intake.files import SUFFIXES, Node, documents, documents_in, placed
from brushite.intake.forms import (
    Field,
    Form,
    Mould,
    Schema,
    choice,
    leaf,
    listing,
    made,
    mapping,
    scalar,
)
from brushite.intake.forms import text as plain_text
from brushite.intake.observed import RESULTS, spread
from brushite.intake.plans import MONITOR, SCHEMA, STEPS, definitions
from brushite.intake.versions import current
from brushite.intake.written import TEXT
from brushite.record import Lesion
from brushite.study import ANYBODY, Arm, People, Study
from brushite.subjects import SUBJECTS

_NAMED = ("ionised calcium", "corrected calcium", "calcium", "phosphate", "pth")
_MATCHED = (*_NAMED, "alkaline phosphatase", "calcidiol")
_WORDS = plain_text("text", StudyError)
_PERSON = MappingProxyType(
    {
        "age": between("age", "time", "years", 0, 120),
        "weight": between("weight", "mass", "kg", 2, 350),
        "dialysis_vintage": between("dialysis_vintage", "time", "years", 0, 70),
        "residual_gfr": between("residual_gfr", "volume rate", "mL/min", 0, 60),
    }
)


def _people() -> Form[People]:
    subjects = {s.name: s for s in SUBJECTS}
    spreads = {name: spread(subjects[name]) for name in _MATCHED}
    lesions = listing(mapping(Lesion, LESION), "masses", StudyError)
    forms: Mapping[str, Form[Any]] = {**spreads, **_PERSON, "masses": lesions}
    mould = Mould("people", {n: Field(n, form) for n, form in forms.items()}, StudyError)

    def read(node: Node) -> People:
        mould.refuse_strangers(node)
        found = mould.values(node)
        known = {n: v for n, v in found.items() if n in _PERSON}
        return People(
            values=tuple((n, v) for n, v in found.items() if n in spreads),
            person=replace(ANYBODY, **known),
            masses=found.get("masses", ()),
        )

    return Form(read, str, mould.schema())


def _source() -> Form[str]:
    mould = Mould(
        "source",
        {"key": Field("key", _WORDS, required=True), "place": Field("place", _WORDS)},
        StudyError,
    )

    def read(node: Node) -> str:
        if not node.entries:
            return scalar("source", StudyError, node, longest=500).strip()
        mould.refuse_strangers(node)
        found = mould.values(node)
        return ", ".join(found[part] for part in ("key", "place") if part in found)

    return Form(read, str, {"anyOf": [dict(TEXT), mould.schema()]})


def count(name: str) -> Form[int]:
    """The form of how many people there were."""

    def parse(written: str) -> int:
        if not written.strip().isdecimal() or not 0 < int(written) < 10_000_000:
            raise StudyError(f"{name} {written!r} is no number of people. Write for example 254.")
        return int(written)

    return leaf(name, StudyError, parse, {"type": "integer", "minimum": 1})


_PEOPLE = _people()
_ARM = Mould(
    "an arm",
    {
        "arm": Field("name", plain_text("arm", StudyError), "the arm's name", required=True),
        "n": Field("n", count("n"), "how many people"),
        "people": Field("people", _PEOPLE, "where this arm began elsewhere"),
        "care": Field("care", STEPS, "care before the study, where it was another"),
        "steps": Field("steps", STEPS, "what was done, as in a plan", required=True),
        "monitor": Field("monitor", MONITOR, "when the laboratory looked"),
    },
    StudyError,
)
_STUDY = Mould(
    "a study",
    {
        "study": Field("name", plain_text("study", StudyError), "its name", required=True),
        "source": Field("source", _source(), "the publication, and the place in it", required=True),
        "confidence": Field(
            "confidence",
            choice("confidence", StudyError, {c: c for c in "ABC"}),
            "A: read in the source; B: at second hand; C: from memory",
            required=True,
        ),
        "topic": Field("topic", plain_text("topic", StudyError), "what it is about", required=True),
        "population": Field(
            "population", plain_text("population", StudyError), "from whom the cohort is drawn"
        ),
        "people": Field("people", _PEOPLE, "as they were before the study"),
        "care": Field("care", STEPS, "their care before the study"),
        "assumed": Field(
            "assumed", listing(_WORDS, "assumed", StudyError), "what was taken for granted"
        ),
        "arms": Field("arms", listing(mapping(Arm, _ARM), "arms", StudyError), "what was done"),
        "results": Field("results", RESULTS, "what was observed", required=True),
        "note": Field("note", plain_text("note", StudyError), "anything to know"),
    },
    StudyError,
)


def read_studies(places: tuple[Path, ...]) -> tuple[Study, ...]:
    """The studies of some files, and of all files of study in some folders, by name.

    Raises `FileError` for a place without studies, `StudyError`, `PlanError` or `UnitError` with
    file, place and value for what a file says.
    """
    files: list[Path] = []
    for place in places:
        found = [place]
        if place.is_dir():
            found = sorted(f for f in _entries(place) if f.suffix in SUFFIXES)
            if not found:
                raise FileError(f"{place} has no study files. They end in {', '.join(SUFFIXES)}.")
        files += [file for file in found if file not in files]
    studies = tuple(study for file in files for study in _studies(documents(file)))
    named: dict[str, str] = {}
    for study in studies:
        if study.name in named:
            raise StudyError(
                f"Two studies are called {study.name!r}, in {named[study.name]} and {study.file}. "
                "Rename one, or name one file only."
            )
        named[study.name] = study.file
    return studies


def _entries(folder: Path) -> tuple[Path, ...]:
    try:
        return tuple(folder.iterdir())
    except OSError as error:
        raise FileError(f"{folder} cannot be read: {error.strerror}.") from None


def packaged() -> tuple[Study, ...]:
    """The studies that come with brushite."""
    return read_studies((Path(__file__).parents[1] / "studies",))


def studies_in(text: str, *, name: str = "study.yaml") -> tuple[Study, ...]:
    """The studies of a text, as `read_studies` reads them from a file called `name`."""
    return _studies(documents_in(text, name=name))


def _studies(roots: tuple[Node, ...]) -> tuple[Study, ...]:
    return tuple(_study(root) for root in roots)


def _study(node: Node) -> Study:
    for other, wanted in (("plan", "plan"), ("person", "record")):
        if other in node.entries and "study" not in node.entries:
            raise placed(StudyError(f"This is a {wanted}, and a study is wanted."), node)
    node = current(node, "study", StudyError)
    _STUDY.refuse_strangers(node)
    study = replace(made(node, Study, _STUDY.values(node)), file=node.file)
    if not study.arms or not study.results:
        raise placed(StudyError("A study needs arms, and results to be judged by."), node)
    names = [arm.name for arm in study.arms]
    if len(set(names)) < len(names):
        raise placed(StudyError("Two arms have one name. Rename one."), node.entries["arms"])
    results = tuple(
        _of_arms(study, number, child)
        for number, child in enumerate(_children(node.entries["results"]))
    )
    return replace(study, results=results)


def _children(node: Node) -> tuple[Node, ...]:
    return node.content if isinstance(node.content, tuple) else ()


def _of_arms(study: Study, number: int, node: Node) -> Any:  # noqa: ANN401 - see Result
    """The result with the arm that it speaks of, once its arms are known to exist."""
    result = study.results[number]
    names = [arm.name for arm in study.arms]
    if not result.arm and len(names) == 1:
        result = replace(result, arm=names[0])
    for name in (result.arm, *(n for n in (result.than, result.pooled) if n)):
        if name not in names:
            said = f"The arm {name!r} is none" if name else "A result names no arm, and there are"
            raise placed(StudyError(f"{said} of {', '.join(names)}."), node)
    if result.arm in {result.than, result.pooled}:
        raise placed(StudyError(f"{result.arm!r} is compared with itself."), node)
    return result


def study_schema() -> dict[str, object]:
    """The JSON Schema of a study as people write it."""
    version: Schema = {**TEXT, "pattern": r"^study/\d+$"}
    whole = _STUDY.schema({"brushite": version})
    return {"$schema": SCHEMA, "title": "A brushite study", **whole, "$defs": definitions()}
