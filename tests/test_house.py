"""The house rules of CONTRIBUTING.md that no linter checks."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "brushite"
SOURCES = sorted(PACKAGE.rglob("*.py"))
MODEL = PACKAGE / "model"
STUDIES = sorted((PACKAGE / "studies").glob("*.yaml"))
NOT_SUBMODELS = {"__init__.py", "procedures.py", "balance.py", "kinks.py", "anchors.py"}
PUBLISHED_WORDS = {"brushite.model.published.kinks", "brushite.model.published.anchors"}
FORBIDDEN_WORDS = {"utils", "util", "helpers", "helper", "common", "manager", "handler", "misc"}
MUTABLE_CALLS = {"dict", "list", "set", "bytearray", "defaultdict", "deque", "Counter"}


SUBMODELS = [p for p in SOURCES if p.is_relative_to(MODEL) and p.name not in NOT_SUBMODELS]
OTHERS = [p for p in SOURCES if p not in SUBMODELS]


def each_of(paths):
    names = [str(path.relative_to(PACKAGE)) for path in paths]
    return pytest.mark.parametrize("path", paths, ids=names)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def spelled(node: ast.AST) -> str:
    return ast.unparse(node)


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no clone of a repository, so nothing says which files are tracked")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


# Shape


@each_of(SOURCES)
def test_no_file_has_more_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@each_of(SOURCES)
def test_no_class_has_more_than_150_lines(path):
    classes = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]

    lengths = {c.name: (c.end_lineno or c.lineno) - c.lineno + 1 for c in classes}

    assert {name: length for name, length in lengths.items() if length > 150} == {}


@each_of(SOURCES)
def test_no_module_is_named_after_nothing(path):
    assert not FORBIDDEN_WORDS & {*path.relative_to(PACKAGE).with_suffix("").parts}


@each_of(OTHERS)
def test_no_function_but_an_equation_needs_more_than_six_arguments(path):
    functions = [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef)]

    crowded = {f.name for f in functions if len(needed_by(f)) > 6 and not is_command(f)}

    assert crowded == set()


def needed_by(function: ast.FunctionDef) -> list[str]:
    """The arguments that have no default."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    needed = positional[: len(positional) - len(given.defaults)]
    needed += [a for a, d in zip(given.kwonlyargs, given.kw_defaults, strict=True) if d is None]
    return [argument.arg for argument in needed if argument.arg not in {"self", "cls"}]


def is_command(function: ast.FunctionDef) -> bool:
    """Whether click calls it, one argument for each option."""
    return any("command" in spelled(decorator) for decorator in function.decorator_list)


@each_of(SOURCES)
def test_importing_makes_no_mutable_object(path):
    made = [
        spelled(statement)
        for statement in tree(path).body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        and statement.value is not None
        and is_mutable(statement.value)
        and "__all__" not in spelled(statement)
    ]
    assert made == []


def is_mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp):
        return True
    return isinstance(value, ast.Call) and spelled(value.func).split(".")[-1] in MUTABLE_CALLS


@each_of(SOURCES)
def test_nothing_is_overridden_or_asked_of_a_parent(path):
    called = {spelled(n.func) for n in ast.walk(tree(path)) if isinstance(n, ast.Call)}
    assert "super" not in called


# Errors and output


@each_of([p for p in SOURCES if p.name not in {"cli.py", "terminal.py"}])
def test_only_the_command_line_prints(path):
    called = {spelled(n.func) for n in ast.walk(tree(path)) if isinstance(n, ast.Call)}
    assert not called & {"print", "input", "exit", "quit", "sys.exit", "breakpoint"}


@each_of(SOURCES)
def test_only_what_can_be_repaired_is_caught(path):
    caught = [n.type for n in ast.walk(tree(path)) if isinstance(n, ast.ExceptHandler)]
    assert not [n for n in caught if n is None or "Exception" in re.findall(r"\w+", spelled(n))]


@each_of(SOURCES)
def test_nothing_is_left_unfinished(path):
    unfinished = "NotImplemented" + "Error|TO" + "DO|FIX" + "ME|XX" + "X"
    assert re.findall(unfinished, path.read_text(encoding="utf-8")) == []


@each_of(SOURCES)
def test_imports_are_absolute(path):
    imports = [n for n in ast.walk(tree(path)) if isinstance(n, ast.ImportFrom)]
    assert not [spelled(n) for n in imports if n.level]


# Words


@each_of(SOURCES)
def test_everything_public_says_what_it_is(path):
    nodes: list[tuple[str, ast.AST]] = [("module", tree(path))]
    if path in OTHERS:
        nodes += public_definitions(tree(path))

    silent = [name for name, node in nodes if not ast.get_docstring(node)]  # type: ignore[arg-type]

    assert silent == []


