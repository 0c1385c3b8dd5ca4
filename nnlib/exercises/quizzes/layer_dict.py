"""The quiz of the chapter "A dictionary per layer"."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.activations import ACTIVATIONS, sigmoid_derivative
from nnlib.designs.layer_dict import LayerDict
from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question
from nnlib.flaws.layer_dict import (
    mean_beside_mean,
    slope_at_activation,
    small_problem,
    sum_beside_mean,
)
from nnlib.types import Array, Layer

IN_TERMS_OF_A = {
    "relu": lambda a: a > 0,
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a**2,
}


def weights_before(key: int) -> int:
    """Return the key of the weights that make ``z[key]``, by looking."""
    rng = np.random.default_rng(0)
    net = LayerDict.initialize([6, 5, 4, 3], rng=rng)
    z, a = net.feed_forward(rng.random((2, 6)))
    (found,) = [
        i
        for i, w in net.w.items()
        if w.shape[1] == z[key].shape[1]
        and np.allclose(a[i] @ w + net.b[i], z[key])
    ]
    return found


def length(z: float) -> str:
    """Say how long the post's delta is, over the right one."""
    at = np.array([z])
    ratio = (slope_at_activation(at) / sigmoid_derivative(at)).item()
    return "longer" if ratio > 100 else "alike" if ratio > 0.9 else "shorter"


def rates(claim: Callable[..., list[Layer]], batch_size: int = 15) -> Array:
    """Return the rates at which means would make this program's steps."""
    net, X, Y = small_problem(np.random.default_rng(0), batch_size)
    claimed, means = claim(net, X, Y)[0], net.gradients(X, Y)[0]
    return 0.001 * np.array(
        [np.linalg.norm(p) / np.linalg.norm(q) for p, q in zip(claimed, means)]
    )


def survivors(by_activation: bool = False) -> str:
    """Return the functions that may work in place.

    ``by_activation`` takes the slopes as formulas in the activation.
    """
    z, found = np.linspace(-2, 2, 9), []
    for name, in_terms_of_a in IN_TERMS_OF_A.items():
        f = ACTIVATIONS[name]
        slope = in_terms_of_a if by_activation else f.derivative
        if np.allclose(slope(f.function(z)), f.derivative(z)):
            found.append(name)
    return ", ".join(found)


def fallen(digit: int) -> str:
    """Return which scores of a digit fall when each 8 is read as a 3."""
    labels = np.arange(10).repeat(3)
    answers = np.where(labels == 8, 3, labels)
    scores = EXERCISES["layer-dict/report"].answer(labels, answers, 10)
    names = ("precision", "recall")
    low = [name for name, s in zip(names, scores) if s[digit] < 1]
    return " and ".join(low) or "neither"


QUESTIONS = [
    Question(
        name="what-made-it",
        text=(
            "A network has the sizes [64, 24, 15, 10]. Which weights made "
            "`z[3]`?"
        ),
        options=(
            Option(
                "`w[3]`",
                3,
                "In the book's letters $\\mathbf{W}^l$ makes $\\mathbf{z}^l$. "
                "Here the weights lie under the layer that they leave.",
                mistake="layer-dict/keys: sums under the layer they leave",
            ),
            Option(
                "`w[2]`",
                2,
                "They leave layer 2 and reach layer 3. In the book's letters, "
                "which count the input as 0, both are called 2.",
            ),
            Option(
                "`w[1]`",
                1,
                "You took one off for the key and one more for the input. "
                "The design counts the input as layer 1 in both.",
                comes_from=lambda: weights_before(3) - 1,
            ),
        ),
        key=lambda: weights_before(3),
    ),
    Question(
        name="badly-wrong",
        text=(
            "An output should say 0, and says nearly 1: its $z$ is 8. One "
            "program takes the sigmoid's slope at $z$, the other, by mistake, "
            "at $a$. How long is the second one's delta?"
        ),
        options=(
            Option(
                "About as long: the slip was not noticed, after all",
                "alike",
                "Near $z = 0$ it is, where both slopes are about ¼. At "
                "$z = 8$ the sigmoid is flat, and its slope at $a ≈ 1$ is "
                "still a fifth.",
                comes_from=lambda: length(0.0),
            ),
            Option(
                "Shorter: a wrong slope loses something",
                "shorter",
                "It is smaller than ¼, its largest value, but not by much: "
                "$a$ is never beyond 1, and there the slope is a fifth.",
                mistake="slope-at-the-activation",
            ),
            Option(
                "Hundreds of times as long",
                "longer",
                "So it could leave a start at which the right gradient hardly "
                "moves. The cross-entropy's delta does the same, rightly.",
            ),
        ),
        key=lambda: length(8.0),
    ),
    Question(
        name="two-rates",
        text=(
            "The post's program trains in batches of 15, at a rate of 0.001. "
            "The gradients of its weights are sums over the batch, those of "
            "its biases means. You write a program with means for both. "
            "Which rates make the same steps?"
        ),
        options=(
            Option(
                "0.015 for the weights, 0.001 for the biases",
                np.array([0.015, 0.001]),
                "So the weights learned 15 times as fast as the biases, and "
                "with other batches it would have been another number.",
            ),
            Option(
                "0.001 for both",
                np.array([0.001, 0.001]),
                "That is what the number seems to say. A sum over 15 rows is "
                "15 times the mean.",
                mistake="sum-beside-mean",
                comes_from=lambda: rates(mean_beside_mean),
            ),
            Option(
                "0.015 for both",
                np.array([0.015, 0.015]),
                "For the weights. The biases' gradients were means already.",
                comes_from=lambda: np.full(2, rates(sum_beside_mean)[0]),
            ),
        ),
        key=lambda: rates(sum_beside_mean),
    ),
    Question(
        name="in-place",
        text=(
            "An activation function works in place, so after the way forward "
            "`z[2]` and `a[2]` are one array, which holds the activations. On "
            "the way back the slope of layer 2 is taken at `z[2]`. With which "
            "functions is the gradient right all the same: ReLU, sigmoid, "
            "tanh?"
        ),
        options=(
            Option(
                "With all: each slope can be told from the activation",
                "relu, sigmoid, tanh",
                "It can, by other formulas: $a (1 - a)$ and $1 - a^2$. The "
                "functions that are called here expect $z$.",
                comes_from=lambda: survivors(by_activation=True),
            ),
            Option(
                "With none: `z[2]` is lost",
                "",
                "The array is lost. But one of the three needs no more of $z$ "
                "than its sign, and the activation still tells that.",
                mistake="relu-in-place",
            ),
            Option(
                "With ReLU only",
                "relu",
                "$a$ is positive exactly where $z$ is, and more the slope "
                "does not need. With tanh it is the post's slip once more: a "
                "slope taken at the activation.",
            ),
        ),
        key=survivors,
    ),
    Question(
        name="threes",
        text=(
            "A network reads every digit right, except that it takes each 8 "
            "for a 3. Which score of the digit 3 is below 1?"
        ),
        options=(
            Option(
                "Its recall",
                "recall",
                "Recall looks at the pictures of a 3, and all of them were "
                "read right. What has a recall of 0 is the 8.",
                mistake="layer-dict/report: precision and recall swapped",
            ),
            Option(
                "Its precision",
                "precision",
                'Of the answers "3", half were eights. So a digit\'s '
                "precision suffers from how *other* digits are read.",
            ),
            Option(
                "Neither: all threes are right",
                "neither",
                'All pictures of a 3 are. Not all answers "3" are, and '
                "those are what a user gets to see.",
                comes_from=lambda: fallen(5),
            ),
        ),
        key=lambda: fallen(3),
    ),
]
