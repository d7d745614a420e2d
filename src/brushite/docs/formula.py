"""An equation as MathML in short pieces, between which a narrow page may break the line."""

from collections.abc import Iterator

import sympy
from markupsafe import Markup, escape

from brushite.engine.symbols import algebra
from brushite.equations import Model
from brushite.errors import ModelError

ROOM = 44  # letters that a phone shows in a line
NOTHING = Markup("")
FUNCTIONS = ((sympy.exp, "exp"), (sympy.log, "ln"), (sympy.tanh, "tanh"), (sympy.Abs, "abs"))

Pieces = list[Markup]


def formula(model: Model, name: str) -> Markup:
    """The equation of `name`; raises `ModelError` as `algebra` does."""
    pieces = [_left_side(name) + _sign("="), *_pieces(algebra(model, name))]
    # MathML Core breaks no line within a formula, but text breaks between two of them.
    written = Markup("<wbr>").join(
        Markup('<math displaystyle="true"><mrow>{}</mrow></math>').format(p) for p in pieces
    )
    return Markup('<div class="formula">\n{}\n</div>').format(written)


def _left_side(name: str) -> Markup:
    if not name.startswith("ddt_"):
        return _name(name)
    state = name.removeprefix("ddt_")
    rate = Markup("<mfrac><mi>d</mi><mrow><mi>d</mi><mi>t</mi></mrow></mfrac>")
    return rate + Markup('<mspace width="0.3em"></mspace>') + _name(state)


def _name(name: str) -> Markup:
    return Markup('<mi mathvariant="normal">{}</mi>').format(name.replace("_", "\u00a0"))


def _sign(mark: str) -> Markup:
    return Markup('<mo form="infix">{}</mo>').format(mark)


def _fence(mark: str) -> Markup:
    return Markup('<mo stretchy="false">{}</mo>').format(mark)


def _pieces(part: sympy.Basic) -> Pieces:
    """A part in pieces that each fit, as far as fractions and powers can be taken apart."""
    if _width(part) <= ROOM:
        return [_whole(part)]
    if isinstance(part, sympy.Add):
        return [
            piece
            for is_first, sign, term in _terms(part)
            for piece in _led(
                _sign(sign) if sign == "−" or not is_first else NOTHING, _pieces(term)
            )
        ]
    if isinstance(part, sympy.Mul):
        return _long_product(part)
    if isinstance(part, sympy.Pow) and part.exp == sympy.Rational(1, 2):
        return _enclosed(_pieces(part.base), before=Markup("<mo>√</mo>"))
    if isinstance(part, sympy.Pow):
        raised = Markup("<msup>{}{}</msup>").format(_fence(")"), _raised(part.exp))
        return _enclosed(_pieces(part.base), after=raised)
    for kind, word in FUNCTIONS:
        if isinstance(part, kind):
            return _enclosed(_pieces(part.args[0]), before=_name(word))
    return [_whole(part)]


def _long_product(part: sympy.Mul) -> Pieces:
    if part.as_coeff_Mul()[0] < 0:
        return _led(_sign("−"), _pieces(-part))
    above, below = sympy.fraction(part, exact=True)
    if below == 1:
        pieces: Pieces = []
        for factor in _factors(above):
            own = _enclosed(_pieces(factor)) if isinstance(factor, sympy.Add) else _pieces(factor)
            pieces += _led(_sign("·"), own) if pieces else own
        return pieces
    own = _enclosed(_pieces(above)) if isinstance(above, sympy.Add) else _pieces(above)
    under = _pieces(below) if isinstance(below, sympy.Symbol) else _enclosed(_pieces(below))
    return [*own, *_led(_sign("/"), under)]


def _led(mark: Markup, pieces: Pieces) -> Pieces:
    return [mark + pieces[0], *pieces[1:]]


def _enclosed(pieces: Pieces, *, before: Markup = NOTHING, after: Markup | None = None) -> Pieces:
    if len(pieces) == 1 and after is None:
        return [before + _fenced(pieces[0])]
    closing = _fence(")") if after is None else after
    opened = _led(before + _fence("("), pieces)
    return [*opened[:-1], opened[-1] + closing]


