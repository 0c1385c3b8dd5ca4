"""In-place forms: activations and deltas as calls on arrays that exist.

A *call* is a function with all its arguments, the array that it fills among
them. A list of calls is made once and played for every batch; no array is
made while it plays.

The common activations are written out in ufuncs. Whatever else stands in
the registries is called as it is, and its result copied to where it goes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from nnlib.activations import ACTIVATIONS, Activation, CoupledActivation
from nnlib.costs import COSTS, Cost
from nnlib.types import Array

Call = Callable[[], Any]
Function = Activation | CoupledActivation


def play(calls: list[Call]) -> None:
    """Call one after the other."""
    for call in calls:
        call()


def scalar(value: float, like: Array) -> Array:
    """Return an array of no axes: a ufunc takes it faster than a float."""
    return np.array(value, like.dtype)


def product(A: Array, B: Array, out: Array) -> Call:
    """Return the call of out = A B; a method, which is quicker to reach."""
    return partial(A.dot, B, out)


def fill(out: Array, function: Callable[..., Array], *arguments: Any) -> None:
    """Copy what a function returns into ``out``."""
    out[...] = function(*arguments)


class Buffers(NamedTuple):
    """One layer's arrays, all of one shape; units lie on ``axis``."""

    z: Array
    a: Array
    delta: Array  # ∂C/∂z
    spare: Array
    axis: int


class InPlace(NamedTuple):
    """An activation's two lists of calls.

    ``forward`` fills a from z; ``backward`` turns delta from ∂C/∂a into
    ∂C/∂z. In between, the spare belongs to the activation.
    """

    forward: Callable[[Buffers], list[Call]]
    backward: Callable[[Buffers], list[Call]]


def sigmoid_forward(layer: Buffers) -> list[Call]:
    """a = 1 - q, where q = 1 / (1 + exp(z)) stays in the spare.

    An exponential that overflows is infinite, and then q is 0 as it
    should be. Both a and q are good to 1e-16, not to the last digits of a
    number as small as that.
    """
    z, a, _, q, _ = layer
    one = scalar(1, z)
    return [
        partial(np.exp, z, q),
        partial(np.add, q, one, q),
        partial(np.reciprocal, q, q),
        partial(np.subtract, one, q, a),
    ]


def sigmoid_backward(layer: Buffers) -> list[Call]:
    """Times the slope a (1 - a), which is a q."""
    _, a, delta, q, _ = layer
    return [
        partial(np.multiply, delta, a, delta),
        partial(np.multiply, delta, q, delta),
    ]


def tanh_forward(layer: Buffers) -> list[Call]:
    """a = tanh(z)."""
    return [partial(np.tanh, layer.z, layer.a)]


def tanh_backward(layer: Buffers) -> list[Call]:
    """Times the slope 1 - a²."""
    _, a, delta, slope, _ = layer
    return [
        partial(np.multiply, a, a, slope),
        partial(np.subtract, scalar(1, a), slope, slope),
        partial(np.multiply, delta, slope, delta),
    ]


def relu_forward(layer: Buffers) -> list[Call]:
    """a = max(z, 0)."""
    z, a, *_ = layer
    return [partial(np.maximum, z, scalar(0, z), out=a)]


def relu_backward(layer: Buffers) -> list[Call]:
    """Times the slope: 1 where a > 0, else 0, which is the sign of a."""
    _, a, delta, slope, _ = layer
    return [
        partial(np.sign, a, slope),
        partial(np.multiply, delta, slope, delta),
    ]


def identity_forward(layer: Buffers) -> list[Call]:
    """a = z."""
    return [partial(np.copyto, layer.a, layer.z)]


def identity_backward(layer: Buffers) -> list[Call]:
    """Times 1."""
    return []


def softmax_forward(layer: Buffers) -> list[Call]:
    """a = exp(z - max z), over its sum; a piece of the spare holds both."""
    z, a, axis = layer.z, layer.a, layer.axis
    sums = layer.spare[:1] if axis == 0 else layer.spare[:, :1]
    return [
        partial(np.maximum.reduce, z, axis, None, sums, True),
        partial(np.subtract, z, sums, a),
        partial(np.exp, a, a),
        partial(np.add.reduce, a, axis, None, sums, True),
        partial(np.divide, a, sums, a),
    ]


def general(f: Function) -> InPlace:
    """Whatever the registry has; these calls make arrays of their own."""

    def forward(layer: Buffers) -> list[Call]:
        return [partial(fill, layer.a, f.forward, layer.z, layer.axis)]

    def backward(layer: Buffers) -> list[Call]:
        z, _, delta, _, axis = layer
        return [partial(fill, delta, f.backward, z, delta, axis)]

    return InPlace(forward, backward)


WRITTEN_OUT = {
    ACTIVATIONS["sigmoid"]: InPlace(sigmoid_forward, sigmoid_backward),
    ACTIVATIONS["tanh"]: InPlace(tanh_forward, tanh_backward),
    ACTIVATIONS["relu"]: InPlace(relu_forward, relu_backward),
    ACTIVATIONS["identity"]: InPlace(identity_forward, identity_backward),
    ACTIVATIONS["softmax"]: InPlace(
        softmax_forward, general(ACTIVATIONS["softmax"]).backward
    ),
}


def in_place(f: Function) -> InPlace:
    """Return the activation's calls: written out, or as the registry has."""
    return WRITTEN_OUT.get(f) or general(f)


def output_delta(
    layer: Buffers, y: Array, cost: Cost, f: Function, scale: Array
) -> list[Call]:
    """delta = scale · ∂loss/∂z of the output layer, a = f(z) being there."""
    z, a, delta, _, axis = layer
    if cost.partner is not None or cost == COSTS["quadratic"]:
        calls: list[Call] = [partial(np.subtract, a, y, delta)]
        if cost.partner is None:
            calls += in_place(f).backward(layer)
    else:
        calls = [partial(fill, delta, cost.delta, z, a, y, f, axis)]
    return [*calls, partial(np.multiply, delta, scale, delta)]
