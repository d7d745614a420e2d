"""Which share of the multiply-adds that this processor can do the lanes achieve.

A kernel that does nothing but independent multiply-adds is measured in turns with the lanes. What
a step takes is counted from the program: a sum, product, quotient or root is one operation for each
lane, a multiply-add two; comparisons, choices and whole numbers are none.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from ctypes import CFUNCTYPE, c_double, c_int64
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType
from typing import Any

from llvmlite import binding

from benchmarks.cohort import problem
from benchmarks.extent import Extent, Say
from benchmarks.peers import lanes
from benchmarks.results import Row
from benchmarks.sections import mineral
from brushite.engine.lanes.assembly import Assembly
from brushite.engine.lanes.block import LANES, Block, run
from brushite.engine.lanes.engine import Engine, engine
from brushite.engine.lanes.listing import listing
from brushite.engine.lanes.machine import compiled, host
from brushite.engine.lanes.methods import RODAS4
from brushite.engine.lanes.trace import traced
from brushite.equations import Model
from brushite.model.published.peterson_riggs import BENCH_SMOOTH

TOLERANCE = 1e-4
CHAINS = 12  # multiply-adds that do not wait for one another: ports times cycles, and some more
TURNS = 20_000_000  # of the loop: some 0.1 s
PROVIDED = MappingProxyType({"llvm.fma": 2, "llvm.sqrt": 1})  # by LLVM; all else is no arithmetic


@dataclass(frozen=True, slots=True)
class Loop:
    """A compiled loop of multiply-adds; `keeper` holds its memory."""

    call: Callable[[int, float, float], float]
    operations: int
    keeper: Any


def rows(extent: Extent, say: Say) -> Iterator[Row]:
    """The peak, and each model's share of it, measured in turns."""
    loop = _loop()
    cohorts = {
        "Peterson–Riggs, smooth": problem(BENCH_SMOOTH, LANES, extent.segments),
        "brushite's own": mineral.cohort(LANES, max(1, extent.sessions // 3)),
    }
    counts = {n: operations(_program(c.model)) for n, c in cohorts.items()}
    made = {name: engine(cohort.model) for name, cohort in cohorts.items()}
    blocks = {n: lanes.block(c, TOLERANCE, with_readings=False) for n, c in cohorts.items()}
    peaks: list[float] = []
    rates: dict[str, list[float]] = {name: [] for name in cohorts}
    for turn in range(extent.rounds):
        say(f"peak: round {turn + 1} of {extent.rounds}")
        peaks.append(_peak(loop))
        for name in cohorts:
            achieved, line = _achieved(made[name], blocks[name], counts[name])
            rates[name].append(achieved / peaks[-1])
            line = {"model": name, **line}
            line |= {"peak, GFLOP/s": median(peaks) / 1e9, "share": median(rates[name])}
            yield Row(f"share of multiply-add peak, one core, rtol {TOLERANCE:g}", (name,), line)


def operations(text: str) -> dict[str, int]:
    r"""Floating-point operations of each function of a program, calls included, for each lane.

    >>> operations("define x @f() {\n %a = fadd x\n %b = call x @llvm.fma.v8f64(x)\n}\n")
    {'f': 3}
    """
    bodies = dict(
        re.findall(r"^define [^@\n]*@(\w+)\(.*?\{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    )
    found: dict[str, int] = {}

    def count(function: str) -> int:
        if function not in bodies:
            return next((n for name, n in PROVIDED.items() if function.startswith(name)), 0)
        if function not in found:
            own = len(re.findall(r"= f(?:add|sub|mul|div) ", bodies[function]))
            called = re.findall(r"call [^@\n]*@([\w.]+)\(", bodies[function])
            found[function] = own + sum(map(count, called))
        return found[function]

    for function in bodies:
        count(function)
    return found


def _achieved(
    made: Engine, block: Block, counts: Mapping[str, int]
) -> tuple[float, dict[str, object]]:
    """Operations per second, and what they are made of."""
    step, fresh = counts["stepped"], counts["linearised"]
    cpu = time.process_time()
    taken, refused = run(made, block).steps
    cpu = time.process_time() - cpu
    total = LANES * (taken * step + refused * (step - fresh))
    return total / cpu, {
        "operations per step and lane": step,
        "steps": taken,
        "refused": refused,
        "ns per step and lane": 1e9 * cpu / (taken + refused) / LANES,
        "GFLOP/s": total / cpu / 1e9,
    }


def _program(model: Model) -> str:
    return listing(traced(model), RODAS4, host().width).text


def _peak(loop: Loop) -> float:
    """Operations per second of nothing but multiply-adds."""
    cpu = time.process_time()
    loop.call(TURNS, 0.5, 0.25)
    return TURNS * loop.operations / (time.process_time() - cpu)


def _loop() -> Loop:
    """Multiply-adds on vectors of this machine's width, each chain for itself."""
    machine = host()
    a = Assembly(machine.width)
    v = a.vector
    x, y = a.spread("%x"), a.spread("%y")
    a.do("br label %again")
    a.label("again")
    a.do("%turn = phi i64 [ 0, %0 ], [ %next, %again ]")
    for i in range(CHAINS):
        a.do(f"%c{i} = phi {v} [ {a.number(float(i))}, %0 ], [ %d{i}, %again ]")
    for i in range(CHAINS):
        a.do(f"%d{i} = call {v} @llvm.fma.v{machine.width}f64({v} %c{i}, {v} {x}, {v} {y})")
    a.do("%next = add i64 %turn, 1")
    a.do("%goes_on = icmp slt i64 %next, %turns")
    a.do("br i1 %goes_on, label %again, label %over")
    a.label("over")
    total = "%d0"
    for i in range(1, CHAINS):
        total = a.arithmetic("fadd", total, f"%d{i}")
    a.do(f"ret double {a.put(f'extractelement {v} {total}, i64 0')}")
    text = a.function("define double @peak(i64 %turns, double %x, double %y) nounwind")
    text = f"declare {v} @llvm.fma.v{machine.width}f64({v}, {v}, {v})\n{text}"
    code = compiled(text, machine)
    target = binding.Target.from_default_triple().create_target_machine(
        cpu=machine.name, features=machine.features, reloc="pic", codemodel="jitdefault", jit=True
    )
    keeper = binding.create_mcjit_compiler(binding.parse_assembly(""), target)
    keeper.add_object_file(binding.ObjectFileRef.from_data(code))
    keeper.finalize_object()
    call = CFUNCTYPE(c_double, c_int64, c_double, c_double)(keeper.get_function_address("peak"))
    return Loop(call, 2 * CHAINS * machine.width, keeper)
