"""Formulas: a typed text in x (and y) becomes value, exact gradient, exact Hessian and LaTeX.

>>> himmelblau = compile_formula("(x^2 + y - 11)^2 + (x + y^2 - 7)^2")
>>> himmelblau.gradient([0.0, 0.0])
array([-14., -22.])

`grammar` cuts the text into tokens, `tree` makes a tree of them, `symbolic` hands that to SymPy for
derivatives and LaTeX, `program` compiles SymPy's expressions to fast functions, which run here on
points of any shape: one point, a batch of walkers, a grid.

What is real stays real: outside its domain a formula is nan (log(x) at −1, sqrt(x) at −1, x^(1/3)
at −8), a pole is infinite or nan, and x/x is nan at 0, because nothing of the value is simplified.
The derivatives are simplified, so they are set to nan wherever the value is nan. |x| has the slope
sign(x), 0 at 0, and no second derivative but 0; at other cusps, where the value is finite and the
formula of the gradient is 0/0, the gradient is the mean of those right beside (0 at the tip of a
cone) and the Hessian nan. Infinities and nan are returned without a warning.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.formula import grammar
from engine.formula.columns import columns
from engine.formula.grammar import FormulaError as FormulaError
from engine.formula.program import Program, compile_expressions
from engine.formula.symbolic import Expression, Meaning
from engine.formula.tree import read

Array = NDArray[np.float64]
Value = Any  # np.float64 for a single point, an array for several
Result = Any  # a Value, or a pair of it and an array of derivatives

_FLOAT = np.dtype(np.float64)
_BLOCK = 4096  # points at a time: intermediate results stay in the processor's cache
_BESIDE = 2.0**-32  # how far "beside" a point is, relative to its coordinates
_quietly = np.errstate(all="ignore")  # as a decorator: half the price of a with-statement


@dataclass(frozen=True)
class Formula:
    """A formula in `variables`; make it with `compile_formula`.

    Points are real arrays (..., d) whose last axis has one coordinate a variable; a single point
    (d,) has a np.float64 as its value, and every number equals, bit for bit, the one which the same
    point has inside a larger array. ValueError is raised for another last axis or complex points.

    Everything is compiled when it is first asked for. Threads may do that at once: they would find
    the same twice.
    """

    text: str
    variables: tuple[str, ...]
    expression: ast.expr = field(repr=False, compare=False)

    def value(self, point: ArrayLike) -> Value:
        """Return f at points (..., d), shape (...)."""
        return self._value(point)

    def gradient(self, point: ArrayLike) -> Array:
        """Return the partial derivatives of f at points (..., d), shape (..., d)."""
        gradient: Array = self._value_and_gradient(point)[1]
        return gradient

    def value_and_gradient(self, point: ArrayLike) -> tuple[Value, Array]:
        """Return value and gradient of f in one pass, which shares what they have in common."""
        result: tuple[Value, Array] = self._value_and_gradient(point)
        return result

    def hessian(self, point: ArrayLike) -> Array:
        """Return the second derivatives of f at points (..., d), shape (..., d, d)."""
        hessian: Array = self._hessian(point)[1]
        return hessian

    @cached_property
    def raw_value_and_gradient(self) -> Callable[[Any], tuple[Value, Array]]:
        """The same as `value_and_gradient`, for callers who hold np.errstate(all="ignore")."""
        return _runner(self._program, (len(self.variables),), raw=True)

    @cached_property
    def is_total(self) -> bool:
        """Whether the formula and its slopes have values everywhere: no roots, logs, quotients."""
        return columns(self._program) is not None

    @cached_property
    def slopes(self) -> Callable[[Array, Array], Callable[[], None]]:
        """The gradient for many points again and again: bound to `points` (d, n) and `out` (d, n).

        Coordinates come first, so that each is one stretch of memory. What it returns writes the
        gradient at the points as they are when it is called: wherever the formula has a value, the
        same bits as `gradient`. For callers who hold np.errstate(all="ignore").
        """
        fast = columns(self._program)
        if fast is not None:
            return fast
        slow = self.raw_value_and_gradient

        def bind(points: Array, out: Array) -> Callable[[], None]:
            def run() -> None:
                out[...] = slow(points.T)[1].T

            return run

        return bind

    @cached_property
    def latex(self) -> str:
        """The formula in LaTeX, in the order in which it was typed."""
        return self._meaning.typed_latex()

    @cached_property
    def gradient_latex(self) -> tuple[str, ...]:
        """The d components of the gradient in LaTeX; three dots for one that would be too long."""
        return tuple(map(self._meaning.latex, self._slopes))

    @cached_property
    def hessian_latex(self) -> tuple[tuple[str, ...], ...]:
        """The d × d entries of the Hessian in LaTeX; three dots for one that would be too long."""
        return tuple(tuple(map(self._meaning.latex, row)) for row in self._bends)

    @cached_property
    def _meaning(self) -> Meaning:
        return Meaning(self.expression, self.variables)

    @cached_property
    def _slopes(self) -> tuple[Expression, ...]:
        return tuple(self._meaning.derivatives(self._meaning.tidy, self.variables))

    @cached_property
    def _bends(self) -> tuple[tuple[Expression, ...], ...]:
        """The Hessian's entries; those below the diagonal are the same as those above it."""
        names = self.variables
        above = [
            list(self._meaning.derivatives(slope, names[i:]))
            for i, slope in enumerate(self._slopes)
        ]
        every = range(len(names))
        return tuple(tuple(above[min(i, k)][abs(i - k)] for k in every) for i in every)

    def _compile(self, derivatives: Iterable[Expression]) -> Program:
        meaning = self._meaning
        return compile_expressions((meaning.typed, *derivatives), meaning.names, meaning.same)

    @cached_property
    def _program(self) -> Program:
        return self._compile(self._slopes)

    @cached_property
    def _value(self) -> Callable[[Any], Result]:
        return _runner(self._compile(()), (len(self.variables),), value_only=True)

    @cached_property
    def _value_and_gradient(self) -> Callable[[Any], Result]:
        return _runner(self._program, (len(self.variables),))

    @cached_property
    def _hessian(self) -> Callable[[Any], Result]:
        d = len(self.variables)
        return _runner(self._compile(entry for row in self._bends for entry in row), (d, d))