def _whole(part: sympy.Basic) -> Markup:
    """A part that stays in one piece."""
    if isinstance(part, sympy.Symbol):
        return _name(part.name)
    if isinstance(part, sympy.Rational | sympy.Float):
        return _number(part)
    if isinstance(part, sympy.Add):
        return Markup("").join(
            (_sign(sign) if sign == "−" or not is_first else NOTHING)
            + _factor(term, within_sum=True)
            for is_first, sign, term in _terms(part)
        )
    if isinstance(part, sympy.Mul):
        return _product(part)
    if isinstance(part, sympy.Pow):
        return _power(part)
    for kind, word in FUNCTIONS:
        if isinstance(part, kind):
            return _name(word) + _fenced(_whole(part.args[0]))
    raise ModelError(
        f"{type(part).__name__} has no sign in a formula yet. Add it to docs/formula.py."
    )


def _product(part: sympy.Mul) -> Markup:
    if part.as_coeff_Mul()[0] < 0:
        return _sign("−") + _factor(-part, within_sum=True)
    above, below = sympy.fraction(part, exact=True)
    if below != 1:
        return Markup("<mfrac>{}{}</mfrac>").format(_row(above), _row(below))
    return _sign("·").join(_factor(factor) for factor in _factors(above))


def _power(part: sympy.Pow) -> Markup:
    if part.exp == sympy.Rational(1, 2):
        return Markup("<msqrt>{}</msqrt>").format(_whole(part.base))
    if part.exp.is_number and part.exp < 0:
        return Markup("<mfrac>{}{}</mfrac>").format(_row(sympy.Integer(1)), _row(1 / part))
    base = part.base
    is_simple = isinstance(base, sympy.Symbol) or (base.is_Integer and base >= 0)
    inner = _whole(base) if is_simple else _bracketed(base)
    return Markup("<msup><mrow>{}</mrow>{}</msup>").format(inner, _raised(part.exp))


def _raised(part: sympy.Basic) -> Markup:
    """An exponent; a fraction of numbers is on one line there."""
    if isinstance(part, sympy.Rational) and part.q != 1:
        slash = Markup("<mo>/</mo>")
        return Markup("<mrow>{}{}{}</mrow>").format(
            _number(sympy.Integer(part.p)), slash, _number(sympy.Integer(part.q))
        )
    return _row(part)


def _number(part: sympy.Number) -> Markup:
    if part < 0:
        return _sign("−") + _number(-part)
    if isinstance(part, sympy.Rational) and part.q != 1:
        return Markup("<mfrac><mn>{}</mn><mn>{}</mn></mfrac>").format(part.p, part.q)
    return Markup("<mn>{}</mn>").format(f"{float(part):.10g}")


def _factor(part: sympy.Basic, *, within_sum: bool = False) -> Markup:
    return _bracketed(part) if isinstance(part, sympy.Add) and not within_sum else _whole(part)


def _bracketed(part: sympy.Basic) -> Markup:
    return _fenced(_whole(part))


def _fenced(inner: Markup) -> Markup:
    """Something in brackets, as high as it is."""
    if "<mfrac" not in inner:
        return Markup("<mrow>{}{}{}</mrow>").format(_fence("("), inner, _fence(")"))
    return Markup("<mrow><mo>(</mo>{}<mo>)</mo></mrow>").format(inner)


def _row(part: sympy.Basic) -> Markup:
    return Markup("<mrow>{}</mrow>").format(_whole(part))


def _terms(part: sympy.Add) -> Iterator[tuple[bool, str, sympy.Basic]]:
    """The terms of a sum, those that are added before those that are taken away."""
    signed = [("−", -t) if t.as_coeff_Mul()[0] < 0 else ("+", t) for t in part.as_ordered_terms()]
    ordered = sorted(signed, key=lambda term: term[0] == "−")
    for number, (sign, term) in enumerate(ordered):
        yield number == 0, sign, term


def _factors(part: sympy.Basic) -> list[sympy.Basic]:
    """The factors of a product, sums last."""
    factors = part.as_ordered_factors() if isinstance(part, sympy.Mul) else [part]
    return sorted(factors, key=lambda factor: not isinstance(factor, sympy.Symbol | sympy.Number))


def _width(part: sympy.Basic) -> float:
    """About how many letters wide a part is in one piece."""
    if isinstance(part, sympy.Symbol):
        return len(part.name)
    if isinstance(part, sympy.Mul):
        above, below = sympy.fraction(part, exact=True)
        if below != 1:
            return max(_width(above), _width(below))
        return sum(_width(f) + (4 if isinstance(f, sympy.Add) else 2) for f in _factors(above))
    if isinstance(part, sympy.Add):
        return sum(_width(term) + 2 for term in part.args)
    if isinstance(part, sympy.Pow):
        return _width(part.base) + 0.7 * _width(part.exp)
    return sum(_width(a) for a in part.args) + 5 if part.args else len(escape(part))
