"""Flaws of the bias-row-softmax document, each beside its repair.

References
----------
Varma, "Implementing a Neural Network in Python", 2017.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from itertools import islice
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlib import gradcheck
from nnlib.activations import softmax
from nnlib.costs import COSTS
from nnlib.datasets import mnist, one_hot
from nnlib.designs.bias_row_softmax import LAYOUT, BiasRowSoftmax
from nnlib.flaws.flaw import Effect, Flaw, outcome
from nnlib.initializers import uniform
from nnlib.regularizers import Penalty, dropout_mask
from nnlib.training import minibatches
from nnlib.types import Array, Layer

Rows = NDArray[np.intp]


def small_problem(
    rng: np.random.Generator, n_samples: int = 20
) -> tuple[BiasRowSoftmax, Array, Array]:
    """Return a network [6, 30, 3], and a batch for it."""
    net = BiasRowSoftmax.initialize([6, 30, 3], rng=rng)
    X = rng.standard_normal((n_samples, 6))
    return net, X, one_hot(rng.integers(3, size=n_samples), 3)


# The softmax, and the logarithm of what it rounded to 0.


def softmax_as_written(z: Array, axis: int = -1) -> Array:
    """Return exp(z) / Σ exp(z), each exponential as it comes."""
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(z)
        return e / e.sum(axis=axis, keepdims=True)


def measure_softmax(rng: np.random.Generator) -> Effect:
    """Return the first output of z = (700, 0), and of z = (1000, 0)."""
    return {
        form: {
            f"first output of ({top}, 0)": f(np.array([top, 0.0]))[0].item()
            for top in (700, 1000)
        }
        for form, f in [("broken", softmax_as_written), ("fixed", softmax)]
    }


def loss_from_outputs(z: Array, y: Array) -> Array:
    """Return -Σ y ln a, with a = softmax(z)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.sum(y * np.log(softmax(z)), axis=-1)


def loss_from_z(z: Array, y: Array) -> Array:
    """Return Σ y (ln Σ exp(z) - z): the same, a left out."""
    return COSTS["log_likelihood"].losses(z, z, y)


def measure_log(rng: np.random.Generator) -> Effect:
    """Return the loss of a sure network, when it is wrong and right."""
    z, classes = np.array([750.0, 0.0]), np.eye(2)
    return {
        form: {
            "wrong by 750": loss(z, classes[1]).item(),
            "right by 750": loss(z, classes[0]).item(),
        }
        for form, loss in [
            ("broken", loss_from_outputs),
            ("fixed", loss_from_z),
        ]
    }


def loss_to_base_ten(p: float) -> float:
    """Return -log₁₀ p, as the document's example has it."""
    return float(-np.log10(p))


def loss_to_base_e(p: float) -> float:
    """Return -ln p, as its program has it."""
    return float(-np.log(p))


def measure_base(rng: np.random.Generator) -> Effect:
    """Return the loss of a right class that got 0.2, and the program's."""
    program = COSTS["log_likelihood"].loss(np.array([0.2]), np.ones(1), -1)
    return {
        form: {"loss": loss(0.2), "program": program.item()}
        for form, loss in [
            ("broken", loss_to_base_ten),
            ("fixed", loss_to_base_e),
        ]
    }


# How many rows are in a batch, in which order, and how they are added up.


def pieces(n_samples: int, minibatch_size: int) -> list[Rows]:
    """Cut the rows into ``minibatch_size`` pieces."""
    return np.array_split(np.arange(n_samples), minibatch_size)


def batches_of(n_samples: int, minibatch_size: int) -> list[Rows]:
    """Cut the rows into batches of ``minibatch_size``."""
    stops = range(minibatch_size, n_samples, minibatch_size)
    return np.split(np.arange(n_samples), stops)


def measure_size(rng: np.random.Generator) -> Effect:
    """Rows in a batch of 60,000, for the default 1 and for 500."""
    return {
        form: {
            f"minibatch_size={size}": len(cut(60_000, size)[0])
            for size in (1, 500)
        }
        for form, cut in [("broken", pieces), ("fixed", batches_of)]
    }


