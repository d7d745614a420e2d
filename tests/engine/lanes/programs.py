"""Small models with known solutions, and functions of compiled programs to call with arrays."""

from ctypes import CFUNCTYPE, c_int64, c_void_p
from types import ModuleType

import numpy as np

from brushite.engine.lanes.assembly import Assembly, declarations
from brushite.engine.lanes.block import LANES, Block
from brushite.engine.lanes.flow import counted
from brushite.engine.lanes.machine import compiled, host, keeper_of
from brushite.equations import Assumed, Fixed, Input, Parameter, State, assemble

ANY = (float("-inf"), float("inf"))


def model_of(states, rates, parameters=None, inputs=()):
    """A model of one module; `rates` are functions of the names of states, parameters, inputs."""
    made = ModuleType("small")
    made.States = type(
        "States", (), {n: State(n, "1", start=v, between=ANY) for n, v in states.items()}
    )
    known = {
        n: Parameter(n, v, "1", Fixed(), Assumed("a test"), between=ANY)
        for n, v in (parameters or {}).items()
    }
    made.Parameters = type("Parameters", (), known)
    made.Inputs = type("Inputs", (), {n: Input(n, "1", between=ANY) for n in inputs})
    for name, rate in rates.items():
        setattr(made, f"ddt_{name}", rate)
    return assemble(made)


def kaps(stiffness=1.0):
    """Kaps' problem: whatever the stiffness, x = e^−2t and y = e^−t."""
    return model_of(
        {"x": 1.0, "y": 1.0},
        {
            "x": lambda stiffness, x, y: stiffness * y * y - (stiffness + 2) * x,
            "y": lambda x, y: x - y - y * y,
        },
        {"stiffness": stiffness},
    )


def block_of(engine, hours, *, relative=1e-6, shares=None, known=None, lanes=LANES, states=None):
    """A block whose lanes all have segments of `hours`, each read at `shares` of its length."""
    model = engine.model
    read = np.asarray([] if shares is None else shares, dtype=float)
    values = {n: p.value for n, p in model.parameters.items()}
    values |= {n: i.idle for n, i in model.inputs.items()} | (known or {})
    columns = np.array([np.broadcast_to(values[n], lanes) for n in engine.known], dtype=float)
    start = {n: s.start for n, s in model.states.items()} | (states or {})
    first = np.array([np.broadcast_to(start[n], lanes) for n in engine.states], dtype=float)
    typical = np.maximum(np.abs(first), 1e-3)
    count = len(hours)
    return Block(
        known=columns.reshape(1, -1, lanes),
        kinds=np.zeros(count, dtype=np.int64),
        lengths=np.outer(hours, np.ones(lanes)),
        starts=np.arange(count + 1) * len(read),
        shares=np.outer(np.tile(read, count), np.ones(lanes)),
        states=first,
        absolute=0.01 * relative * typical,
        floors=np.full_like(first, -np.inf),
        relative=relative,
    )


def exact(name, hours):
    """Kaps' solution."""
    return np.exp({"x": -2.0, "y": -1.0}[name] * hours)


def aligned(*shape):
    """Zeros on which vectors may be loaded."""
    room = np.zeros(int(np.prod(shape)) + 8)
    start = (-room.ctypes.data // 8) % 8
    return room[start : start + int(np.prod(shape))].reshape(shape)


def kernel(engine, name, *arrays):
    """Call a function of the engine's program."""
    address = engine.code.keeper.get_function_address(name)
    CFUNCTYPE(None, *[c_void_p] * len(arrays))(address)(*(a.ctypes.data for a in arrays))


def applied(write, values, width=8):
    """What `write(assembly, x)` makes of every value, as compiled for this machine."""
    a = Assembly(width)
    with counted(a, 0, "%count") as number:
        a.store(write(a, a.load(a.at("%xs", number), 0)), a.at("%found", number), 0)
    a.do("ret void")
    program = declarations(width) + a.function("define void @all(i64 %count, ptr %xs, ptr %found)")
    machine = host(width)
    keeper = keeper_of(compiled(program, machine), machine)
    values = np.asarray(values, dtype=float)
    rounds = -(-values.size // width)
    xs, found = aligned(rounds * width), aligned(rounds * width)
    xs[: values.size] = values
    function = CFUNCTYPE(None, c_int64, c_void_p, c_void_p)(keeper.get_function_address("all"))
    function(rounds, xs.ctypes.data, found.ctypes.data)
    return found[: values.size].copy()