def _runner(
    program: Program, tail: tuple[int, ...], *, value_only: bool = False, raw: bool = False
) -> Callable[[Any], Result]:
    """Return a function of points (..., d) for a program.

    It returns the program's first result, or with `value_only=False` a pair: that one, and the
    others in an array (..., *tail), nan where the first is nan. A gradient, which is a tail (d,),
    is continued to cusps, see `_beside`. With `raw=True` the caller holds np.errstate.

    A single point takes the road of plain floats, several times faster than NumPy's scalars; where
    that meets what Python refuses (a division by zero, the root of a negative number), NumPy's
    arithmetic gives the answer. Whichever road, the bits are the same.
    """
    dimension = tail[0]
    alone = (dimension,)
    single = _single_value(program) if value_only else _single(program, tail)
    many = _many_values(program) if value_only else _many(program, tail)
    if program.is_silent and not raw:
        many = _quietly(many)

    def run(point: ArrayLike) -> Result:
        if type(point) is not np.ndarray or point.dtype is not _FLOAT:
            point = _points(point, dimension)
        shape = point.shape
        if shape == alone:
            try:
                result = single(point.tolist())
            except (ZeroDivisionError, ValueError):
                result = None
            return many(point) if result is None else result
        if not shape or shape[-1] != dimension:
            point = _points(point, dimension)
        return many(point)

    return run if program.is_silent or raw else _quietly(run)


def _points(point: ArrayLike, dimension: int) -> Array:
    """Return points as a float64 array (..., dimension)."""
    given = np.asarray(point)
    if given.dtype.kind not in "fiub":
        raise ValueError(f"points are real numbers, not {given.dtype}")
    if given.ndim == 0 or given.shape[-1] != dimension:
        raise ValueError(f"points have {dimension} coordinates on their last axis: {given.shape}")
    return given.astype(np.float64, copy=False)


def _single_value(program: Program) -> Callable[[list[float]], Result]:
    """Return f of the coordinates of one point."""
    evaluate, number = program.single, np.float64
    return lambda coordinates: number(evaluate(*coordinates)[0])


def _single(program: Program, tail: tuple[int, ...]) -> Callable[[list[float]], Result]:
    """Return f and its derivatives, shape `tail`, of one point; None where `many` knows more."""
    evaluate, number, array, nan = program.single, np.float64, np.array, np.nan
    is_gradient = len(tail) == 1
    has_cusps = is_gradient and program.has_poles

    def single(coordinates: list[float]) -> tuple[Value, Array] | None:
        value, *slopes = evaluate(*coordinates)
        slopes_array = array(slopes, _FLOAT)
        if value != value:
            slopes_array.fill(nan)
        elif has_cusps and (total := sum(slopes)) != total:
            return None
        return number(value), slopes_array if is_gradient else slopes_array.reshape(tail)

    return single


