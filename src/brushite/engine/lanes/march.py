"""The way of a block through its segments: step sizes, readings, and giving up.

All groups of a block share their steps, as shares of a segment; each lane has its own length of
every segment, possibly none. What would have been the best first step is remembered for the next
segment of the kind. Each function here writes one function of the program.
"""

from brushite.engine.lanes.accord import (
    BELOW,
    CROSSED,
    FIELDS,
    HOPELESS,
    OUT_OF_BOUNDS,
    PLACES,
    TOO_MANY,
    TOO_SHORT,
)
from brushite.engine.lanes.assembly import Assembly, scalar
from brushite.engine.lanes.flow import cell, counted
from brushite.engine.lanes.kernels import Kernels
from brushite.engine.lanes.step import Workspace

FLAWLESS = 1e-8  # no mean square error counts as less for the step after the next
SHORTEST = 1e-9  # h
MOST_STEPS = 20_000  # in one segment; some 10 are usual


def attempted(k: Kernels, at: Workspace, width: int) -> str:
    """`attempted(given, constants, lengths, share, is_new)` tries a step in all groups.

    The result is the worst error of all lanes; `errors` has that of each. An error that is no
    number is `HOPELESS`.
    """
    a = Assembly(width)
    relative = _field(a, "relative")
    errors = _field(a, "errors")
    worst = cell(a, "double", scalar(0.0))
    with counted(a, 0, _field(a, "groups")) as group:
        work = _of_group(a, "work", at.size, group)
        length = a.put(f"load {a.vector}, ptr {a.at('%lengths', group)}, align {a.alignment}")
        a.store(a.arithmetic("fmul", length, a.spread("%share")), work, at.hours)
        constants = a.at("%constants", a.times(group, len(k.fixed)))
        error = a.put(
            f"call {a.vector} @stepped(ptr {_of_group(a, 'states', at.rows, group)}, "
            f"ptr {constants}, ptr {work}, double {relative}, "
            f"ptr {_of_group(a, 'absolute', at.rows, group)}, i1 %is_new)"
        )
        is_number = a.put(f"fcmp ole {a.vector} {error}, {a.number(HOPELESS)}")
        error = a.chosen(is_number, error, a.number(HOPELESS))
        a.do(f"store {a.vector} {error}, ptr {a.at(errors, group)}, align {a.alignment}")
        largest = a.put(f"call double @llvm.vector.reduce.fmax.v{width}f64({a.vector} {error})")
        worst.put(a.put(f"call double @llvm.maxnum.f64(double {largest}, double {worst.get()})"))
    a.do(f"ret double {worst.get()}")
    return a.function(
        "define internal double @attempted(ptr %given, ptr %constants, ptr %lengths, "
        "double %share, i1 %is_new) nounwind"
    )


def arrived(at: Workspace, width: int) -> str:
    """`arrived(given)` makes the states at the end of the step those of the block."""
    a = Assembly(width)
    with counted(a, 0, _field(a, "groups")) as group:
        states = _of_group(a, "states", at.rows, group)
        work = _of_group(a, "work", at.size, group)
        for row in range(at.rows):
            a.store(a.load(work, at.point + row), states, row)
    a.do("ret void")
    return a.function("define internal void @arrived(ptr %given) nounwind")