def in_order(
    n_samples: int, batch_size: int, rng: np.random.Generator
) -> Iterator[Rows]:
    """Yield the rows as they come, a batch at a time; no ``rng`` asked."""
    yield from batches_of(n_samples, batch_size)


def measure_order(rng: np.random.Generator) -> Effect:
    """Classes in a batch of 100, when 1000 rows are sorted by class."""
    labels = np.repeat(np.arange(10), 100)
    return {
        form: {
            "classes in a batch": np.mean(
                [len(set(labels[rows])) for rows in walk(1000, 100, rng)]
            ).item()
        }
        for form, walk in [("broken", in_order), ("fixed", minibatches)]
    }


def summed_gradients(net: BiasRowSoftmax, X: Array, Y: Array) -> list[Layer]:
    """Add up the rows' gradients."""
    one_by_one = [net.gradients(x[None], y[None]) for x, y in zip(X, Y)]
    return [
        Layer(*(np.sum(parts, axis=0) for parts in zip(*layer)))
        for layer in zip(*one_by_one)
    ]


def mean_gradients(net: BiasRowSoftmax, X: Array, Y: Array) -> list[Layer]:
    """Return the gradient of the rows' mean loss, which is the cost."""
    return net.gradients(X, Y)


def measure_sum(rng: np.random.Generator) -> Effect:
    """Length of the gradient when all rows are there twice, over once."""
    net, X, Y = small_problem(rng)
    effect = {}
    for form, gradients in [
        ("broken", summed_gradients),
        ("fixed", mean_gradients),
    ]:
        once, twice = (
            gradients(net, np.tile(X, (k, 1)), np.tile(Y, (k, 1)))[0].W
            for k in (1, 2)
        )
        ratio = np.linalg.norm(twice) / np.linalg.norm(once)
        effect[form] = {"twice the rows, times the step": float(ratio)}
    return effect


# The learning rate's decay.


def rates_compounding(eta: float, decay: float) -> Iterator[float]:
    """Yield the rate of each epoch: the last one's, divided."""
    epoch = 0
    while True:
        eta /= 1 + decay * epoch
        yield eta
        epoch += 1


def rates_from_first(eta: float, decay: float) -> Iterator[float]:
    """Yield the rate of each epoch: the first one's, divided."""
    epoch = 0
    while True:
        yield eta / (1 + decay * epoch)
        epoch += 1


def measure_decay(rng: np.random.Generator) -> Effect:
    """Share of the rate that is left in epoch 1000, and in 10,000."""
    effect: Effect = {"broken": {}, "fixed": {}}
    for form, rates in [
        ("broken", rates_compounding),
        ("fixed", rates_from_first),
    ]:
        for epoch in (1000, 10_000):
            left = next(islice(rates(1.0, 1e-5), epoch, None))
            effect[form][f"left in epoch {epoch}"] = left
    return effect


def fit_on_its_attribute(
    net: SimpleNamespace, decay: float, epochs: int
) -> list[float]:
    """Walk through the epochs' rates, and keep the last as one's own."""
    used = []
    for epoch in range(epochs):
        net.learning_rate /= 1 + decay * epoch
        used.append(net.learning_rate)
    return used


def fit_on_a_local(
    net: SimpleNamespace, decay: float, epochs: int
) -> list[float]:
    """Walk through the epochs' rates, and keep nothing."""
    return list(islice(rates_from_first(net.learning_rate, decay), epochs))


def measure_second_fit(rng: np.random.Generator) -> Effect:
    """Return the first rate of a first and of a second run of 10 epochs."""
    effect: Effect = {}
    for form, fit in [
        ("broken", fit_on_its_attribute),
        ("fixed", fit_on_a_local),
    ]:
        net = SimpleNamespace(learning_rate=1.0)
        effect[form] = {
            f"{run} run begins at": fit(net, 0.1, 10)[0]
            for run in ("first", "second")
        }
    return effect


