"""Variables and loops of a function in LLVM's assembly."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from brushite.engine.lanes.assembly import Assembly


@dataclass(frozen=True, slots=True)
class Cell:
    """A variable of a function, in memory."""

    assembly: Assembly
    kind: str
    pointer: str

    def get(self) -> str:
        """Its value."""
        return self.assembly.put(f"load {self.kind}, ptr {self.pointer}")

    def put(self, value: str | int) -> None:
        """Change its value."""
        self.assembly.do(f"store {self.kind} {value}, ptr {self.pointer}")


def cell(a: Assembly, kind: str, value: str | int) -> Cell:
    """A variable with its first value; to be made before any loop."""
    made = Cell(a, kind, a.put(f"alloca {kind}"))
    made.put(value)
    return made


@contextmanager
def counted(a: Assembly, start: str | int, end: str) -> Iterator[str]:
    """A loop; it yields the number of the round, from `start` to `end` − 1."""
    check, body, after = (a.new_label(n) for n in ("check", "body", "after"))
    counter = cell(a, "i64", start)
    a.go(check)
    a.label(check)
    number = counter.get()
    a.branch(a.put(f"icmp slt i64 {number}, {end}"), body, after)
    a.label(body)
    yield number
    counter.put(a.put(f"add i64 {number}, 1"))
    a.go(check)
    a.label(after)
