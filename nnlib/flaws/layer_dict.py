"""Flaws of the layer-dict document, each beside its repair; its training.

References
----------
Vink, "Programming a neural network from scratch", 2017.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlib import gradcheck
from nnlib.activations import (
    Activation,
    CoupledActivation,
    sigmoid,
    sigmoid_derivative,
    softmax,
    softplus,
)
from nnlib.costs import Cost
from nnlib.datasets import digits, one_hot
from nnlib.designs.layer_dict import LayerDict
from nnlib.flaws.flaw import Effect, Flaw, outcome
from nnlib.initializers import lecun_normal
from nnlib.types import Array, Layer, flatten

Rows = NDArray[np.intp]

# The output delta: the slope of the sigmoid, at z or at a = σ(z)?


def slope_at_activation(z: Array) -> Array:
    """Return σ'(a), the slope read at a = σ(z); from 0.1966 to 0.25."""
    return sigmoid_derivative(sigmoid(z))


AT_ACTIVATION = Activation(sigmoid, slope_at_activation)


def small_problem(
    rng: np.random.Generator, n_samples: int = 8
) -> tuple[LayerDict, Array, Array]:
    """Return a network [6, 5, 3], and a batch for it."""
    net = LayerDict.initialize([6, 5, 3], rng=rng)
    X = rng.standard_normal((n_samples, 6))
    return net, X, one_hot(rng.integers(3, size=n_samples), 3)


def cosine(p: Array, q: Array) -> float:
    """Return the cosine of the angle between two vectors of parameters."""
    return (p @ q / np.linalg.norm(p) / np.linalg.norm(q)).item()


def measure_slope(rng: np.random.Generator) -> Effect:
    """Compare the gradients with the cost's, and with cross-entropy's."""
    net, X, Y = small_problem(rng)
    layers = net.to_layers()
    other = LayerDict.from_layers(layers, cost="cross_entropy")
    effect = {}
    for form, slope in [
        ("broken", slope_at_activation),
        ("fixed", sigmoid_derivative),
    ]:
        net.activations[3] = Activation(sigmoid, slope)
        claimed = net.gradients(X, Y)
        report = gradcheck.check(net, X, Y, claimed=claimed)
        entropy = flatten(other.gradients(X, Y))
        effect[form] = {
            "the referee's largest error": report.error,
            "cosine with cross-entropy's": cosine(flatten(claimed), entropy),
        }
    return effect


# The cost whose gradient that is.

SLOPE_AT_0, SLOPE_AT_1 = sigmoid_derivative(np.array([0.0, 1.0])).tolist()
_t, _weights = np.polynomial.legendre.leggauss(12)
NODES, WEIGHTS = (1 + _t) / 2, _weights / 2  # for integrals from 0 to 1


def integral(f: Callable[[Array], Array], start: Array, stop: Array) -> Array:
    """Return ∫ f(s) ds from ``start`` to ``stop``, entry by entry."""
    length = stop - start
    s = start[..., None] + length[..., None] * NODES
    return length * (f(s) @ WEIGHTS)


def implied_loss_from_z(z: Array, y: Array, axis: int = -1) -> Array:
    """Return the loss whose delta is (a - y) σ'(a), with a = σ(z).

    Notes
    -----
    For a target of 1 it is ∫ σ'(s) / s ds from a to 1, for a target of 0
    ∫ σ'(s) / (1 - s) ds from 0 to a; in between it is linear in y. Each is
    a multiple of the cross-entropy, ¼ and σ'(1), and a smooth rest.
    """
    a = sigmoid(z)
    one, nought = np.ones_like(a), np.zeros_like(a)
    if_one = SLOPE_AT_0 * softplus(-z) + integral(
        lambda s: (sigmoid_derivative(s) - SLOPE_AT_0) / s, a, one
    )
    if_nought = SLOPE_AT_1 * softplus(z) + integral(
        lambda s: (sigmoid_derivative(s) - SLOPE_AT_1) / (1 - s), nought, a
    )
    return np.sum(y * if_one + (1 - y) * if_nought, axis=axis)


