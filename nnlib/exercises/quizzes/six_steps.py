"""The quiz of the chapter "Six steps in five designs"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib.designs import FIVE
from nnlib.designs.layer_dict import LayerDict
from nnlib.exercises.quiz import Option, Question
from nnlib.flaws import FLAWS
from nnlib.shapes import shapes
from nnlib.types import Array, flatten

SIZES = [8, 5, 3]


def batch_of(n: int) -> tuple[Array, Array]:
    """Return n random examples, (n, 8) and (n, 3)."""
    rng = np.random.default_rng(0)
    return rng.random((n, 8)), np.eye(3)[rng.integers(3, size=n)]


def doubled(design: str) -> str:
    """Name the arrays that double with the batch, of the first layer."""
    net = FIVE[design].initialize(SIZES, rng=np.random.default_rng(0))
    few, many = (shapes(net, *batch_of(n)) for n in (6, 12))
    grown = [
        key
        for key in ("z", "delta", "nabla_W")
        if np.prod(many[key].shapes[0]) == 2 * np.prod(few[key].shapes[0])
    ]
    return " ".join(grown) or "none"


class WritesInPlace(LayerDict):
    """A layer dict whose update writes into the arrays that it has."""

    def update_w_b(
        self, index: int, dw: Array, db: Array, learning_rate: float, *_: Any
    ) -> None:
        """Take one step, in layer ``index``."""
        self.w[index] -= learning_rate * dw
        self.b[index] -= learning_rate * db


def written_in_place(keep: Callable[[LayerDict], Array]) -> str:
    """Say what differs from `layer_dict` after a step: kept or weights.

    ``keep`` returns the weights of layer 1 that somebody holds on to.
    """
    X, Y = batch_of(6)
    start = LayerDict.initialize(SIZES, rng=np.random.default_rng(0))
    nets = [
        Net.from_layers(start.to_layers())
        for Net in (LayerDict, WritesInPlace)
    ]
    kept = [keep(net) for net in nets]
    for net in nets:
        for i, (dw, db) in net.back_prop(*net.feed_forward(X), Y).items():
            net.update_w_b(i, dw, db, 0.5)
    if not np.array_equal(*(flatten(net.to_layers()) for net in nets)):
        return "the weights"
    return "nothing" if np.array_equal(*kept) else "what was kept"


def updates(batches: Callable[..., list[Array]], n: int) -> int:
    """Return how many batches of n rows these make of n rows."""
    return len(batches(n, n, np.random.default_rng(0)))


def outputs(
    net: LayerDict,
    X: Array,
    product: Callable[[Array, Array], Array] = np.matmul,
    plus: Callable[[Array, Array], Array] = np.add,
    container: Callable[[list[Array]], Any] = tuple,
) -> Array:
    """Return a layer dict's outputs, found with parts of other designs."""
    a, held = X, container([net.w[i] for i in net.w])
    for layer, i in enumerate(net.w):
        z = plus(product(a, held[layer]), net.b[i])
        a = net.activations[i + 1].forward(z)
    return a


def fits(how: dict[str, Callable[..., Any]]) -> bool:
    """Return whether `layer_dict` can do it so, and is right."""
    X, _ = batch_of(6)
    net = LayerDict.initialize(SIZES, rng=np.random.default_rng(0))
    try:
        found = outputs(net, X, **how)
    except ValueError:
        return False
    return np.allclose(found, net.predict(X), rtol=0, atol=1e-14)


def forced() -> str:
    """Name the one change to `layer_dict` that its layout does not allow."""
    changes: dict[str, dict[str, Callable[..., Any]]] = {
        "list": {"container": list},
        "in place": {"plus": lambda Z, b: np.add(Z, b, out=Z)},
        "weights left": {"product": lambda A, W: W @ A},
    }
    (found,) = (name for name, how in changes.items() if not fits(how))
    return found


