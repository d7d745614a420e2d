"""From text to machine code for the processor at hand, and from machine code to functions."""

from ctypes import CFUNCTYPE, c_int64, c_void_p
from dataclasses import dataclass, field
from typing import Any

import llvmlite
from llvmlite import binding

MARCH = CFUNCTYPE(c_int64, c_void_p)
PREPARE = CFUNCTYPE(None, c_int64, c_void_p, c_void_p)


@dataclass(frozen=True, slots=True)
class Host:
    """The processor that code is made for; `width` doubles fill one of its vectors."""

    name: str
    features: str
    width: int
    llvm: str
    system: str


def host(width: int | None = None) -> Host:
    """The machine at hand: AVX-512 takes 8 doubles at a time, AVX with multiply-adds 4, else 2.

    Any `width` runs anywhere; a vector that is too wide is taken in parts.
    """
    features = binding.get_host_cpu_features()
    if width is None:
        width = 8 if features.get("avx512f") else 4 if features.get("fma") else 2
    flat = features.flatten()
    if features.get("avx512f"):
        flat += ",-prefer-256-bit"
    system = binding.get_process_triple()
    return Host(binding.get_host_cpu_name(), flat, width, llvmlite.__version__, system)


def compiled(program: str, machine: Host) -> bytes:
    """Machine code of a program, as an object file that `loaded` understands."""
    _awake()
    module = binding.parse_assembly(program)
    module.verify()
    return bytes(_target(machine).emit_object(module))


@dataclass(frozen=True, slots=True)
class Code:
    """The functions of an object file; `keeper` holds their memory."""

    march: Any
    prepare: Any
    keeper: Any = field(repr=False)


def loaded(code: bytes, machine: Host) -> Code:
    """Make the functions of an object file callable; calls release Python's lock."""
    keeper = keeper_of(code, machine)
    march = MARCH(keeper.get_function_address("marched"))
    return Code(march, PREPARE(keeper.get_function_address("prepared")), keeper)


def keeper_of(code: bytes, machine: Host) -> Any:  # noqa: ANN401  llvmlite has no types
    """What holds the code of an object file in memory and knows its functions by name."""
    _awake()
    keeper = binding.create_mcjit_compiler(binding.parse_assembly(""), _target(machine))
    keeper.add_object_file(binding.ObjectFileRef.from_data(code))
    keeper.finalize_object()
    return keeper


def _awake() -> None:
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()


def _target(machine: Host) -> Any:  # noqa: ANN401  llvmlite has no types
    return binding.Target.from_default_triple().create_target_machine(
        cpu=machine.name,
        features=machine.features,
        opt=2,
        reloc="pic",  # with anything else the code crashes once loaded
        codemodel="jitdefault",
        jit=True,
    )