# Momentum: what is remembered of the past.

Momentum = Callable[[Any, Any, float], tuple[Any, Any]]


def momentum_of_one_step(
    slope: Any, memory: Any, momentum: float
) -> tuple[Any, Any]:
    """Return the step, and the slope alone to remember."""
    return slope + momentum * memory, slope


def momentum_of_all_steps(
    slope: Any, memory: Any, momentum: float
) -> tuple[Any, Any]:
    """Return the step, and the whole step to remember: the velocity."""
    velocity = momentum * memory + slope
    return velocity, velocity


def gain(method: Momentum, momentum: float, n_steps: int = 1000) -> float:
    """Return what the step is in the end, if the slope is 1 all along."""
    step, memory = 0.0, 0.0
    for _ in range(n_steps):
        step, memory = method(1.0, memory, momentum)
    return step


def descend(
    method: Momentum,
    momentum: float,
    learning_rate: float,
    curvatures: Array,
    n_steps: int,
) -> Array:
    """Return the costs ½ Σ κ θ² on the way down from θ = 1.

    ``curvatures`` is (n_directions,), what comes back (n_steps + 1,).
    """
    theta, memory = np.ones_like(curvatures), 0 * curvatures
    costs = [curvatures @ theta**2 / 2]
    for _ in range(n_steps):
        step, memory = method(curvatures * theta, memory, momentum)
        theta = theta - learning_rate * step
        costs.append(curvatures @ theta**2 / 2)
    return np.array(costs)


def is_stable(method: Momentum, momentum: float, eta_kappa: float) -> bool:
    """Say whether one step, seen as a matrix, shrinks (θ, memory)."""
    columns = []
    for theta, memory in [(1.0, 0.0), (0.0, 1.0)]:
        step, memory = method(eta_kappa * theta, memory, momentum)
        columns.append([theta - step, memory])
    return bool(max(abs(np.linalg.eigvals(np.array(columns).T))) < 1)


def stability_limit(method: Momentum, momentum: float) -> float:
    """Return the largest stable learning rate times curvature, to 1e-3."""
    grid = np.arange(0.001, 5, 0.001)
    unstable = [not is_stable(method, momentum, x) for x in grid]
    return float(grid[int(np.argmax(unstable))])


VALLEY = np.array([1.0, 100.0])  # curvatures, a hundred times apart


def measure_momentum(rng: np.random.Generator) -> Effect:
    """Gain on a constant slope, steps down a valley, and the limit."""
    effect: Effect = {}
    for form, method in [
        ("broken", momentum_of_one_step),
        ("fixed", momentum_of_all_steps),
    ]:
        costs = descend(method, 0.9, 0.008, VALLEY, 1000)
        effect[form] = {
            "gain": gain(method, 0.9),
            "steps to 1e-6": int(np.flatnonzero(costs >= 1e-6)[-1]) + 1,
            "stability limit": stability_limit(method, 0.9),
        }
    return effect


# The penalty of a batch.


def penalty_per_batch(
    W: Array, l2: float, batch_size: int, n_train: int
) -> Array:
    """Return λ W beside the *sum* of a batch's gradients."""
    return l2 * W


def penalty_per_sample(
    W: Array, l2: float, batch_size: int, n_train: int
) -> Array:
    """Return each sample's share of it, λ W / N, for the whole batch."""
    return batch_size * Penalty(l2=l2, n_train=n_train).gradient(W)


