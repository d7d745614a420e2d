"""The way of a block through its segments: step sizes, readings, and giving up.

All groups of a block share their steps, as shares of a segment; each lane has its own length of
every segment, possibly none. The first step that served a kind of segment is remembered.
"""

from brushite.engine.lanes.assembly import Assembly, scalar
from brushite.engine.lanes.kernels import Kernels
from brushite.engine.lanes.methods import Method
from brushite.engine.lanes.step import workspace

SAFETY, SMALLEST_CHANGE, LARGEST_CHANGE = 0.9, 0.2, 8.0
HOPELESS = 1e300  # a mean square error beyond it, or none at all
BELOW = 2e300  # in the place of an error: a state has left its bounds
SHORTEST = 1e-9  # h
MOST_STEPS = 20_000  # in one segment; some 10 are usual
ARGUMENTS = (
    "i64 %groups",
    "i64 %segments",
    "ptr noalias %states",
    "ptr noalias %constants",
    "ptr noalias %kinds",
    "ptr noalias %lengths",
    "ptr noalias %spans",
    "ptr noalias %first_steps",
    "double %relative",
    "ptr noalias %absolute",
    "ptr noalias %floors",
    "ptr noalias %reading_starts",
    "ptr noalias %shares",
    "ptr noalias %readings",
    "ptr noalias %work",
    "ptr noalias %errors",
    "ptr noalias %counts",
)