def _many_values(program: Program) -> Callable[[Array], Result]:
    """Return f of points (..., d)."""
    evaluate = program.many

    def many(points: Array) -> Value:
        shape = points.shape[:-1]
        if points.size <= _BLOCK * points.shape[-1]:
            (value,) = evaluate(*_columns(points))
            return _spread(value, shape)
        values = np.empty(points.size // points.shape[-1])
        for rows, block in _blocks(points):
            (values[rows],) = evaluate(*_columns(block))
        return values.reshape(shape)

    return many


def _many(program: Program, tail: tuple[int, ...]) -> Callable[[Array], Result]:
    """Return f and its derivatives, shape `tail`, of points (..., d)."""
    evaluate = program.many
    width = int(np.prod(tail))
    has_cusps = len(tail) == 1 and program.has_poles

    def plain(points: Array) -> tuple[Value, Array]:
        shape = points.shape[:-1]
        value, *slopes = evaluate(*_columns(points))
        value = _spread(value, shape)
        out = np.empty((*shape, width))
        for i, slope in enumerate(slopes):
            out[..., i] = slope
        undefined = value != value
        if np.count_nonzero(undefined):
            out[undefined] = np.nan
        return value, out

    def at_once(points: Array) -> tuple[Value, Array]:
        value, out = plain(points)
        if has_cusps and np.count_nonzero(out != out):
            at_cusp = np.isfinite(value) & np.isnan(out).any(axis=-1)
            if at_cusp.any():
                exact = out[at_cusp]
                out[at_cusp] = np.where(np.isnan(exact), _beside(plain, points[at_cusp]), exact)
        return value, out

    def many(points: Array) -> tuple[Value, Array]:
        shape = points.shape[:-1]
        if points.size <= _BLOCK * points.shape[-1]:
            value, out = at_once(points)
        else:
            count = points.size // points.shape[-1]
            value, out = np.empty(count), np.empty((count, width))
            for rows, block in _blocks(points):
                value[rows], out[rows] = at_once(block)
            value = value.reshape(shape)
        return value, out.reshape((*shape, *tail))

    return many


def _beside(value_and_gradient: Callable[[Array], tuple[Value, Array]], points: Array) -> Array:
    """Return the mean of the gradients right beside points (n, d), on two opposite sides.

    Where f has a value but the formula of its gradient has none (0/0 at the tip of a cone), this is
    what sign(0) = 0 is for |x|: a member of Clarke's generalized gradient, the convex hull of the
    limits of gradients nearby (F. H. Clarke, 1983, Optimization and Nonsmooth Analysis, 2.5), as
    far as the distance allows. What is odd about the point cancels exactly, so it is 0 at the tip
    of a cone. It is nan where f ends nearby.
    """
    # A power of two, so that nothing is rounded on the way there, times a slant, so that few cusps
    # go that way.
    size = np.frexp(np.maximum(np.abs(points), 0.5))[1]
    step = np.exp2(size) * _BESIDE * 0.703125 ** np.arange(points.shape[-1])
    mean: Array = (value_and_gradient(points + step)[1] + value_and_gradient(points - step)[1]) / 2
    return mean


def _blocks(points: Array) -> Iterator[tuple[slice, Array]]:
    """Yield the points (..., d) in order, as blocks (n, d), each with its rows."""
    rows = points.reshape(-1, points.shape[-1])
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        yield block, rows[block]


def _columns(points: Array) -> list[Array]:
    """Return the coordinates of points, one array each."""
    # Backwards NumPy's functions take another road, and the last bit would tell.
    forwards = min(points.strides) > 0
    columns = [points[..., i] for i in range(points.shape[-1])]
    return columns if forwards else [column.copy() for column in columns]


def _spread(value: Value, shape: tuple[int, ...]) -> Value:
    """Return a result in the shape of the points; what is constant comes as a bare float."""
    if type(value) is float:
        value = np.full(shape, value)
    return value if shape else np.float64(value)


def compile_formula(text: str, variables: tuple[str, ...] = ("x", "y")) -> Formula:
    """Return the formula that a text means.

    Raises FormulaError, with a sentence and the place in the text, for everything that is not a
    formula in `variables` or that would be too long, too deep or too costly; see `grammar` and
    `tree` for what may be typed. The last formulas are remembered, refusals are not.
    """
    if len(text) > grammar.LONGEST:
        read(text, variables)  # refuses; a megabyte need not become a key of the cache
    return _compiled(text, tuple(variables))


@lru_cache(maxsize=128)
def _compiled(text: str, variables: tuple[str, ...]) -> Formula:
    taken = {*grammar.CONSTANTS, *grammar.FUNCTIONS, *keyword.kwlist}
    for name in variables:
        if not (name.isascii() and name.isidentifier()) or name in taken:
            raise ValueError(f"no variable can be called {name!r}")
    if not variables or len(set(variables)) < len(variables):
        raise ValueError("a formula has at least one variable, and each but once")
    return Formula(text, variables, read(text, variables))