def read(at: Workspace, width: int) -> str:
    """`read(given, segment, done, end, share)` takes the readings of the step just made.

    The step goes from `done`, over `share` of the segment; readings up to `end` belong to it.
    """
    a = Assembly(width)
    groups, starts, shares = (_field(a, name) for name in ("groups", "starts", "shares"))
    after = a.put("add i64 %segment, 1")
    first, last = (
        a.put(f"load i64, ptr {a.at(starts, place, 'i64')}") for place in ("%segment", after)
    )
    with counted(a, a.times(first, groups), a.times(last, groups)) as row:
        write, written = a.new_label("write"), a.new_label("written")
        wanted = a.put(f"load {a.vector}, ptr {a.at(shares, row)}, align {a.alignment}")
        is_after = a.put(f"fcmp ogt {a.vector} {wanted}, {a.spread('%done')}")
        is_before = a.put(f"fcmp ole {a.vector} {wanted}, {a.spread('%end')}")
        here = a.put(f"and {a.booleans} {is_after}, {is_before}")
        any_here = a.put(f"bitcast {a.booleans} {here} to i{width}")
        a.branch(a.put(f"icmp ne i{width} {any_here}, 0"), write, written)
        a.label(write)
        group = a.put(f"urem i64 {row}, {groups}")
        where = a.arithmetic("fsub", wanted, a.spread("%done"))
        where = a.arithmetic("fdiv", where, a.spread("%share"))
        a.do(
            f"call void @between(ptr {_of_group(a, 'states', at.rows, group)}, "
            f"ptr {_of_group(a, 'work', at.size, group)}, {a.vector} {where}, {a.booleans} {here}, "
            f"ptr {_of_group(a, 'readings', at.rows, row)})"
        )
        a.go(written)
        a.label(written)
    a.do("ret void")
    return a.function(
        "define internal void @read(ptr %given, i64 %segment, double %done, double %end, "
        "double %share) nounwind"
    )


def checked(at: Workspace, width: int) -> str:
    """`checked(given)`: whether a state is below its floor; then `errors` tells the lanes."""
    a = Assembly(width)
    errors = _field(a, "errors")
    found = cell(a, "i1", "false")
    with counted(a, 0, _field(a, "groups")) as group:
        states = _of_group(a, "states", at.rows, group)
        floors = _of_group(a, "floors", at.rows, group)
        low = a.number(0.0)
        for row in range(at.rows):
            is_low = a.put(f"fcmp olt {a.vector} {a.load(states, row)}, {a.load(floors, row)}")
            low = a.chosen(is_low, a.number(BELOW), low)
        a.do(f"store {a.vector} {low}, ptr {a.at(errors, group)}, align {a.alignment}")
        lowest = a.put(f"call double @llvm.vector.reduce.fmax.v{width}f64({a.vector} {low})")
        is_below = a.put(f"fcmp ogt double {lowest}, {scalar(0.0)}")
        found.put(a.put(f"or i1 {found.get()}, {is_below}"))
    a.do(f"ret i1 {found.get()}")
    return a.function("define internal i1 @checked(ptr %given) nounwind")


def crossed(k: Kernels, width: int) -> str:
    """`crossed(given, segment, span)` takes a block over one segment; what became of it."""
    a = Assembly(width)
    groups = _field(a, "groups")
    kind = a.put(f"load i64, ptr {a.at(_field(a, 'kinds'), '%segment', 'i64')}")
    constants = a.at(_field(a, "constants"), a.times(kind, a.times(groups, len(k.fixed))))
    lengths = a.at(_field(a, "lengths"), a.times("%segment", groups))
    memory = a.at(_field(a, "first_steps"), kind, "double")
    asked = cell(a, "double", a.put(f"fdiv double {a.put(f'load double, ptr {memory}')}, %span"))
    done = cell(a, "double", scalar(0.0))
    is_new, is_first, was_refused = (cell(a, "i1", t) for t in ("true", "true", "false"))
    before = cell(a, "double", scalar(1.0))
    tries = cell(a, "i64", 0)
    a.go("try")

    a.label("try")
    rest = a.put(f"fsub double {scalar(1.0)}, {done.get()}")
    share = a.put(f"call double @fitted(double {asked.get()}, double {rest})")
    worst = a.put(
        f"call double @attempted(ptr %given, ptr {constants}, ptr {lengths}, double {share}, "
        f"i1 {is_new.get()})"
    )
    change = a.put(
        f"call double @changed(double {worst}, double {before.get()}, i1 {was_refused.get()})"
    )
    next_share = a.put(f"fmul double {share}, {change}")
    asked.put(next_share)
    hours = a.put(f"fmul double {next_share}, %span")
    tries.put(a.put(f"add i64 {tries.get()}, 1"))
    a.branch(is_first.get(), "remember", "decide")
    a.label("remember")
    a.do(f"store double {hours}, ptr {memory}")
    a.go("decide")
    a.label("decide")
    is_long = a.put(f"icmp sgt i64 {tries.get()}, {MOST_STEPS}")
    a.branch(a.put(f"fcmp ole double {worst}, {scalar(1.0)}"), "accept", "refuse")

    a.label("refuse")
    _count(a, "refused")
    is_new.put("false")
    was_refused.put("true")
    is_short = a.put(f"fcmp olt double {hours}, {scalar(SHORTEST)}")
    a.branch(is_short, "too_short", "refused")
    a.label("refused")
    a.branch(is_long, "too_many", "try")

    a.label("accept")
    _count(a, "taken")
    is_new.put("true")
    is_first.put("false")
    was_refused.put("false")
    before.put(a.put(f"call double @llvm.maxnum.f64(double {worst}, double {scalar(FLAWLESS)})"))
    is_last = a.put(f"fcmp oeq double {share}, {rest}")
    reached = a.put(f"fadd double {done.get()}, {share}")
    end = a.put(f"select i1 {is_last}, double {scalar(1.0)}, double {reached}")
    a.do(
        f"call void @read(ptr %given, i64 %segment, double {done.get()}, double {end}, "
        f"double {share})"
    )
    a.do("call void @arrived(ptr %given)")
    done.put(end)
    a.branch(is_last, "check", "accepted")
    a.label("accepted")
    a.branch(is_long, "too_many", "try")

    a.label("check")
    is_below = a.put("call i1 @checked(ptr %given)")
    a.branch(is_below, "out_of_bounds", "crossed")
    for label, status in (
        ("crossed", CROSSED),
        ("too_short", TOO_SHORT),
        ("too_many", TOO_MANY),
        ("out_of_bounds", OUT_OF_BOUNDS),
    ):
        a.label(label)
        a.do(f"ret i64 {status}")
    return a.function(
        "define internal i64 @crossed(ptr %given, i64 %segment, double %span) nounwind"
    )


