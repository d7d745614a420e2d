"""Where in its story a report is: before the treatment, after an operation, at a follow-up."""

import re

from brushite.intake.casereport.operations import Mention
from brushite.intake.casereport.placing import State, later, moment_of
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.timing import When

_COURSE = re.compile(
    r"^(?: ?[a-z]+){0,2} ?(?:l'evolution|evolution|the (?:post\w+ )?(?:course|outcome"
    r"|evolution)|follow[- ]?up|les suites|suites|(?:clinical|biochemical"
    r"|biological) (?:course|improvement)|post-?op\w*|apres (?:l'intervention|traitement)"
    r"|after (?:treatment|surgery))"
    r"|l'evolution (?:a ete|etait|fut|est|biologique|clinique|ulterieure|sous)|(?:was"
    r"|has been) (?:noted|observed) (?:after|during) (?:treatment|follow)|under (?:this"
    r"|these) (?:treatment|measures|regimen)|sous (?:ce|cette|ces) (?:traitement|schema"
    r"|mesures)|on this (?:treatment|regimen|therapy)|with (?:this|these) (?:treatment"
    r"|measures|regimen|changes)"
)
_STARTED = re.compile(
    r"\b(?:was|were|a ete|ont ete|est|fut) (?:then |ensuite |alors |\w+ly )?(?:started"
    r"|initiated|introduced|switched|added|instaure\w*|introduit\w*|debute\w*|ajoute\w*"
    r"|prescri\w+|commenced|increased|intensified|augmente\w*|intensifie\w*|mis\w* sous"
    r"|put on|changed|remplace\w*|replaced|lowered|reduced to|optimi[sz]e\w*|majore\w*)"
    r"|nous avons (?:introduit|debute|instaure|augmente|optimise|prescrit|mis|intensifie"
    r"|remplace|ajoute|associe|propose|reduit)|we (?:started|introduced|initiated"
    r"|increased|added|switched|lowered|changed|prescribed|intensified|replaced)"
    r"|(?:treatment|traitement|therapy) (?:with|par|by) .{0,60} (?:was|a ete) (?:started"
    r"|initiated|instaure|debute|begun)|he started|she started|mise? sous\b"
)
_ONSET = re.compile(
    r"appar\w+|appear\w*|developp\w+|develop\w+|notic\w+|remarqu\w+|constat\w+"
    r"|presente?d?\b|install\w+|consult\w+|noted? (?:a|l'apparition)|onset|symptom\w*"
    r"|admis\w*|admitted|hospitalis\w+|referred"
)
_LONG_AGO = re.compile(
    r"\b(?:dialys|hemodial|haemodial)\w* (?:was|a ete) (?:started|initiated|debute)"
)


ANCHORS = ("parathyroidectomy", "mass excision", "ethanol injection")
"""The operations from which a report counts its times, the chief one first."""


def during(sentence: Sentence, done: list[Mention], times: list[When], state: State) -> None:
    """Move `state` by what a sentence says of itself, before its values are placed."""
    times_at = [w.start for w in times if w.kind in {"after", "later"}]
    early = [m for m in done if m.place < min(times_at, default=len(sentence.plain))]
    if early:
        state.operation = _chief(early, state.operation)
    started = _STARTED.search(sentence.plain)
    if (
        started
        and not _LONG_AGO.search(sentence.plain)
        and not any(w.kind == "before" for w in times)
    ):
        state.has_changed = True
    if state.moment is None and not times and _COURSE.search(sentence.plain):
        state.moment = later(state)
    if any(w.kind == "now" for w in times) and not any(w.kind != "now" for w in times):
        state.moment = None


def after(sentence: Sentence, done: list[Mention], times: list[When], state: State) -> None:
    """Move `state` by what a sentence told, for those that follow."""
    if done:
        state.operation = _chief(done, state.operation)
    leading = [w for w in times if w.start < 25 and w.kind in {"after", "later", "op"}]
    if is_onset(sentence, times, state):
        return
    if leading:
        state.moment = moment_of(leading[-1], state)
    elif any(m.kind == "parathyroidectomy" for m in done) or (
        _STARTED.search(sentence.plain) and not _LONG_AGO.search(sentence.plain)
    ):
        before = any(w.kind in {"before", "date"} for w in times)
        if not before:
            state.moment = later(state)


def is_onset(sentence: Sentence, times: list[When], state: State) -> bool:
    """Whether "six months later" tells how the illness began, before all that was measured."""
    leads = any(w.start < 25 and w.kind == "after" for w in times)
    return (
        leads
        and not (state.has_begun or state.has_changed)
        and _ONSET.search(sentence.plain) is not None
    )


def _chief(done: list[Mention], known: str | None) -> str | None:
    kinds = [m.kind for m in done if m.kind in ANCHORS]
    if "parathyroidectomy" in kinds:
        return "parathyroidectomy"
    return known or (kinds[0] if kinds else None)


_CHANGE = re.compile(
    r"(?:augment\w+|increas\w+|reduc\w+|reduit\w*|diminu\w+|lower\w*|decreas\w+|chang\w+"
    r"|switch\w*|pass\w+ (?:a|de|en|to)|intensif\w+|optimi[sz]\w+|utilis\w+|using|prolong\w+"
    r"|extend\w+|lengthen\w+|allong\w+|ramen\w+|adapt\w+|modifi\w+|remplac\w+|replac\w+"
    r"|instaur\w+|introdui\w+|introduc\w+|start\w+|initiat\w+|convert\w+|transfer\w+"
    r"|bascul\w+|mis\w* (?:sous|en place)|abaiss\w+|shorten\w+|rais(?:ed|ing)|doubl\w+|shift\w+"
    r"|port(?:ee?s?|ant|er|ait|ons) (?:a|l[ae]s?|sa|ses|son)|pass\w+ au|opte\w* (?:pour"
    r"|for)|opted for"
    r"|moved|fix\w+ a)\b[^.;]{0,90}$"
)
_CHANGED = re.compile(
    r"^(?:[^.;]|\.\d){0,60}?\b(?:was|were|a ete|ont ete|est|sont|fut|furent) (?:then "
    r"|ensuite |alors )?"
    r"(?:institut\w+|instaur\w+|start\w+|adopt\w+|begun|initiated|debut\w+|mis\w* en place"
    r"|introdu\w+|prescri\w+|used|utilise\w*|substitut\w+|commenc\w+)"
)
_HABIT = re.compile(
    r"(?:depuis|since|usual\w*|habituel\w*|was (?:on|dialy[sz]ed|receiving)"
    r"|etait (?:dialyse\w*|hemodialyse\w*|sous)|dialyse\w* (?:depuis|a raison)"
    r"|at presentation|previous\w*|jusque-la)[^.;]{0,60}$"
)


def is_changed(sentence: Sentence, place: int, end: int | None = None) -> bool:
    """Whether what stands at `place`, up to `end` if given, is what treatment was changed to."""
    before = re.split(r"[;]", sentence.plain[:place])[-1]
    change = _CHANGE.search(before)
    if change is not None and not _HABIT.search(before[change.start() :]):
        return True
    is_begun = end is not None and _CHANGED.match(sentence.plain[end:]) is not None
    return is_begun and re.search(r"depuis|since|\bfor \d+ (?:year|month)", before) is None