def marched(k: Kernels, method: Method, width: int) -> str:
    """`marched(...)` takes a block through segments; 0, or 1 more than the segment it failed in."""
    a = Assembly(width)
    n, at = len(k.trace.states), workspace(k, method)
    v, booleans = a.vector, f"<{width} x i1>"

    def vectors(base: str, index: str) -> str:
        return a.put(f"getelementptr inbounds {v}, ptr {base}, i64 {index}")

    def entry(kind: str, base: str, index: str) -> str:
        return a.put(f"getelementptr inbounds {kind}, ptr {base}, i64 {index}")

    def product(x: str, y: str | int) -> str:
        return a.put(f"mul i64 {x}, {y}")

    names = ("segment", "group", "reading", "tries", "below")
    cell = {name: a.put("alloca i64") for name in names}
    real = {name: a.put("alloca double") for name in ("done", "share", "worst")}
    flag = {name: a.put("alloca i1") for name in ("is_new", "is_first", "was_refused")}

    def get(name: str) -> str:
        if name in cell:
            return a.put(f"load i64, ptr {cell[name]}")
        if name in real:
            return a.put(f"load double, ptr {real[name]}")
        return a.put(f"load i1, ptr {flag[name]}")

    def put(name: str, value: str | int) -> None:
        kind, places = next(
            (kind, places)
            for kind, places in (("i64", cell), ("double", real), ("i1", flag))
            if name in places
        )
        a.do(f"store {kind} {value}, ptr {places[name]}")

    def count(number: int) -> None:
        place = entry("i64", "%counts", str(number))
        old = a.put(f"load i64, ptr {place}")
        a.do(f"store i64 {a.put(f'add i64 {old}, 1')}, ptr {place}")

    put("segment", 0)
    a.do("br label %next_segment")

    a.label("next_segment")
    segment = get("segment")
    is_over = a.put(f"icmp sge i64 {segment}, %segments")
    a.do(f"br i1 {is_over}, label %arrived, label %look")
    a.label("look")
    span = a.put(f"load double, ptr {entry('double', '%spans', segment)}")
    kind = a.put(f"load i64, ptr {entry('i64', '%kinds', segment)}")
    stride = product("%groups", len(k.fixed))
    constants = vectors("%constants", product(kind, stride))
    lengths = vectors("%lengths", product(segment, "%groups"))
    memory = entry("double", "%first_steps", kind)
    after = a.put(f"add i64 {segment}, 1")
    put("segment", after)
    first_reading = a.put(f"load i64, ptr {entry('i64', '%reading_starts', segment)}")
    last_reading = a.put(f"load i64, ptr {entry('i64', '%reading_starts', after)}")
    is_empty = a.put(f"fcmp ole double {span}, {scalar(0.0)}")
    a.do(f"br i1 {is_empty}, label %next_segment, label %enter")
    a.label("enter")
    first = a.put(f"fdiv double {a.put(f'load double, ptr {memory}')}, {span}")
    put("share", first)
    put("done", scalar(0.0))
    put("is_new", "true")
    put("is_first", "true")
    put("was_refused", "false")
    put("tries", 0)
    a.do("br label %try")

    a.label("try")
    done = get("done")
    rest = a.put(f"fsub double {scalar(1.0)}, {done}")
    asked = get("share")
    half = a.put(f"fmul double {rest}, {scalar(0.5)}")
    fits = a.put(f"fcmp olt double {asked}, {half}")
    reaches = a.put(f"fcmp oge double {asked}, {a.put(f'fmul double {rest}, {scalar(0.9999)}')}")
    share = a.put(f"select i1 {fits}, double {asked}, double {half}")
    share = a.put(f"select i1 {reaches}, double {rest}, double {share}")
    put("worst", scalar(0.0))
    put("group", 0)
    a.do("br label %attempt")

    a.label("attempt")
    group = get("group")
    own_work = vectors("%work", product(group, at.size))
    length = a.put(f"load {v}, ptr {vectors(lengths, group)}, align {a.alignment}")
    hours = a.arithmetic("fmul", length, a.spread(share))
    a.store(hours, own_work, at.hours)
    own_states = vectors("%states", product(group, n))
    own_constants = vectors(constants, product(group, len(k.fixed)))
    own_absolute = vectors("%absolute", product(group, n))
    error = a.put(
        f"call {v} @stepped(ptr {own_states}, ptr {own_constants}, ptr {own_work}, "
        f"double %relative, ptr {own_absolute}, i1 {get('is_new')})"
    )
    is_number = a.put(f"fcmp ole {v} {error}, {a.number(HOPELESS)}")
    error = a.put(f"select {booleans} {is_number}, {v} {error}, {v} {a.number(HOPELESS)}")
    a.do(f"store {v} {error}, ptr {vectors('%errors', group)}, align {a.alignment}")
    largest = a.put(f"call double @llvm.vector.reduce.fmax.v{width}f64({v} {error})")
    worst = get("worst")
    is_worse = a.put(f"fcmp ogt double {largest}, {worst}")
    put("worst", a.put(f"select i1 {is_worse}, double {largest}, double {worst}"))
    following = a.put(f"add i64 {group}, 1")
    put("group", following)
    has_more = a.put(f"icmp slt i64 {following}, %groups")
    a.do(f"br i1 {has_more}, label %attempt, label %judge")

    a.label("judge")
    worst = get("worst")
    logarithm = a.call("lane_log", a.spread(worst))
    power = a.arithmetic("fmul", logarithm, a.number(-0.5 / method.order))
    change = a.arithmetic("fmul", a.call("lane_exp", power), a.number(SAFETY))
    change = a.put(f"extractelement {v} {change}, i64 0")
    refused = get("was_refused")
    ceiling = a.put(
        f"select i1 {refused}, double {scalar(1.0)}, double {scalar(LARGEST_CHANGE)}"
    )
    for relation, limit in (("ogt", ceiling), ("olt", scalar(SMALLEST_CHANGE))):
        is_beyond = a.put(f"fcmp {relation} double {change}, {limit}")
        change = a.put(f"select i1 {is_beyond}, double {limit}, double {change}")
    new_share = a.put(f"fmul double {share}, {change}")
    put("share", new_share)
    tries = a.put(f"add i64 {get('tries')}, 1")
    put("tries", tries)
    is_first = get("is_first")
    a.do(f"br i1 {is_first}, label %remember, label %decide")
    a.label("remember")
    new_hours = a.put(f"fmul double {new_share}, {span}")
    a.do(f"store double {new_hours}, ptr {memory}")
    a.do("br label %decide")
    a.label("decide")
    is_good = a.put(f"fcmp ole double {worst}, {scalar(1.0)}")
    a.do(f"br i1 {is_good}, label %accept, label %refuse")

    a.label("refuse")
    count(1)
    put("is_new", "false")
    put("was_refused", "true")
    hours_left = a.put(f"fmul double {new_share}, {span}")
    is_short = a.put(f"fcmp olt double {hours_left}, {scalar(SHORTEST)}")
    is_long = a.put(f"icmp sgt i64 {tries}, {MOST_STEPS}")
    gives_up = a.put(f"or i1 {is_short}, {is_long}")
    a.do(f"br i1 {gives_up}, label %stranded, label %try")

    a.label("accept")
    count(0)
    put("is_new", "true")
    put("is_first", "false")
    put("was_refused", "false")
    is_last = a.put(f"fcmp oeq double {share}, {rest}")
    reached_end = a.put(f"fadd double {done}, {share}")
    end = a.put(f"select i1 {is_last}, double {scalar(2.0)}, double {reached_end}")
    put("done", reached_end)
    put("reading", first_reading)
    a.do("br label %next_reading")

    a.label("next_reading")
    reading = get("reading")
    has_reading = a.put(f"icmp slt i64 {reading}, {last_reading}")
    a.do(f"br i1 {has_reading}, label %look_at_reading, label %settle")
    a.label("look_at_reading")
    put("group", 0)
    a.do("br label %read")
    a.label("read")
    group = get("group")
    row = a.put(f"add i64 {product(reading, '%groups')}, {group}")
    wanted = a.put(f"load {v}, ptr {vectors('%shares', row)}, align {a.alignment}")
    is_after = a.put(f"fcmp ogt {v} {wanted}, {a.spread(done)}")
    is_before = a.put(f"fcmp ole {v} {wanted}, {a.spread(end)}")
    here = a.put(f"and {booleans} {is_after}, {is_before}")
    lanes_here = a.put(f"bitcast {booleans} {here} to i{width}")
    is_here = a.put(f"icmp ne i{width} {lanes_here}, 0")
    a.do(f"br i1 {is_here}, label %write, label %was_read")
    a.label("write")
    where = a.arithmetic("fsub", wanted, a.spread(done))
    where = a.arithmetic("fdiv", where, a.spread(share))
    found = vectors("%readings", product(row, n))
    own_states = vectors("%states", product(group, n))
    own_work = vectors("%work", product(group, at.size))
    a.do(
        f"call void @between(ptr {own_states}, ptr {own_work}, {v} {where}, {booleans} {here}, "
        f"ptr {found})"
    )
    a.do("br label %was_read")
    a.label("was_read")
    following = a.put(f"add i64 {group}, 1")
    put("group", following)
    has_more = a.put(f"icmp slt i64 {following}, %groups")
    a.do(f"br i1 {has_more}, label %read, label %read_by_all")
    a.label("read_by_all")
    put("reading", a.put(f"add i64 {reading}, 1"))
    a.do("br label %next_reading")

    a.label("settle")
    put("group", 0)
    a.do("br label %copy")
    a.label("copy")
    group = get("group")
    own_states = vectors("%states", product(group, n))
    own_work = vectors("%work", product(group, at.size))
    for number in range(n):
        a.store(a.load(own_work, at.point + number), own_states, number)
    following = a.put(f"add i64 {group}, 1")
    put("group", following)
    has_more = a.put(f"icmp slt i64 {following}, %groups")
    a.do(f"br i1 {has_more}, label %copy, label %moved")
    a.label("moved")
    is_long = a.put(f"icmp sgt i64 {get('tries')}, {MOST_STEPS}")
    go_on = a.put(f"select i1 {is_last}, i1 true, i1 {is_long}")
    a.do(f"br i1 {go_on}, label %leave, label %try")
    a.label("leave")
    put("group", 0)
    put("below", 0)
    a.do(f"br i1 {is_last}, label %check, label %stranded")
    a.label("check")
    group = get("group")
    own_states = vectors("%states", product(group, n))
    own_floors = vectors("%floors", product(group, n))
    low = a.number(0.0)
    for number in range(n):
        is_low = a.put(f"fcmp olt {v} {a.load(own_states, number)}, {a.load(own_floors, number)}")
        low = a.put(f"select {booleans} {is_low}, {v} {a.number(BELOW)}, {v} {low}")
    a.do(f"store {v} {low}, ptr {vectors('%errors', group)}, align {a.alignment}")
    lowest = a.put(f"call double @llvm.vector.reduce.fmax.v{width}f64({v} {low})")
    is_below = a.put(f"fcmp ogt double {lowest}, {scalar(0.0)}")
    put("below", a.put(f"or i64 {get('below')}, {a.put(f'zext i1 {is_below} to i64')}"))
    following = a.put(f"add i64 {group}, 1")
    put("group", following)
    has_more = a.put(f"icmp slt i64 {following}, %groups")
    a.do(f"br i1 {has_more}, label %check, label %checked")
    a.label("checked")
    is_below = a.put(f"icmp ne i64 {get('below')}, 0")
    a.do(f"br i1 {is_below}, label %stranded, label %next_segment")

    a.label("stranded")
    a.do(f"ret i64 {get('segment')}")
    a.label("arrived")
    a.do("ret i64 0")
    return a.function(f"define i64 @marched({', '.join(ARGUMENTS)}) nounwind")


def prepared(k: Kernels, width: int) -> str:
    """`prepared(count, known, constants)`: the constants of every kind of segment and group."""
    a = Assembly(width)
    counter = a.put("alloca i64")
    a.do(f"store i64 0, ptr {counter}")
    a.do("br label %next")
    a.label("next")
    i = a.put(f"load i64, ptr {counter}")
    is_over = a.put(f"icmp sge i64 {i}, %count")
    a.do(f"br i1 {is_over}, label %over, label %one")
    a.label("one")
    sizes = (("%known", len(k.trace.known)), ("%constants", len(k.fixed)))
    pointers = [
        a.put(f"getelementptr inbounds {a.vector}, ptr {p}, i64 {a.put(f'mul i64 {i}, {size}')}")
        for p, size in sizes
    ]
    a.do(f"call void @constants(ptr {pointers[0]}, ptr {pointers[1]})")
    a.do(f"store i64 {a.put(f'add i64 {i}, 1')}, ptr {counter}")
    a.do("br label %next")
    a.label("over")
    a.do("ret void")
    return a.function(
        "define void @prepared(i64 %count, ptr noalias %known, ptr noalias %constants) nounwind"
    )