def public_definitions(node: ast.Module | ast.ClassDef, within: str = "") -> Iterator:
    for child in node.body:
        if not isinstance(child, ast.FunctionDef | ast.ClassDef) or child.name.startswith("_"):
            continue
        yield within + child.name, child
        if isinstance(child, ast.ClassDef):
            yield from public_definitions(child, f"{within}{child.name}.")


# Equations


@each_of(SUBMODELS)
def test_a_submodel_imports_equations_and_vocabulary_only(path):
    imported = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            imported.add(node.module)
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
    words = PUBLISHED_WORDS if "published" in path.parts else set()
    assert imported <= {"brushite.equations", "brushite.vocabulary"} | words


def test_layers_are_kept():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# Sources


def cited_keys() -> dict[str, str]:
    """Each key that the package cites, or names in its words, and a file that does."""
    found = {}
    for path in (*SOURCES, *PACKAGE.rglob("*.toml"), *(ROOT / "docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        keys = re.findall(r"Cited\(\s*\"([^\"]*)\"", text)
        keys += re.findall(r"\b[A-Za-z]{3,}(?:19|20)\d\d[a-z]?\b", text)
        if path.suffix == ".toml":
            keys += re.findall(r"^source\s*=\s*\"(?!assumed: )([^\",]*)", text, flags=re.MULTILINE)
        found |= dict.fromkeys(keys, path.name)
    for path in STUDIES:
        keys = re.findall(r"\bkey:\s*\"?([^\s\",}]+)", path.read_text(encoding="utf-8"))
        found |= dict.fromkeys(keys or [""], path.name)
    return found


def bibliography() -> list[str]:
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    return re.findall(r"^@\w+\{(\w+),", text, flags=re.MULTILINE)


def test_every_source_cited_stands_in_the_bibliography():
    known = set(bibliography())
    assert {key: where for key, where in cited_keys().items() if key not in known} == {}


def test_every_entry_of_the_bibliography_is_used_once_or_more():
    words = set()
    cases = (ROOT / "tests" / "cases").glob("*.yaml")
    for path in (
        *SOURCES,
        *PACKAGE.rglob("*.toml"),
        *(ROOT / "docs").rglob("*.md"),
        *STUDIES,
        *cases,
    ):
        words |= set(re.findall(r"\b[A-Z]\w+\b", path.read_text(encoding="utf-8")))

    assert [key for key in bibliography() if key not in words] == []


def test_no_entry_of_the_bibliography_stands_twice():
    assert len(bibliography()) == len(set(bibliography()))


def test_no_work_has_two_keys():
    """Two people who read it alike gave it each a name, and a merge kept both."""
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    addresses = re.findall(r"^  (?:doi|url)\s*=\s*\{([^}]*)\}", text, flags=re.MULTILINE)
    assert [each for each in set(addresses) if addresses.count(each) > 1] == []


# Start


def cpu_seconds(command: str, *, tries: int = 4) -> float:
    """The least CPU time that `command`, run in a new interpreter, takes beyond a bare start."""
    measure = "import resource as r; u = r.getrusage(r.RUSAGE_SELF); print(u.ru_utime + u.ru_stime)"
    program = f"{command}\n{measure}"
    times = [
        float(
            subprocess.run(
                [sys.executable, "-c", program], capture_output=True, text=True, check=True
            ).stdout.splitlines()[-1]
        )
        for _ in range(tries)
    ]
    return min(times)


HELP = """
import contextlib, io, sys
from brushite.cli import main
said = io.StringIO()
with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
    sys.argv = ["brushite", "--help"]
    main()
assert "compare" in said.getvalue()
"""


def test_importing_takes_under_half_a_second():
    assert cpu_seconds("import brushite") < 0.5


def test_help_takes_under_a_quarter_of_a_second():
    assert cpu_seconds(HELP) < 0.25


def test_help_loads_no_numpy():
    heavy = "{'numpy', 'scipy', 'sympy', 'pydantic', 'rich'}"
    done = subprocess.run(
        [sys.executable, "-c", f"{HELP}\nprint(sorted({heavy} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


# Repository


def test_no_tracked_file_is_large():
    large = {p.name: p.stat().st_size for p in tracked_files() if p.stat().st_size >= 2**20}
    assert large == {}


def test_no_tracked_file_tells_where_it_was_written():
    workplace = "/wo" + "rk/|/ro" + "ot/|--index-" + "url|--find-" + "links|trusted-" + "host"
    allowed = {"Makefile"}  # it tells pip-compile to leave them out
    telling = {
        path.name
        for path in tracked_files()
        if path.name not in allowed
        and re.search(workplace, path.read_text(encoding="utf-8", errors="ignore"))
    }
    assert telling == set()


def test_the_lock_file_names_exact_versions_and_nothing_else():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    wrong = [n for n in lines if n and not re.fullmatch(r"(#.*)|([\w.-]+==[\w.]+( ; .+)?)", n)]
    assert wrong == []
