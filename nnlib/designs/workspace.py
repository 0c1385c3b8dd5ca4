"""The workspace: rows in and out, columns between, each array made once.

x (n, n_inputs) and y (n, n_outputs) lie as in the data. Between them
samples are columns over a row of ones, A1 (fan_in + 1, n). Layer 1 has
W (fan_out, fan_in) and b (fan_out,) apart, Z = W xᵀ + b; every later layer
has them folded, W1 (fan_out, fan_in + 1) = [W | b], Z = W1 A1, at the
output its transpose. All parameters lie in one vector; so do the gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from nnlib import checks, training
from nnlib.inplace import (
    Buffers,
    Call,
    InPlace,
    general,
    in_place,
    output_delta,
    play,
    product,
    scalar,
)
from nnlib.network import Batches, Network
from nnlib.optimizers import SGD, Optimizer, blocks
from nnlib.regularizers import Penalty, draw_dropout_mask
from nnlib.types import Array, Layer

Augment = Callable[[Array, np.random.Generator], Any]

ROWS = 512  # that pass at once where no batch size is given


class Part(NamedTuple):
    """Views into the vector of parameters: one layer's."""

    product: Array  # what multiplies the layer's input: W, or [W | b]
    W: Array  # (fan_out, fan_in)
    b: Array  # (fan_out,)


class Room:
    """The arrays that ``n`` samples need on their way, each made once."""

    def __init__(self, net: Network, n: int, dropout: float = 0.0) -> None:
        dtype, (n_inputs, *hidden, n_outputs) = net.settings.dtype, net.sizes

        def empty(*shape: int) -> Array:
            return np.empty(shape, dtype)

        self.x, self.y = empty(n, n_inputs), empty(n, n_outputs)
        self.ones = np.ones(n, dtype)
        # What each layer's weights multiply: layer 1's x has no ones.
        A1s = [np.ones((size + 1, n), dtype) for size in hidden]
        self.inputs = [self.x.T, *A1s]
        # What comes back through the weights, the ones' row included.
        self.pulled = [empty(size + 1, n) for size in hidden]
        self.layers = [  # columns; without dropout, a is the next input
            Buffers(
                empty(size, n),
                empty(size, n) if dropout else A1[:-1],
                pulled[:-1],
                empty(size, n),
                axis=0,
            )
            for size, A1, pulled in zip(hidden, A1s, self.pulled)
        ]
        last = [empty(n, n_outputs) for _ in range(4)]
        self.layers.append(Buffers(*last, axis=1))  # rows, as in y
        self.masks = [empty(size, n) for size in hidden if dropout]


@dataclass
class Desk:
    """What `fit` keeps from epoch to epoch; see `Workspace`."""

    rng: np.random.Generator
    dropout: float
    augment: Augment | None
    optimizer: Optimizer
    gradient: Array  # like theta
    rooms: dict[int, Room] = field(default_factory=dict)  # by batch size