def implied_loss(a: Array, y: Array, axis: int = -1) -> Array:
    """Return `implied_loss_from_z` of z = ln a - ln(1 - a)."""
    return implied_loss_from_z(np.log(a) - np.log(1 - a), y, axis)


def implied_gradient(a: Array, y: Array) -> Array:
    """∂loss/∂a of the implied loss: (a - y) σ'(a) / (a (1 - a))."""
    return (a - y) * sigmoid_derivative(a) / (a * (1 - a))


class ImpliedCost(Cost):
    """The cost that the document's output delta belongs to."""

    def delta(
        self,
        z: Array,
        a: Array,
        y: Array,
        output: Activation | CoupledActivation,
        axis: int = -1,
    ) -> Array:
        """∂loss/∂z of the output layer: (a - y) σ'(a)."""
        return (a - y) * sigmoid_derivative(a)


IMPLIED = ImpliedCost(
    implied_loss, implied_gradient, loss_from_z=implied_loss_from_z
)


class ImpliedLayerDict(LayerDict):
    """The design with the implied cost, whatever cost it is asked for."""

    @property
    def _cost(self) -> Cost:
        return IMPLIED


# One epoch, as the document walks through it.


def start_as_published(
    sizes: Sequence[int], state: np.random.RandomState, **settings: Any
) -> LayerDict:
    """Return a network with the document's start, drawn from ``state``.

    ``state`` is NumPy's legacy generator; ``RandomState(1)`` gives the
    numbers that ``np.random.seed(1)`` gave.
    """
    layers = [lecun_normal(i, o, state) for i, o in pairwise(sizes)]
    return LayerDict.from_layers(layers, **settings)


def epoch_as_published(
    net: LayerDict,
    X: Array,
    Y: Array,
    learning_rate: float,
    state: np.random.RandomState,
    batch_size: int = 15,
    sum_biases: bool = False,
) -> None:
    """Update ``net`` once per whole batch: weights by sums, biases by means.

    Parameters
    ----------
    X, Y : (n_samples, n_inputs) and (n_samples, n_outputs).
    state : shuffles the rows.
    sum_biases : sum the biases' gradients too.
    """
    order = np.arange(len(X))
    state.shuffle(order)
    for rows in whole_batches(len(X), batch_size):
        batch = order[rows]
        nablas = net.back_prop(*net.feed_forward(X[batch]), Y[batch])
        for i, (dw, db) in nablas.items():
            db = batch_size * db if sum_biases else db
            net.update_w_b(i, batch_size * dw, db, learning_rate)


# Batches: the rows that are left over.