def measure_penalty(rng: np.random.Generator) -> Effect:
    """Add up an epoch's slopes of the penalty, over the cost's λ W."""
    W, effect = rng.uniform(0.1, 1, (3, 4)), {}
    for form, slope in [
        ("broken", penalty_per_batch),
        ("fixed", penalty_per_sample),
    ]:
        effect[form] = {
            f"strength, minibatch_size={n}": float(
                np.mean(n * slope(W, 0.1, 60_000 // n, 60_000) / (0.1 * W))
            )
            for n in (1, 50, 500)
        }
    return effect


# Dropout.


def backprop_without_masks(
    net: BiasRowSoftmax, X: Array, Y: Array, masks: list[Array]
) -> list[Array]:
    """Go forward with the masks, and back as if there were none."""
    A1s, Zs, A = net.forward(X, masks)
    columns = [A1s[0].T, *A1s[1:]]  # (1 + fan_in, n) each
    delta = A - Y.T  # softmax and log-likelihood
    nablas = [delta @ columns[-1].T / len(X)]
    for layer in reversed(range(1, len(Zs))):
        pulled = (net.weights[layer].T @ delta)[1:]  # a mask belongs here
        f = net._activations[layer - 1]
        delta = f.backward(Zs[layer - 1], pulled, axis=0)
        nablas.insert(0, delta @ columns[layer - 1].T / len(X))
    return nablas


def backprop_with_masks(
    net: BiasRowSoftmax, X: Array, Y: Array, masks: list[Array]
) -> list[Array]:
    """Go both ways with the same masks."""
    return net.backprop(X, Y, masks)


def thinned(net: BiasRowSoftmax, masks: list[Array]) -> BiasRowSoftmax:
    """Return the network with these masks held still, for the referee."""

    class Thinned(BiasRowSoftmax):
        def _outputs(self, X: Array) -> tuple[Array, Array]:
            _, Zs, A = self.forward(X, masks)
            return Zs[-1].T, A.T

        def _gradients(self, X: Array, Y: Array) -> list[Layer]:
            return [LAYOUT.unpack(W1) for W1 in self.backprop(X, Y, masks)]

    return Thinned(net.to_layers(), **vars(net.settings))


def measure_mask(rng: np.random.Generator) -> Effect:
    """Ask the referee, the masks held still, about the first layer."""
    net, X, Y = small_problem(rng)
    masks = [dropout_mask((30, len(X)), 0.5, rng)]
    still, effect = thinned(net, masks), {}
    for form, backprop in [
        ("broken", backprop_without_masks),
        ("fixed", backprop_with_masks),
    ]:
        claimed = [LAYOUT.unpack(W1) for W1 in backprop(net, X, Y, masks)]
        report = gradcheck.check(still, X, Y, claimed=claimed)
        effect[form] = {row.name: row.error for row in report.rows}
    return effect


def mask_everything(
    A1: Array, dropout: float, rng: np.random.Generator
) -> Array:
    """Drop rows' entries out of A1 (1 + fan_in, n), the ones among them."""
    return A1 * dropout_mask(A1.shape, dropout, rng)


def mask_units(A1: Array, dropout: float, rng: np.random.Generator) -> Array:
    """Drop units' activations, and leave the ones alone."""
    mask = dropout_mask(A1.shape, dropout, rng)
    mask[0] = 1
    return A1 * mask


def measure_ones(rng: np.random.Generator) -> Effect:
    """What becomes of the ones that meet the biases."""
    A1 = np.ones((31, 1000))
    return {
        form: {
            "values": np.unique(mask(A1, 0.5, rng)[0]).tolist(),
            "kept": float(np.mean(mask(A1, 0.5, rng)[0] > 0)),
        }
        for form, mask in [("broken", mask_everything), ("fixed", mask_units)]
    }


def mask_keeping(
    shape: tuple[int, ...], p: float, rng: np.random.Generator
) -> Array:
    """Keep a unit with probability p, which is called what is dropped."""
    return (rng.random(shape) < p) / p


def measure_share(rng: np.random.Generator) -> Effect:
    """Share of units set to 0 when asked to set 0.8 of them."""
    return {
        form: {"set to 0": float(np.mean(mask((300, 300), 0.8, rng) == 0))}
        for form, mask in [("broken", mask_keeping), ("fixed", dropout_mask)]
    }


def mask_drawn_with_half(
    shape: tuple[int, ...], p: float, rng: np.random.Generator
) -> Array:
    """Divide by p, but keep half of the units whatever p is."""
    return (rng.random(shape) < 0.5) / p


def measure_scale(rng: np.random.Generator) -> Effect:
    """Mean factor on an activation, with 0.8 to be kept; 1 keeps it."""
    return {
        form: {"mean factor": float(mask((300, 300), 0.8, rng).mean())}
        for form, mask in [
            ("broken", mask_drawn_with_half),
            ("fixed", mask_keeping),
        ]
    }


def dropout_needing_p(A: Array, p: float) -> Array:
    """Return A / p, if somebody says what p is."""
    return A / p


def dropout_knowing_p(A: Array, p: float = 0.5) -> Array:
    """Return A / p."""
    return A / p


def measure_call(rng: np.random.Generator) -> Effect:
    """Say what comes of the document's call, with one argument."""
    return {
        form: {"outcome": outcome(dropout, rng.random(3))}
        for form, dropout in [
            ("broken", dropout_needing_p),
            ("fixed", dropout_knowing_p),
        ]
    }


# What goes in: pixels and labels.


def first_z_raw(images: Array, layer: Layer) -> Array:
    """Return the hidden Z of pixels from 0 to 255, weights from U(-1, 1)."""
    return images @ layer.W + layer.b


def first_z_scaled(images: Array, layer: Layer) -> Array:
    """Return it for pixels from 0 to 1 and weights over √fan_in."""
    return images / 255 @ layer.W / np.sqrt(len(layer.W)) + layer.b


def slope_as_written(Z: Array) -> Array:
    """Return 1 - tanh²(z), which rounds to 0 where tanh(z) rounds to 1."""
    return 1 - np.tanh(Z) ** 2


def measure_pixels(rng: np.random.Generator) -> Effect:
    """Saturation of 30 hidden units on 1000 images, before training."""
    X, layer = mnist("train", 1000, scale="raw").X, uniform(784, 30, rng)
    effect = {}
    for form, first_z in [("broken", first_z_raw), ("fixed", first_z_scaled)]:
        Z = first_z(X, layer)
        effect[form] = {
            "standard deviation of z": float(Z.std()),
            "share with |tanh| > 0.99": float(np.mean(abs(np.tanh(Z)) > 0.99)),
            "share of slopes that are 0": float(
                np.mean(slope_as_written(Z) == 0)
            ),
        }
    return effect


def encode_unchecked(labels: Any, n_classes: int) -> Array:
    """Put a 1 where the label says, counted from the end if negative."""
    Y = np.zeros((n_classes, len(labels)))
    Y[labels, range(len(labels))] = 1
    return Y


def measure_labels(rng: np.random.Generator) -> Effect:
    """Say what comes of a label -1, and of labels that are floats."""
    return {
        form: {
            "label -1": outcome(encode, np.array([3, -1]), 9),
            "label 3.0": outcome(encode, np.array([3.0]), 9),
        }
        for form, encode in [("broken", encode_unchecked), ("fixed", one_hot)]
    }


# What is printed, and what is written down.


def loss_of_the_last_batch(
    net: BiasRowSoftmax, X: Array, Y: Array, masks: list[Array]
) -> float:
    """Return the mean loss of the last tenth, units dropped."""
    last = slice(-(len(X) // 10), None)
    few = [mask[:, last] for mask in masks]
    return thinned(net, few).cost(X[last], Y[last])


def loss_of_all(
    net: BiasRowSoftmax, X: Array, Y: Array, masks: list[Array]
) -> float:
    """Return the mean loss of all rows, with all units."""
    return net.cost(X, Y)


def measure_report(rng: np.random.Generator) -> Effect:
    """Return the reported cost, over the cost."""
    net, X, Y = small_problem(rng, n_samples=200)
    masks = [dropout_mask((30, len(X)), 0.5, rng)]
    return {
        form: {"reported over true": report(net, X, Y, masks) / net.cost(X, Y)}
        for form, report in [
            ("broken", loss_of_the_last_batch),
            ("fixed", loss_of_all),
        ]
    }


def outputs_from_inputs(net: BiasRowSoftmax, X: Array) -> Array:
    """Multiply the output layer's weights with the first layer's input."""
    A1s, _, _ = net.forward(X)
    return net.weights[1] @ A1s[0]


def outputs_from_hidden(net: BiasRowSoftmax, X: Array) -> Array:
    """Multiply them with the hidden layer's activations."""
    A1s, _, _ = net.forward(X)
    return net.weights[1] @ A1s[1]


def measure_products(rng: np.random.Generator) -> Effect:
    """Say whether the product of the two arrays exists."""
    net, X, _ = small_problem(rng)
    return {
        form: {"outcome": outcome(outputs, net, X)}
        for form, outputs in [
            ("broken", outputs_from_inputs),
            ("fixed", outputs_from_hidden),
        ]
    }


def slope_of_a_stale_cost(
    net: BiasRowSoftmax, X: Array, Y: Array, l2: float, h: float = 1e-6
) -> float:
    """Move the weights and measure, with the outputs of before."""
    loss = net.cost(X, Y)
    norms = [
        sum(np.sum((W + step) ** 2) for W, _ in net.to_layers())
        for step in (h, -h)
    ]
    plus, minus = (loss + l2 / (2 * len(X)) * norm for norm in norms)
    return float((plus - minus) / (2 * h))


def slope_of_the_cost(
    net: BiasRowSoftmax, X: Array, Y: Array, l2: float, h: float = 1e-6
) -> float:
    """Move the weights, go forward again, and measure."""

    def cost(step: float) -> float:
        moved = [Layer(W + step, b) for W, b in net.to_layers()]
        return net.with_layers(moved).cost(X, Y, l2=l2)

    return (cost(h) - cost(-h)) / (2 * h)


def measure_check(rng: np.random.Generator) -> Effect:
    """Error of the measured slope, all weights moved together."""
    net, X, Y = small_problem(rng)
    true = sum(nabla.W.sum() for nabla in net.gradients(X, Y, l2=0.1))
    return {
        form: {"relative error": abs(slope(net, X, Y, 0.1) / true - 1).item()}
        for form, slope in [
            ("broken", slope_of_a_stale_cost),
            ("fixed", slope_of_the_cost),
        ]
    }


_flaw = functools.partial(Flaw, document="bias_row_softmax")

FLAWS = [
    _flaw(
        name="softmax-overflow",
        source="softmax: exponentials of z as it is",
        effect="from z = 710 on an output is not a number",
        broken=softmax_as_written,
        fixed=softmax,
        measure=measure_softmax,
    ),
    _flaw(
        name="log-of-zero",
        source="get_cost: the logarithm of the softmax",
        effect="a sure network's loss is infinite, or not a number",
        broken=loss_from_outputs,
        fixed=loss_from_z,
        measure=measure_log,
    ),
    _flaw(
        name="base-ten-example",
        source="text: the worked example of the loss",
        effect="the example's loss is the program's divided by ln 10",
        broken=loss_to_base_ten,
        fixed=loss_to_base_e,
        measure=measure_base,
    ),
    _flaw(
        name="size-is-pieces",
        source="fit: np.array_split into minibatch_size pieces",
        effect="minibatch_size=1 is one batch of everything",
        broken=pieces,
        fixed=batches_of,
        measure=measure_size,
    ),
    _flaw(
        name="never-shuffled",
        source="fit: batches of consecutive rows, the same every epoch",
        effect="on sorted data a batch has one class",
        broken=in_order,
        fixed=minibatches,
        measure=measure_order,
    ),
    _flaw(
        name="summed-gradient",
        source="backprop: products that add up over the batch",
        effect="the step is as many times longer as the batch has rows",
        broken=summed_gradients,
        fixed=mean_gradients,
        measure=measure_sum,
    ),
    _flaw(
        name="compounding-decay",
        source="fit: learning_rate /= 1 + decay_rate * i",
        effect="the rate is gone long before the decay says so",
        broken=rates_compounding,
        fixed=rates_from_first,
        measure=measure_decay,
    ),
    _flaw(
        name="decay-outlives-fit",
        source="fit: the decayed rate is kept as the network's own",
        effect="a second run begins at the rate that the first ended with",
        broken=fit_on_its_attribute,
        fixed=fit_on_a_local,
        measure=measure_second_fit,
    ),
    _flaw(
        name="one-step-momentum",
        source="fit: remembers the last update, without its memory",
        effect="pulls 1.9 times instead of 10 times at 0.9, and less stably",
        broken=momentum_of_one_step,
        fixed=momentum_of_all_steps,
        measure=measure_momentum,
    ),
    _flaw(
        name="penalty-per-batch",
        source="backprop: adds l2 times the weights in every batch",
        effect="the penalty is as many times stronger as there are batches",
        broken=penalty_per_batch,
        fixed=penalty_per_sample,
        measure=measure_penalty,
    ),
    _flaw(
        name="mask-missing-backward",
        source="backprop: the hidden slope has no dropout mask",
        effect="the first layer's gradient is another network's",
        broken=backprop_without_masks,
        fixed=backprop_with_masks,
        measure=measure_mask,
    ),
    _flaw(
        name="dropped-ones",
        source="forward: dropout after the ones are added",
        effect="every other bias is off, and the rest are doubled",
        broken=mask_everything,
        fixed=mask_units,
        measure=measure_ones,
    ),
    _flaw(
        name="keeps-what-it-should-drop",
        source="compute_dropout: p is what is kept, not what is dropped",
        effect="asked to set 0.8 of the units to 0, it sets 0.2",
        broken=mask_keeping,
        fixed=dropout_mask,
        measure=measure_share,
    ),
    _flaw(
        name="mask-drawn-with-half",
        source="compute_dropout, in the repository in 2018: keeps 0.5 always",
        effect="the activations shrink or grow, for any other p",
        broken=mask_drawn_with_half,
        fixed=mask_keeping,
        measure=measure_scale,
    ),
    _flaw(
        name="dropout-needs-p",
        source="forward: calls compute_dropout without its p",
        effect="raises TypeError as soon as dropout is asked for",
        broken=dropout_needing_p,
        fixed=dropout_knowing_p,
        measure=measure_call,
    ),
    _flaw(
        name="raw-pixels-tanh",
        source="init_weights: weights from U(-1, 1), for pixels up to 255",
        effect="nearly every slope of the hidden layer is exactly 0",
        broken=first_z_raw,
        fixed=first_z_scaled,
        measure=measure_pixels,
    ),
    _flaw(
        name="labels-unchecked",
        source="encode_labels: a label is used as an index",
        effect="label -1 becomes the last class, silently",
        broken=encode_unchecked,
        fixed=one_hot,
        measure=measure_labels,
    ),
    _flaw(
        name="last-batch-loss",
        source="fit: prints the cost of the last batch, units dropped",
        effect="what is printed is not the cost of the network",
        broken=loss_of_the_last_batch,
        fixed=loss_of_all,
        measure=measure_report,
    ),
    _flaw(
        name="outputs-from-inputs",
        source="text: the pseudo-code of the forward pass, z3",
        effect="the product of the two arrays does not exist",
        broken=outputs_from_inputs,
        fixed=outputs_from_hidden,
        measure=measure_products,
    ),
    _flaw(
        name="stale-gradient-check",
        source="gradient check, later in the repository: old outputs kept",
        effect="measures the penalty's slope alone, whatever the gradient",
        broken=slope_of_a_stale_cost,
        fixed=slope_of_the_cost,
        measure=measure_check,
    ),
]