class Workspace(Network):
    """The design that takes the best of the five, and makes no arrays.

    State: ``theta``, every parameter in one vector, seen as layers through
    ``parts``.

    `fit` takes, beside the shared arguments, ``dropout``, the fraction of
    hidden units set to 0, and ``augment``, a function of a batch's copy of
    its rows and of the generator, which changes the rows in place. A step
    is a list of calls, made once an epoch for every size of batch and
    played for every batch: see `nnlib.inplace`.

    References
    ----------
    From the five documents: the delta (Tang), the folded bias (mlnotebook),
    batches (Graesser), an activation per layer (Vink), rows in and columns
    after, and dropout (Varma). The workspace is what they do not have.
    """

    default_hidden = "relu"
    default_output = "softmax"
    default_cost = "log_likelihood"
    default_initializer = "he_normal"

    def _hold(self, layers: list[Layer]) -> None:
        n_parameters = sum(W.size + b.size for W, b in layers)
        self.theta = np.empty(n_parameters, self.settings.dtype)
        for part, layer in zip(self.parts, layers):
            part.W[...], part.b[...] = layer.W.T, layer.b

    @property
    def parts(self) -> list[Part]:
        """The layers' views into ``theta``, made anew: a copy has its own."""
        return cut(self.theta, self.sizes)

    def to_layers(self) -> list[Layer]:
        """Return the parameters as canonical layers: new arrays."""
        return as_layers(self.parts)

    @property
    def _forms(self) -> list[InPlace]:
        """Return one activation per layer, in place."""
        if self.settings.dtype.kind == "c":  # a complex step passes through
            return [general(f) for f in self._activations]
        return [in_place(f) for f in self._activations]

    def _forward(self, room: Room) -> list[Call]:
        """Return the calls that take ``room.x`` to the output's a."""
        calls: list[Call] = []
        for i, (part, layer) in enumerate(zip(self.parts, room.layers)):
            A1, W1, b = room.inputs[i], part.product, part.b[:, None]
            if layer.axis:
                A1, W1, b = W1.T, A1.T, part.b
            calls.append(product(W1, A1, layer.z))
            if i == 0:
                calls.append(partial(layer.spare.__setitem__, ..., b))
                calls.append(partial(np.add, layer.z, layer.spare, layer.z))
            calls += self._forms[i].forward(layer)
            if i < len(room.masks):
                A = room.inputs[i + 1][:-1]
                calls.append(partial(np.multiply, layer.a, room.masks[i], A))
        return calls

    def _backward(
        self, room: Room, nablas: list[Part], scale: float
    ) -> list[Call]:
        """Return the calls that fill ``nablas``, ``scale`` Σ ∂loss."""
        output, f = room.layers[-1], self._activations[-1]
        factor = scalar(scale, self.theta)
        calls = output_delta(output, room.y, self._cost, f, factor)
        delta = output.delta.T  # (n_outputs, n)
        for i, part in reversed(list(enumerate(self.parts))):
            calls.append(product(delta, room.inputs[i].T, nablas[i].product))
            if i == 0:
                calls.append(product(delta, room.ones, nablas[0].b))
                break
            calls.append(product(part.product.T, delta, room.pulled[i - 1]))
            delta = room.layers[i - 1].delta  # pulled, without the ones' row
            if room.masks:
                mask = room.masks[i - 1]
                calls.append(partial(np.multiply, delta, mask, delta))
            calls += self._forms[i - 1].backward(room.layers[i - 1])
        return calls

    def _outputs(self, X: Array) -> tuple[Array, Array]:
        Z = np.empty((len(X), self.sizes[-1]), X.dtype)
        A, output = np.empty_like(Z), self._activations[-1]
        with np.errstate(over="ignore"):
            for rows, room in self._rooms(len(X)):
                room.x[...] = X[rows]
                play(self._forward(room))
                Z[rows] = room.layers[-1].z
        A[...] = output.forward(Z)
        return Z, A

    def _gradients(self, X: Array, Y: Array) -> list[Layer]:
        gradient, total = np.zeros((2, self.theta.size), X.dtype)
        nablas = cut(gradient, self.sizes)
        with np.errstate(over="ignore"):
            for rows, room in self._rooms(len(X)):
                room.x[...], room.y[...] = X[rows], Y[rows]
                play(self._forward(room))
                play(self._backward(room, nablas, 1 / len(X)))
                total += gradient
        return as_layers(cut(total, self.sizes))

    def _rooms(self, n: int) -> Iterator[tuple[slice, Room]]:
        """Yield slices of ``n`` rows, and room for as many."""
        rooms: dict[int, Room] = {}
        for start in range(0, n, ROWS):
            size = min(ROWS, n - start)
            rooms[size] = rooms.get(size) or Room(self, size)
            yield slice(start, start + size), rooms[size]

    def _evaluate(
        self, X: Array, Y: Array, penalty: Penalty
    ) -> tuple[float, float]:
        cost, right = 0.0, 0
        for rows in (slice(i, i + ROWS) for i in range(0, len(X), ROWS)):
            Z, A = self._outputs(X[rows])
            cost += self._cost.losses(Z, A, Y[rows]).sum().item()
            right += round(training.accuracy(A, Y[rows]) * len(A))
        weights = (part.W for part in self.parts)
        return cost / len(X) + penalty.value(weights), right / len(X)

    def _walker(
        self,
        optimizer: Optimizer | None,
        rng: np.random.Generator,
        own: dict[str, Any],
    ) -> tuple[Any, tuple[Desk]]:
        return self._epoch, self._begin(rng, optimizer, **own)

    def _begin(
        self,
        rng: np.random.Generator,
        optimizer: Optimizer | None = None,
        dropout: float = 0.0,
        augment: Augment | None = None,
    ) -> tuple[Desk]:
        desk = Desk(
            rng,
            checks.check_number("dropout", dropout, below=1),
            augment,
            optimizer or SGD(),
            np.empty_like(self.theta),
        )
        desk.optimizer.begin(blocks(self.theta))
        return (desk,)

    def _step(
        self, n: int, eta: float, penalty: Penalty, desk: Desk
    ) -> tuple[Room, list[Call]]:
        """Return room for ``n`` samples, and the calls of one update.

        Plain gradient descent has its step -η in the output's delta, so
        that what comes out of the products is added as it is.
        """
        room = desk.rooms.get(n) or Room(self, n, desk.dropout)
        desk.rooms[n] = room
        nablas = cut(desk.gradient, self.sizes)
        plain = type(desk.optimizer) is SGD
        scale = -eta if plain else 1.0
        calls: list[Call] = [
            partial(draw_dropout_mask, mask, desk.dropout, desk.rng)
            for mask in room.masks
        ]
        if desk.augment is not None:
            calls.append(partial(desk.augment, room.x, desk.rng))
        calls += self._forward(room)
        calls += self._backward(room, nablas, scale / n)
        calls += self._shrink(nablas, penalty, scale)
        if plain:
            step = partial(np.add, self.theta, desk.gradient, self.theta)
        else:
            both = blocks(self.theta), blocks(desk.gradient)
            step = partial(desk.optimizer.update, *both, eta)
        return room, [*calls, step]

    def _shrink(
        self, nablas: list[Part], penalty: Penalty, scale: float
    ) -> list[Call]:
        """Return the calls that add the penalty's slope, times ``scale``."""
        calls: list[Call] = []
        l2, l1 = (
            scalar(scale * x / penalty.n_train, self.theta)
            for x in (penalty.l2, penalty.l1)
        )
        for part, nabla in zip(self.parts, nablas):
            slope = np.empty_like(part.W) if l2 or l1 else None
            if l2:
                calls.append(partial(np.multiply, part.W, l2, slope))
                calls.append(partial(np.add, nabla.W, slope, nabla.W))
            if l1:
                calls.append(partial(np.sign, part.W, slope))
                calls.append(partial(np.multiply, slope, l1, slope))
                calls.append(partial(np.add, nabla.W, slope, nabla.W))
        return calls

    def _epoch(
        self,
        X: Array,
        Y: Array,
        batches: Batches,
        learning_rate: float,
        penalty: Penalty,
        desk: Desk,
    ) -> None:
        X, Y = np.ascontiguousarray(X), np.ascontiguousarray(Y)
        steps: dict[int, tuple[Room, list[Call]]] = {}
        with np.errstate(over="ignore"):
            for batch in batches:
                n = len(batch)
                if n not in steps:
                    steps[n] = self._step(n, learning_rate, penalty, desk)
                room, calls = steps[n]
                X.take(batch, 0, room.x, "clip")
                Y.take(batch, 0, room.y, "clip")
                for call in calls:
                    call()


def cut(theta: Array, sizes: list[int]) -> list[Part]:
    """Return the layers' views into a vector of all parameters."""
    parts, start = [], 0
    for fan_in, fan_out in pairwise(sizes):
        stop = start + fan_out * (fan_in + 1)
        here = theta[start:stop]
        if start:
            W1 = here.reshape(fan_out, fan_in + 1)
            parts.append(Part(W1, W1[:, :-1], W1[:, -1]))
        else:
            W = here[:-fan_out].reshape(fan_out, fan_in)
            parts.append(Part(W, W, here[-fan_out:]))
        start = stop
    return parts


def as_layers(parts: list[Part]) -> list[Layer]:
    """Return canonical layers: new arrays."""
    return [Layer(part.W.T.copy(), part.b.copy()) for part in parts]