def whole_batches(n_samples: int, batch_size: int) -> Iterator[slice]:
    """Yield the batches that are full; what is left over is left out."""
    for k in range(n_samples // batch_size):
        yield slice(k * batch_size, (k + 1) * batch_size)


def all_batches(n_samples: int, batch_size: int) -> Iterator[slice]:
    """Yield batches until no row is left; the last may be smaller."""
    for start in range(0, n_samples, batch_size):
        yield slice(start, min(start + batch_size, n_samples))


def measure_batches(rng: np.random.Generator) -> Effect:
    """Count rows left out of the 1797, for three sizes of a batch."""
    effect: Effect = {}
    for form, cut in [("broken", whole_batches), ("fixed", all_batches)]:
        effect[form] = {}
        for size in (15, 1000, 2000):
            seen = sum(rows.stop - rows.start for rows in cut(1797, size))
            effect[form][f"rows left out, batches of {size}"] = 1797 - seen
    return effect


# The weights' gradient and the biases': two different multiples.


def sum_beside_mean(net: LayerDict, X: Array, Y: Array) -> list[Layer]:
    """Return gradients summed for the weights, averaged for the biases."""
    return [Layer(len(X) * g.W, g.b) for g in net.gradients(X, Y)]


def mean_beside_mean(net: LayerDict, X: Array, Y: Array) -> list[Layer]:
    """Return gradients averaged over the batch, both of them."""
    return net.gradients(X, Y)


def measure_sum(rng: np.random.Generator) -> Effect:
    """Measure how much the gradients grow if a batch is repeated."""
    net, X, Y = small_problem(rng)
    X2, Y2 = np.vstack([X, X]), np.vstack([Y, Y])
    effect = {}
    for form, gradients in [
        ("broken", sum_beside_mean),
        ("fixed", mean_beside_mean),
    ]:
        once, twice = gradients(net, X, Y), gradients(net, X2, Y2)
        effect[form] = {
            f"{part}, batch repeated ÷ not": float(
                np.linalg.norm(twice[-1][k]) / np.linalg.norm(once[-1][k])
            )
            for k, part in enumerate(["weights", "biases"])
        }
    return effect


# The biases' gradient, as the text has it: delta itself.


def bias_step_by_delta(b: Array, delta: Array, learning_rate: float) -> Array:
    """Return b - η δ, one row per sample: the sum is only implied."""
    return b - learning_rate * delta


def bias_step_by_mean(b: Array, delta: Array, learning_rate: float) -> Array:
    """Return b - η times the mean of δ over the batch."""
    return b - learning_rate * delta.mean(axis=0)


def measure_bias_step(rng: np.random.Generator) -> Effect:
    """Give the shape of three biases after one step on eight samples."""
    b, delta = np.zeros(3), rng.standard_normal((8, 3))
    return {
        form: {"shape of b after a step": step(b, delta, 0.1).shape}
        for form, step in [
            ("broken", bias_step_by_delta),
            ("fixed", bias_step_by_mean),
        ]
    }


# The loss that is printed, and the one whose slope is taken.


def mean_square(a: Array, y: Array) -> float:
    """Return the mean of (a - y)² over samples and units."""
    return np.mean((a - y) ** 2).item()


def half_square_sum(a: Array, y: Array) -> float:
    """Return ½ Σ (a - y)², whose slope at a is a - y."""
    return 0.5 * np.sum((a - y) ** 2).item()


def measure_loss(rng: np.random.Generator) -> Effect:
    """Divide the slope that is used, a - y, by the printed loss's own."""
    a, y, v = rng.random((8, 3)), rng.random((8, 3)), rng.random((8, 3))
    return {
        form: {
            "slope used ÷ slope of the loss": np.sum((a - y) * v).item()
            / gradcheck.central_difference(
                lambda at, loss=loss: loss(at, y), a, v
            )
        }
        for form, loss in [
            ("broken", mean_square),
            ("fixed", half_square_sum),
        ]
    }


# ReLU in place, and its slope in place.


def relu_in_place(z: Array) -> Array:
    """Set what is negative in ``z`` to 0, and return ``z`` itself."""
    z[z < 0] = 0
    return z


def relu_in_new_array(z: Array) -> Array:
    """Return max(z, 0) in an array of its own."""
    return np.maximum(z, 0)


def measure_relu(rng: np.random.Generator) -> Effect:
    """Say what has become of the caller's array."""
    effect = {}
    for form, relu in [
        ("broken", relu_in_place),
        ("fixed", relu_in_new_array),
    ]:
        z = np.array([-1.0, 2.0])
        a = relu(z)
        effect[form] = {
            "z was": "[-1, 2]",
            "z is": _short(z),
            "a is z": a is z,
        }
    return effect


def _short(x: Array) -> str:
    return f"[{', '.join(f'{value:g}' for value in x)}]"


def relu_slope_in_place(z: Array) -> Array:
    """Turn ``z`` into its own slope, 0 or 1, and return ``z`` itself."""
    z[z < 0] = 0
    z[z > 0] = 1
    return z


def relu_slope_in_new_array(z: Array) -> Array:
    """Return the slope, 0 or 1, in an array of its own."""
    return (z > 0).astype(z.dtype)


def measure_relu_slope(rng: np.random.Generator) -> Effect:
    """Go back twice over what one way forward has left, and compare.

    The gradient looked at is the output weights', aᵀ δ, where a and z are
    one array if the ReLU has worked in place.
    """
    z, delta = rng.standard_normal((8, 5)), rng.standard_normal((8, 3))
    effect = {}
    for form, relu, slope in [
        ("broken", relu_in_place, relu_slope_in_place),
        ("fixed", relu_in_new_array, relu_slope_in_new_array),
    ]:
        held = z.copy()
        a = relu(held)
        first = a.T @ delta
        slope(held)
        second = a.T @ delta
        error = np.linalg.norm(second - first) / np.linalg.norm(first)
        effect[form] = {"error of the second gradient": float(error)}
    return effect


# Scores on the rows that were learned.


def score_on_own_rows(net: LayerDict, own: Any, others: Any) -> float:
    """Return the accuracy on the rows that the network has learned from."""
    return net.accuracy(own.X, own.Y)


def score_on_other_rows(net: LayerDict, own: Any, others: Any) -> float:
    """Return the accuracy on rows that the network has not seen."""
    return net.accuracy(others.X, others.Y)


def measure_score(rng: np.random.Generator) -> Effect:
    """Score a network trained on 600 digits, and wait for new ones."""
    data = digits()
    order = rng.permutation(len(data))
    own, others, new = (
        data.take(order[rows])
        for rows in (slice(600), slice(600, 1200), slice(1200, None))
    )
    net = LayerDict.initialize([64, 15, 10], rng=rng, cost="cross_entropy")
    net.fit(own.X, own.Y, epochs=30, batch_size=15, learning_rate=0.3, rng=rng)
    on_new = net.accuracy(new.X, new.Y)
    return {
        form: {"score": score(net, own, others), "on new digits": on_new}
        for form, score in [
            ("broken", score_on_own_rows),
            ("fixed", score_on_other_rows),
        ]
    }


# Formulas of the text.


def delta_times_a(delta: Array, a: Array) -> Array:
    """Return δ aᵀ: for samples in rows, the factors in the wrong order."""
    return delta @ a.T


def a_times_delta(delta: Array, a: Array) -> Array:
    """Return aᵀ δ, (fan_in, fan_out)."""
    return a.T @ delta


def measure_order(rng: np.random.Generator) -> Effect:
    """Try the text's example, three samples, three units and one output."""
    a, delta = rng.random((3, 3)), rng.random((3, 1))
    return {
        form: {"outcome": outcome(product, delta, a)}
        for form, product in [
            ("broken", delta_times_a),
            ("fixed", a_times_delta),
        ]
    }


def bias_inside(x: Array, w: Array, b: float) -> float:
    """Return Σ (x ⊙ w + b): the bias comes once per input."""
    return np.sum(x * w + b).item()


def bias_outside(x: Array, w: Array, b: float) -> float:
    """Return Σ x ⊙ w + b."""
    return np.sum(x * w).item() + b


def measure_bias(rng: np.random.Generator) -> Effect:
    """Count how often the bias is in z, with three inputs."""
    x, w = rng.random(3), rng.random(3)
    return {
        form: {"biases in z": round(z(x, w, 1.0) - z(x, w, 0.0), 9)}
        for form, z in [("broken", bias_inside), ("fixed", bias_outside)]
    }


# Ten outputs, and what they add up to.


def measure_outputs(rng: np.random.Generator) -> Effect:
    """Add up ten outputs in a thousand rows."""
    z = 2 * rng.standard_normal((1000, 10))
    effect = {}
    for form, output in [("broken", sigmoid), ("fixed", softmax)]:
        sums = output(z).sum(axis=1)
        effect[form] = {
            "smallest sum": round(sums.min().item(), 9),
            "largest sum": round(sums.max().item(), 9),
        }
    return effect


# Pixels from 0 to 16.


def raw_digits(X: Array) -> Array:
    """Return the pixels as scikit-learn has them, 0 to 16."""
    return X


def unit_digits(X: Array) -> Array:
    """Return the pixels between 0 and 1."""
    return X / 16


def measure_pixels(rng: np.random.Generator) -> Effect:
    """Measure the outputs' z at the document's start, and their slopes."""
    X = digits(scale="raw").X
    net = LayerDict.initialize([64, 15, 10], rng=rng)
    effect = {}
    for form, scale in [("broken", raw_digits), ("fixed", unit_digits)]:
        z = net.feed_forward(scale(X))[0][3]
        effect[form] = {
            "share with |z| > 5": float(np.mean(abs(z) > 5)),
            "mean slope": float(sigmoid_derivative(z).mean()),
        }
    return effect


_flaw = functools.partial(Flaw, document="layer_dict")

FLAWS = [
    _flaw(
        name="slope-at-the-activation",
        source="MSE.delta: the activation's prime is handed y_pred",
        effect="the gradient is another cost's, close to cross-entropy",
        broken=slope_at_activation,
        fixed=sigmoid_derivative,
        measure=measure_slope,
    ),
    _flaw(
        name="sum-beside-mean",
        source="_update_w_b: dw comes summed, delta is averaged",
        effect="weights learn as many times faster as the batch has rows",
        broken=sum_beside_mean,
        fixed=mean_beside_mean,
        measure=measure_sum,
    ),
    _flaw(
        name="another-loss-printed",
        source="MSE.loss: a mean, beside MSE.prime, the slope of a half sum",
        effect="the printed loss and the gradient differ by a factor",
        broken=mean_square,
        fixed=half_square_sum,
        measure=measure_loss,
    ),
    _flaw(
        name="relu-in-place",
        source="Relu.activation: writes into z",
        effect="z is lost, and the caller's array changes",
        broken=relu_in_place,
        fixed=relu_in_new_array,
        measure=measure_relu,
    ),
    _flaw(
        name="relu-slope-in-place",
        source="Relu.prime: writes into z, which is also a",
        effect="after going back, the activations are zeros and ones",
        broken=relu_slope_in_place,
        fixed=relu_slope_in_new_array,
        measure=measure_relu_slope,
    ),
    _flaw(
        name="whole-batches-only",
        source="fit: x.shape[0] // batch_size batches",
        effect="rows are left out; a batch too large trains on nothing",
        broken=whole_batches,
        fixed=all_batches,
        measure=measure_batches,
    ),
    _flaw(
        name="scored-on-its-own-rows",
        source="validation: the report is on the digits that were learned",
        effect="the score says too much about new digits",
        broken=score_on_own_rows,
        fixed=score_on_other_rows,
        measure=measure_score,
    ),
    _flaw(
        name="digits-unscaled",
        source="validation: pixels from 0 to 16 as they come",
        effect="many outputs start where the sigmoid is nearly flat",
        broken=raw_digits,
        fixed=unit_digits,
        measure=measure_pixels,
    ),
    _flaw(
        name="sigmoids-as-probabilities",
        source="predict: said to return probabilities for every digit",
        effect="ten sigmoids do not add up to 1",
        broken=sigmoid,
        fixed=softmax,
        measure=measure_outputs,
    ),
    _flaw(
        name="delta-times-a",
        source="text: equation 2.5.6 puts delta first",
        effect="the product has no meaning, or another one",
        broken=delta_times_a,
        fixed=a_times_delta,
        measure=measure_order,
    ),
    _flaw(
        name="bias-step-unsummed",
        source="text: equation 2.4.3, the biases' gradient is delta",
        effect="for a batch, b becomes a matrix with a row per sample",
        broken=bias_step_by_delta,
        fixed=bias_step_by_mean,
        measure=measure_bias_step,
    ),
    _flaw(
        name="bias-inside-the-sum",
        source="text: equation 1.1.0, the sum goes over the bias too",
        effect="the bias counts once for each input",
        broken=bias_inside,
        fixed=bias_outside,
        measure=measure_bias,
    ),
]
