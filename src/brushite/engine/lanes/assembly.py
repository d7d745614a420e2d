"""Text of LLVM's assembly, line by line, for values that are vectors of one number per lane."""

import struct
from dataclasses import dataclass, field

EXACT = "contract"  # a product and a sum may become one rounding; nothing else may be rearranged


@dataclass(slots=True)
class Assembly:
    """One function being written; `width` lanes in a vector."""

    width: int
    lines: list[str] = field(default_factory=list)
    _count: int = 0

    @property
    def vector(self) -> str:
        """The type of one number per lane."""
        return f"<{self.width} x double>"

    @property
    def whole(self) -> str:
        """The type of one whole number per lane."""
        return f"<{self.width} x i64>"

    @property
    def booleans(self) -> str:
        """The type of one truth per lane."""
        return f"<{self.width} x i1>"

    @property
    def alignment(self) -> int:
        """Bytes at whose multiples a vector lies in memory."""
        return 8 * self.width

    def put(self, text: str) -> str:
        """Write an instruction; the name of its result."""
        self._count += 1
        name = f"%v{self._count}"
        self.lines.append(f"  {name} = {text}")
        return name

    def do(self, text: str) -> None:
        """Write an instruction without a result."""
        self.lines.append(f"  {text}")

    def label(self, name: str) -> None:
        """Begin a block of instructions."""
        self.lines.append(f"{name}:")

    def new_label(self, meaning: str) -> str:
        """A name for a label that no other has."""
        self._count += 1
        return f"{meaning}{self._count}"

    def branch(self, condition: str, yes: str, no: str) -> None:
        """Go to the label `yes` if the condition holds, else to `no`."""
        self.do(f"br i1 {condition}, label %{yes}, label %{no}")

    def go(self, label: str) -> None:
        """Go to a label."""
        self.do(f"br label %{label}")

    def number(self, value: float) -> str:
        """The same number in every lane."""
        one = f"double {scalar(value)}"
        return f"<{', '.join([one] * self.width)}>"

    def integer(self, value: int) -> str:
        """The same whole number in every lane."""
        return f"<{', '.join([f'i64 {value}'] * self.width)}>"

    def arithmetic(self, operation: str, a: str, b: str) -> str:
        """`fadd`, `fsub`, `fmul` or `fdiv` of two vectors."""
        return self.put(f"{operation} {EXACT} {self.vector} {a}, {b}")

    def fused(self, a: str, b: str, c: str) -> str:
        """a·b + c with one rounding."""
        v = self.vector
        return self.put(f"call {v} @llvm.fma.v{self.width}f64({v} {a}, {v} {b}, {v} {c})")

    def call(self, function: str, *arguments: str) -> str:
        """A function from vectors to a vector."""
        given = ", ".join(f"{self.vector} {a}" for a in arguments)
        return self.put(f"call {self.vector} @{function}({given})")

    def exact(self, operation: str, a: str, b: str) -> str:
        """An operation that must round as it is written."""
        return self.put(f"{operation} {self.vector} {a}, {b}")

    def negative(self, a: str) -> str:
        """−a."""
        return self.put(f"fneg {self.vector} {a}")

    def magnitude(self, a: str) -> str:
        """|a|."""
        v = self.vector
        return self.put(f"call {v} @llvm.fabs.v{self.width}f64({v} {a})")

    def chosen(self, condition: str, yes: str, no: str) -> str:
        """`yes` in the lanes where the condition holds, `no` in the others."""
        return self.put(
            f"select {self.booleans} {condition}, {self.vector} {yes}, {self.vector} {no}"
        )

    def whole_numbers(self, operation: str, a: str, b: str) -> str:
        """An operation on two vectors of whole numbers."""
        return self.put(f"{operation} {self.whole} {a}, {b}")

    def bits(self, a: str) -> str:
        """The bits of doubles, as whole numbers."""
        return self.put(f"bitcast {self.vector} {a} to {self.whole}")

    def from_bits(self, a: str) -> str:
        """The doubles with these bits."""
        return self.put(f"bitcast {self.whole} {a} to {self.vector}")

    def load(self, pointer: str, place: int) -> str:
        """The vector at a place of an array."""
        at = self.at(pointer, place)
        return self.put(f"load {self.vector}, ptr {at}, align {self.alignment}")

    def store(self, value: str, pointer: str, place: int) -> None:
        """Put a vector at a place of an array."""
        at = self.at(pointer, place)
        self.do(f"store {self.vector} {value}, ptr {at}, align {self.alignment}")

    def at(self, pointer: str, place: int | str, kind: str = "") -> str:
        """The address of a place in an array of vectors, or of another kind."""
        if place == 0:
            return pointer
        return self.put(f"getelementptr inbounds {kind or self.vector}, ptr {pointer}, i64 {place}")

    def times(self, a: str | int, b: str | int) -> str:
        """The product of two whole numbers."""
        return self.put(f"mul i64 {a}, {b}")

    def spread(self, value: str) -> str:
        """A scalar in every lane."""
        v = self.vector
        first = self.put(f"insertelement {v} poison, double {value}, i64 0")
        zeros = f"<{self.width} x i32> zeroinitializer"
        return self.put(f"shufflevector {v} {first}, {v} poison, {zeros}")

    def function(self, opening: str) -> str:
        """The text of the function, whose first line is `opening`."""
        return "\n".join([f"{opening} {{", *self.lines, "}", ""])


def scalar(value: float) -> str:
    """A number as LLVM reads it without rounding."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", value))
    return f"0x{bits:016X}"


def declarations(width: int) -> str:
    """The functions that LLVM itself provides."""
    v = f"<{width} x double>"
    return "\n".join(
        [
            f"declare {v} @llvm.fma.v{width}f64({v}, {v}, {v})",
            f"declare {v} @llvm.sqrt.v{width}f64({v})",
            f"declare {v} @llvm.fabs.v{width}f64({v})",
            f"declare double @llvm.vector.reduce.fmax.v{width}f64({v})",
            "declare double @llvm.maxnum.f64(double, double)",
            "",
        ]
    )