def marched(width: int) -> str:
    """`marched(given)` takes a block through its segments.

    The result is what became of the last segment that was entered, whose number is left in
    `segment`.
    """
    a = Assembly(width)
    spans = _field(a, "spans")
    with counted(a, 0, _field(a, "segments")) as segment:
        enter, passed, stranded = (a.new_label(n) for n in ("enter", "passed", "stranded"))
        a.do(f"store i64 {segment}, ptr {_field_at(a, 'segment')}")
        span = a.put(f"load double, ptr {a.at(spans, segment, 'double')}")
        a.branch(a.put(f"fcmp ogt double {span}, {scalar(0.0)}"), enter, passed)
        a.label(enter)
        status = a.put(f"call i64 @crossed(ptr %given, i64 {segment}, double {span})")
        a.branch(a.put(f"icmp eq i64 {status}, {CROSSED}"), passed, stranded)
        a.label(stranded)
        a.do(f"ret i64 {status}")
        a.label(passed)
    a.do(f"ret i64 {CROSSED}")
    return a.function("define i64 @marched(ptr %given) nounwind")


def prepared(k: Kernels, width: int) -> str:
    """`prepared(count, known, constants)`: the constants of every kind of segment and group."""
    a = Assembly(width)
    with counted(a, 0, "%count") as number:
        known = a.at("%known", a.times(number, len(k.trace.known)))
        own = a.at("%constants", a.times(number, len(k.fixed)))
        a.do(f"call void @constants(ptr {known}, ptr {own})")
    a.do("ret void")
    return a.function(
        "define void @prepared(i64 %count, ptr noalias %known, ptr noalias %constants) nounwind"
    )


def _field_at(a: Assembly, name: str) -> str:
    return a.at("%given", PLACES[name], "i64")


def _field(a: Assembly, name: str) -> str:
    """One of the things that a march is given."""
    return a.put(f"load {FIELDS[name]}, ptr {_field_at(a, name)}")


def _of_group(a: Assembly, name: str, rows: int, group: str) -> str:
    """The part of an array, with `rows` vectors per group, that belongs to a group."""
    return a.at(_field(a, name), a.times(group, rows))


def _count(a: Assembly, name: str) -> None:
    a.do(f"store i64 {a.put(f'add i64 {_field(a, name)}, 1')}, ptr {_field_at(a, name)}")