QUESTIONS = [
    Question(
        name="twice-the-batch",
        text=(
            "The batch grows from 6 examples to 12. Which of these arrays "
            "are twice as large then, in a step of `column_vectors`: the "
            "pre-activations `z`, the deltas, the gradient of the weights?"
        ),
        options=(
            Option(
                "`z` and the deltas",
                "z delta",
                "So it is in the four designs that take a batch at once. "
                "This one takes 12 steps around its loop instead of 6.",
                comes_from=lambda: doubled("row_matrix"),
            ),
            Option(
                "All three",
                "z delta nabla_W",
                "A gradient has the shape of its weights. There would be one "
                "for each example only if nobody added them up.",
                mistake="bias-row/gradient: no sum over the samples",
            ),
            Option(
                "None",
                "none",
                "One column goes through at a time, whatever the batch. What "
                "doubles is how often the loop runs.",
            ),
        ),
        key=lambda: doubled("column_vectors"),
    ),
    Question(
        name="in-place",
        text=(
            "In `layer_dict`'s update, somebody writes `self.w[i] -= ...` "
            "for `self.w[i] = self.w[i] - ...`. What is different after one "
            "step?"
        ),
        options=(
            Option(
                "An array that somebody kept by `kept = net.w[1]`",
                "what was kept",
                "It is the network's own array, and now it moves along. The "
                "network is the same, so no accuracy will ever tell.",
            ),
            Option(
                "The weights: on the way back, layer 1 meets a layer 2 that "
                "has moved",
                "the weights",
                "That comes from an update *inside* the way back. Here all "
                "gradients are there before the first weight moves.",
                mistake="backpropagation/gradients: updated on the way",
            ),
            Option(
                "Nothing: the same numbers are subtracted",
                "nothing",
                "The numbers are the same, the array is not. You would be "
                "right about copies, such as `to_layers()` gives.",
                comes_from=lambda: written_in_place(
                    lambda net: net.to_layers()[0].W
                ),
            ),
        ),
        key=lambda: written_in_place(lambda net: net.w[1]),
    ),
    Question(
        name="one-batch",
        text=(
            "Full-batch descent on 1000 rows, by the loop "
            "`for k in range(0, N - b, b)` with `b = N = 1000`. How many "
            "updates does an epoch take?"
        ),
        options=(
            Option(
                "1",
                1,
                "So it should be. But the range ends *before* $N - b = 0$, "
                "and so before its own first number.",
                mistake="learning/batches: one batch",
                comes_from=lambda: updates(
                    FLAWS["dropped-last-batch"].fixed, 1000
                ),
            ),
            Option(
                "0",
                0,
                "The range is empty. No error is raised, the cost stays "
                "where it is, and it looks as if the network could not learn.",
            ),
            Option(
                "2: one batch, and an empty rest",
                2,
                "A range leaves its end out. If it did not, and reached to "
                "$N$, there would be one of 0 rows.",
                comes_from=lambda: len(range(0, 1000 + 1, 1000)),
            ),
        ),
        key=lambda: updates(FLAWS["dropped-last-batch"].broken, 1000),
    ),
    Question(
        name="layout-or-taste",
        text=(
            "`layer_dict` has its samples in rows. Which of these three "
            "could it *not* take over from another design, with every array "
            "lying as it lies?"
        ),
        options=(
            Option(
                "Layers kept in a list, not in a dictionary",
                "list",
                "That is the container. It decides what a line looks like, "
                "and from which number layers are counted, but not how an "
                "array lies.",
                mistake="layer-dict/keys: layers from 0",
            ),
            Option(
                "A bias that is added in place",
                "in place",
                "Writing into an array hurts where somebody still needs what "
                "was in it. Nobody needs the product without its bias, so "
                "this is a choice, in every layout.",
                mistake="relu-in-place",
            ),
            Option(
                "Weights that stand at the left of the product",
                "weights left",
                "With (6, 8) inputs and (8, 5) weights only one order fits. "
                "The layout forces it; the rest is container and taste.",
            ),
        ),
        key=forced,
    ),
]
