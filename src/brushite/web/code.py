"""The same comparison elsewhere: as a script in Python, and as commands for a shell."""

from brushite.intake.plans import plans_text
from brushite.web.desk import Question, Wanted
from brushite.web.store import Revision


def code_of(revision: Revision, wanted: Wanted, asked: Question) -> dict[str, object]:
    """Both, whole as they stand: they write the record and the plans, then compare them."""
    plans = plans_text(asked.plans)
    return {
        "python": _python(revision.record, plans, wanted, asked),
        "command": _command(revision.record, plans, wanted, asked),
    }


def _python(record: str, plans: str, wanted: Wanted, asked: Question) -> str:
    return f'''\
from pathlib import Path

import brushite as bt

Path("patient.yaml").write_text({_literal(record)}, encoding="utf-8")
Path("plans.yaml").write_text({_literal(plans)}, encoding="utf-8")

record = bt.read("patient.yaml")
plans = {'bt.read_plans("plans.yaml")' if asked.plans else "()"}
twin = bt.fit(
    record,
    model=bt.MINERAL,
    population=bt.population("{wanted.population}"),
    draws={asked.draws},
    seed={wanted.seed},
)
now = bt.Plan(name="Current care")
outlook = bt.compare(
    twin, [now, *plans], bt.KDIGO.of(record), weeks={asked.weeks}, seed={wanted.seed}
)
bt.report(record, twin, outlook).save("report.html")
'''


def _literal(text: str) -> str:
    """A string of Python, over several lines where that reads well."""
    if '"""' in text or "\\" in text or not text.endswith("\n"):
        return repr(text)
    return f'"""\\\n{text}"""'


def _command(record: str, plans: str, wanted: Wanted, asked: Question) -> str:
    files = _here("patient.yaml", record)
    plan = ""
    if asked.plans:
        files += _here("plans.yaml", plans)
        plan = "--plan plans.yaml "
    return (
        f"{files}brushite compare patient.yaml {plan}--weeks {asked.weeks} --draws {asked.draws} "
        f"--seed {wanted.seed} --population {wanted.population} --report report.html\n"
    )


def _here(name: str, text: str) -> str:
    end = "END"
    while f"\n{end}\n" in f"\n{text}\n":
        end += "_"
    body = text if text.endswith("\n") or not text else f"{text}\n"
    return f"cat > {name} <<'{end}'\n{body}{end}\n"
