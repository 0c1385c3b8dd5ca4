"""The quiz of the chapter "Backpropagation"."""

from __future__ import annotations

import numpy as np

from nnlib.activations import ACTIVATIONS, sigmoid_derivative
from nnlib.costs import COSTS
from nnlib.designs import DESIGNS
from nnlib.exercises.quiz import Option, Question
from nnlib.tally import operations


def products(n_layers: int) -> int:
    """Return how many matrix products a step of such a network makes."""
    rng, sizes = np.random.default_rng(0), [3] * (n_layers + 1)
    net = DESIGNS["layer_dict"].initialize(sizes, rng=rng)
    X, Y = rng.random((5, 3)), rng.random((5, 3))
    step = operations(net, X, Y)
    return sum(operation.name == "matmul" for operation in step)


def delta_over_error(z: float) -> float:
    """Return delta over a - y, for a sigmoid under the quadratic cost."""
    sigmoid = ACTIVATIONS["sigmoid"]
    z, y = np.array([[z]]), np.array([[0.0]])
    a = sigmoid.forward(z)
    delta = COSTS["quadratic"].delta(z, a, y, sigmoid)
    return (delta / (a - y)).item()


def summed_over_mean(n: int) -> float:
    """Return how much longer a gradient summed over n samples is."""
    rng = np.random.default_rng(0)
    X, Y = rng.random((n, 3)), rng.random((n, 2))
    net = DESIGNS["column_vectors"].initialize([3, 4, 2], rng=rng)
    whole = net.gradients(X, Y)[0].W
    parts = [net.gradients(X[[i]], Y[[i]])[0].W for i in range(n)]
    return (np.linalg.norm(sum(parts)) / np.linalg.norm(whole)).item()


def reach(depth: int) -> float:
    """Return the largest factor that ``depth`` sigmoids let through."""
    slopes = sigmoid_derivative(np.linspace(-5, 5, 1001))
    return (slopes.max() ** depth).item()


QUESTIONS = [
    Question(
        name="one-factor",
        text=(
            "A sigmoid output unit has $z = 0$. The cost is quadratic. What "
            "is its delta, in units of its error $a - y$?"
        ),
        options=(
            Option(
                "1: delta is the error",
                1.0,
                "That is the delta of the cross-entropy, where the slope "
                "cancels. Under the quadratic cost the slope stays.",
                mistake="backpropagation/output-delta: no slope",
            ),
            Option(
                "¼",
                0.25,
                "The slope of the sigmoid at 0 is $½ · (1 − ½)$, and this is "
                "the most that it ever is.",
            ),
            Option(
                "0, as the slope is taken at $z (1 - z)$",
                0.0,
                "The slope is $a (1 - a)$, with the activation. You put the "
                "pre-activation into it.",
                mistake="backpropagation/output-delta: slope of z itself",
                comes_from=lambda: 0.0 * (1 - 0.0),
            ),
        ),
        key=lambda: delta_over_error(0.0),
    ),
    Question(
        name="products",
        text=(
            "A network has three layers of weights. How many matrix products "
            "does one step of training need, forward and back together?"
        ),
        options=(
            Option(
                "6",
                6,
                "You counted the way back as one product a layer. It is two: "
                "one for the weights' slopes, one for the delta before.",
                comes_from=lambda: 3 + 3,
            ),
            Option(
                "8",
                8,
                "Three forward, three for the slopes, and two to carry the "
                "delta back: the first layer's has nowhere to go.",
            ),
            Option(
                "9",
                9,
                "Nearly. Below the first layer there are only the data, and "
                "nobody asks for a delta of the data.",
                comes_from=lambda: 3 * 3,
            ),
        ),
        key=lambda: products(3),
    ),
    Question(
        name="sum-or-mean",
        text=(
            "Someone adds the gradients of 10 samples up and forgets to "
            "divide. How long is the result, compared to the gradient of the "
            "mean cost?"
        ),
        options=(
            Option(
                "10 times",
                10.0,
                "Each sample's share was to be a tenth. With one sample in "
                "the batch nobody would notice.",
            ),
            Option(
                "100 times",
                100.0,
                "The factor comes in once, not twice: the sum is $n$ times "
                "the mean.",
                comes_from=lambda: 10.0**2,
            ),
            Option(
                "The same: a gradient is a direction",
                1.0,
                "A gradient has a length as well, and the step is the "
                "learning rate times it.",
                mistake="backpropagation/layer-gradients: no mean",
            ),
        ),
        key=lambda: summed_over_mean(10),
    ),
    Question(
        name="four-sigmoids",
        text=(
            "A delta goes back through four layers of sigmoids, and every "
            "weight on its way is 1. How much of it is left, at best?"
        ),
        options=(
            Option(
                "All of it: the weights are 1",
                1.0,
                "The weights let it through. The slopes do not: each sigmoid "
                "multiplies by ¼ at most.",
                mistake="backpropagation/hidden-delta: no slope",
            ),
            Option(
                "A sixteenth",
                1 / 16,
                "Four quarters are multiplied, not added: $¼^4$, not "
                "$1 / (4 · 4)$.",
                comes_from=lambda: 1 / (4 * 4),
            ),
            Option(
                "Less than half a percent",
                1 / 256,
                "$¼^4 = 1/256$, and that is the best case: away from $z = 0$ "
                "the slopes are smaller.",
            ),
        ),
        key=lambda: reach(4),
    ),
]
