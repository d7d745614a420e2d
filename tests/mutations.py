"""Puts wrong operators into the equations, one at a time, and counts those that a test catches.

    python tests/mutations.py --count 20 --seed 1

It works in a temporary copy; the tree it lies in is only read.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("src", "tests", "pyproject.toml", "references.bib")
SWAPPED = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
}


@dataclass(frozen=True, slots=True)
class Mutation:
    """Another operator at one place of a file."""

    path: Path
    function: str
    line: int
    start: int
    was: str
    becomes: str

    def __str__(self) -> str:
        place = f"{self.path.name}:{self.line}"
        return f"{place:28} {self.function:32} {self.was} -> {self.becomes or 'nothing'}"

    def apply(self, root: Path) -> None:
        """Write the wrong file into `root`."""
        text = (ROOT / self.path).read_text(encoding="utf-8").encode()
        wrong = text[: self.start] + self.becomes.encode() + text[self.start + len(self.was) :]
        (root / self.path).write_bytes(wrong)


def mutations_of(path: Path) -> dict[str, list[Mutation]]:
    """What can go wrong in each function of a sub-model."""
    text = path.read_bytes()
    lines = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]

    def offset(line: int | None, column: int | None) -> int:
        return lines[(line or 1) - 1] + (column or 0)

    found: dict[str, list[Mutation]] = {}
    for function in ast.parse(text).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.BinOp) and type(node.op) in SWAPPED:
                was, becomes = SWAPPED[type(node.op)]
                low = offset(node.left.end_lineno, node.left.end_col_offset)
                high = offset(node.right.lineno, node.right.col_offset)
                start = low + text[low:high].index(was.encode())
            elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
                was, becomes = "-", ""
                start = offset(node.lineno, node.col_offset)
            else:
                continue
            made = Mutation(path.relative_to(ROOT), function.name, node.lineno, start, was, becomes)
            found.setdefault(function.name, []).append(made)
    return found


def chosen(count: int, seed: int) -> list[Mutation]:
    """`count` different mutations, each in an equation chosen at random."""
    equations = [
        places
        for path in sorted((ROOT / "src" / "brushite" / "model").rglob("*.py"))
        if path.name not in {"__init__.py", "balance.py", "procedures.py"}
        for places in mutations_of(path).values()
    ]
    chance = random.Random(seed)
    picked: list[Mutation] = []
    while len(picked) < min(count, sum(map(len, equations))):
        mutation = chance.choice(chance.choice(equations))
        if mutation not in picked:
            picked.append(mutation)
    return picked


def failure(root: Path) -> str | None:
    """The first test that fails in `root`, or None when all pass."""
    units = ["tests/engine/test_units.py"] if (root / "tests/engine/test_units.py").exists() else []
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m"),
            *("not slow", "tests/model", *units),
        ],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return None
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, flags=re.MULTILINE)
    return failed[1] if failed else done.stdout.strip().splitlines()[-1]


def main() -> int:
    """Try the mutations and say which were caught; 1 when one was not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", ".hypothesis")
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, root / name, ignore=ignored)
            else:
                shutil.copy(ROOT / name, root / name)
        before = failure(root)
        if before:
            print(f"The tests fail without any mutation: {before}")
            return 2
        caught = 0
        picked = chosen(asked.count, asked.seed)
        for mutation in picked:
            mutation.apply(root)
            by = failure(root)
            shutil.copy(ROOT / mutation.path, root / mutation.path)
            caught += by is not None
            print(f"{mutation}   {by or 'NOT CAUGHT'}", flush=True)
    print(f"{caught} of {len(picked)} wrong operators were caught.")
    return int(caught < len(picked))


if __name__ == "__main__":
    sys.exit(main())
