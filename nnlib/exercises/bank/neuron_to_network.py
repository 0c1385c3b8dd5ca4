"""Exercises of the chapter "From neuron to network": a sample in each row."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnlib.activations import relu, sigmoid, tanh
from nnlib.exercises.exercise import SIZES, Exercise, Wrong

XOR = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])


def neuron_cases(rng):
    """Yield X, w and b of one neuron; some rows lie on its line."""
    for label, n, d, b in (
        ("30 samples", 30, 4, 0.8),
        ("as many inputs as samples", 3, 3, -0.4),
        ("one sample", 1, 4, 0.8),
    ):
        yield label, rng.normal(size=(n, d)), rng.normal(size=d), b
    yield "rows on the line", XOR, np.array([1.0, -1.0]), 0.0


NEURON = Exercise(
    name="neuron-to-network/neuron",
    title="One neuron, many rows",
    statement="""
        A neuron with a step, equation {eq}`eq-neuron-neuron`, for all rows of
        a batch at once. A row that lies exactly on the line gets a 0.
    """,
    header='''
        def neuron(X, w, b):
            """Return the activations, (n,): 1.0 where z > 0, else 0.0.

            X : (n, d), a sample in each row.
            w, b : (d,) weights, and the bias, a number.
            """
    ''',
    solution="return (X @ w + b > 0).astype(float)",
    rights=(
        "return np.where(np.sum(X * w, axis=1) > -b, 1.0, 0.0)",
        """
        answers = []
        for x in X:
            z = b
            for x_k, w_k in zip(x, w):
                z = z + w_k * x_k
            answers.append(1.0 if z > 0 else 0.0)
        return np.array(answers)
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros(len(X))"),
        Wrong(
            "no bias",
            {" + b": ""},
            "The bias is missing: every line goes through the origin.",
        ),
        Wrong(
            "bias subtracted",
            {"+ b": "- b"},
            "The bias is subtracted. Here it is *added* to the weighted sum, "
            "and the total is compared with 0.",
        ),
        Wrong(
            "bias for each input",
            "return (np.sum(X * w + b, axis=1) > 0).astype(float)",
            "The bias is added before the sum, once for each input. It "
            "belongs behind the sum, once.",
        ),
        Wrong(
            "turned around",
            {"> 0": "< 0"},
            "Yes and no are exchanged: the neuron says 1 where z is positive.",
        ),
        Wrong(
            "the line counts as yes",
            {"> 0": ">= 0"},
            "Right but for rows that lie exactly on the line: z = 0 is not "
            "more than 0.",
        ),
        Wrong(
            "no step",
            "return X @ w + b",
            "This is z, the pre-activation. The question whether it is more "
            "than 0 is still to be asked.",
        ),
        Wrong(
            "sign instead of step",
            "return np.sign(X @ w + b)",
            "`np.sign` answers −1 for no. The step answers 0.",
        ),
        Wrong(
            "threshold at a half",
            {"> 0": "> 0.5"},
            "You compared with ½. The step of this chapter is at 0; a "
            "threshold is what the bias is for.",
        ),
        Wrong(
            "in place",
            """
            X *= w
            return (X.sum(axis=1) + b > 0).astype(float)
            """,
        ),
    ),
    hints=(
        "`X @ w` adds up the weighted inputs of every row.",
        "A comparison gives True and False; `.astype(float)` makes numbers.",
    ),
    cases=neuron_cases,
)


def slope_cases(rng):
    """Yield pre-activations, some of them saturated."""
    for label, n, _, d in SIZES[:3]:
        yield label, 2 * rng.normal(size=(n, d))
    yield "saturated units", np.array([[-9.0, 0.0, 9.0]])


SIGMOID_SLOPE = Exercise(
    name="neuron-to-network/sigmoid-slope",
    title="How much of a nudge comes through",
    statement=r"""
        The slope $\sigma'(z)$ of the sigmoid at each pre-activation in `Z`.
    """,
    header='''
        def sigmoid_slope(Z):
            """Return the slope of the sigmoid at Z, of the shape of Z.

            Z : (n, d), pre-activations.
            """
    ''',
    solution="""
        s = 1 / (1 + np.exp(-Z))
        return s * (1 - s)
    """,
    rights=(
        "return 1 / (2 + np.exp(Z) + np.exp(-Z))",
        """
        e = np.exp(-np.abs(Z))
        return e / (1 + e) ** 2
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * Z"),
        Wrong(
            "of the activation",
            "return Z * (1 - Z)",
            "a (1 − a) is right for the *activation* a = σ(z). You put the "
            "pre-activation into it.",
        ),
        Wrong(
            "the sigmoid itself",
            {"s * (1 - s)": "s"},
            "This is the sigmoid, its height. Asked for is how steep it is.",
        ),
        Wrong(
            "sigmoid twice",
            """
            s = 1 / (1 + np.exp(-Z))
            s = 1 / (1 + np.exp(-s))
            return s * (1 - s)
            """,
            "The sigmoid is applied twice, so this is its slope at the "
            "activation and not at `Z`.",
        ),
        Wrong(
            "slope of tanh",
            {"s * (1 - s)": "1 - s**2"},
            "1 − a² is the slope of tanh. For the sigmoid it is a (1 − a).",
        ),
        Wrong(
            "one factor",
            {"s * (1 - s)": "1 - s"},
            "There is a factor missing: the slope falls off on both sides.",
        ),
        Wrong(
            "sign",
            {"(1 - s)": "(s - 1)"},
            "The sigmoid rises everywhere, and your slope is negative.",
        ),
        Wrong(
            "inner derivative forgotten",
            {"s * (1 - s)": "-(s**2)"},
            "You differentiated 1/u to −1/u² and stopped. By the chain rule "
            "the slope of u = 1 + exp(−z) is a factor, too.",
        ),
        Wrong(
            "at most one",
            {"s * (1 - s)": "4 * s * (1 - s)"},
            "Your slope is 1 at z = 0. The sigmoid's steepest is ¼.",
        ),
    ),
    hints=(
        "Differentiate $1 / (1 + e^{-z})$, and do not forget the inner "
        "derivative.",
        r"In terms of $s = \sigma(z)$ it is $s (1 - s)$.",
    ),
    cases=slope_cases,
    equivalent={
        "s = 1 / (1 + np.exp(Z))": "the slope is the same at z and at -z",
        "e = np.exp(np.abs(Z))": "the slope is the same at z and at -z",
    },
)


def sizes_cases(rng):
    """Yield lists of layer sizes."""
    yield "[784, 30, 10]", [784, 30, 10]
    yield "one layer", [5, 2]
    yield "equal sizes", [3, 3, 3]
    yield "five layers", [4, 7, 5, 6, 3, 2]


COUNT = Exercise(
    name="neuron-to-network/count-parameters",
    title="How many numbers does a network have?",
    statement="""
        The number of weights and biases of a network, from the sizes of its
        layers. The first size is the number of inputs; it has no biases.
    """,
    header='''
        def count_parameters(sizes):
            """Return the number of weights and biases, an int.

            sizes : list of ints, inputs first, such as [784, 30, 10].
            """
    ''',
    solution="return sum((i + 1) * o for i, o in zip(sizes, sizes[1:]))",
    rights=(
        """
        before, after = np.array(sizes[:-1]), np.array(sizes[1:])
        return int(before @ after + after.sum())
        """,
        """
        total = 0
        for layer in range(1, len(sizes)):
            total += sizes[layer - 1] * sizes[layer] + sizes[layer]
        return total
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0"),
        Wrong(
            "no biases",
            {"(i + 1)": "i"},
            "These are the weights alone. Each unit has a bias, too.",
        ),
        Wrong(
            "biases of the inputs",
            "return sum(i * o for i, o in zip(sizes, sizes[1:])) + sum(sizes)",
            "You gave biases to the inputs. They are no units: nothing is "
            "added up there.",
        ),
        Wrong(
            "a bias for each input",
            {"(i + 1) * o": "i * (o + 1)"},
            "You counted a bias for each unit that a layer *comes from*. A "
            "bias belongs to the unit that it is added in.",
        ),
        Wrong(
            "one bias a layer",
            {"(i + 1) * o": "i * o + 1"},
            "You counted one bias for each layer. Each *unit* has its own.",
        ),
        Wrong(
            "a bias for each weight",
            {"(i + 1) * o": "2 * i * o"},
            "You counted a bias for each weight. A unit adds one bias to its "
            "whole sum.",
        ),
        Wrong(
            "units only",
            "return sum(sizes[1:])",
            "These are the units. The weights are the edges between them.",
        ),
        Wrong(
            "last layer only",
            "return (sizes[-2] + 1) * sizes[-1]",
            "Only the last layer is counted.",
        ),
        Wrong(
            "all sizes multiplied",
            "return int(np.prod(sizes)) + sum(sizes[1:])",
            "You multiplied all sizes. Edges run between neighbors only: a "
            "product for each pair, and then the sum.",
        ),
        Wrong(
            "in place",
            """
            inputs = sizes.pop(0)
            return sum(
                (i + 1) * o for i, o in zip([inputs, *sizes], sizes)
            )
            """,
            "The number is right, but `pop` took the first size out of the "
            "caller's list.",
        ),
    ),
    hints=(
        "One layer first: 784 inputs, 30 units. How many weights? How many "
        "biases?",
        "`zip(sizes, sizes[1:])` gives the sizes on both sides of each layer.",
    ),
    cases=sizes_cases,
    equivalent={
        "return int(after @ before + after.sum())": "a product of vectors",
    },
)


def network_cases(rng):
    """Yield X, layers and f."""
    for label, n, sizes, f in (
        ("7 samples, tanh", 7, [4, 5, 3, 2], tanh),
        ("one sample, sigmoid", 1, [3, 4, 2], sigmoid),
        ("one layer, ReLU", 5, [3, 2], relu),
        ("square layers, tanh", 3, [3, 3, 3], tanh),
    ):
        layers = [
            (rng.normal(size=(i, o)), rng.normal(size=o))
            for i, o in pairwise(sizes)
        ]
        yield label, rng.normal(size=(n, sizes[0])), layers, f


FORWARD = Exercise(
    name="neuron-to-network/forward",
    title="Through all layers",
    statement="""
        Equation {eq}`eq-neuron-layer`, layer after layer, for a batch in rows.
        Every layer has the same activation `f`, the last one too.
    """,
    header='''
        def forward(X, layers, f):
            """Return the network's outputs, (n, d_last).

            X : (n, d_0), a sample in each row.
            layers : list of (W, b), of shapes (d_in, d_out) and (d_out,).
            f : the activation, a function of an array.
            """
    ''',
    solution="""
        A = X
        for W, b in layers:
            A = f(A @ W + b)
        return A
    """,
    rights=(
        """
        if not layers:
            return X
        (W, b), *rest = layers
        return forward(f(np.dot(X, W) + b), rest, f)
        """,
        """
        columns = X.T
        for W, b in layers:
            columns = f(W.T @ columns + b[:, None])
        return columns.T
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros((len(X), len(layers[-1][1])))"),
        Wrong(
            "no activation",
            {"f(A @ W + b)": "A @ W + b"},
            "The activation is missing. Without it all layers are as good "
            "as one.",
        ),
        Wrong(
            "activation only at the end",
            {"f(A @ W + b)": "A @ W + b", "return A": "return f(A)"},
            "You applied `f` at the end only. Every layer has its own bend.",
        ),
        Wrong(
            "no activation at the output",
            """
            A = X
            for W, b in layers[:-1]:
                A = f(A @ W + b)
            W, b = layers[-1]
            return A @ W + b
            """,
            "The last layer lacks its activation: it is a layer like the "
            "others here.",
        ),
        Wrong(
            "no bias",
            {" + b": ""},
            "The biases are missing.",
        ),
        Wrong(
            "bias outside",
            {"f(A @ W + b)": "f(A @ W) + b"},
            "The bias is added behind the activation. It belongs to the sum, "
            "inside `f`.",
        ),
        Wrong(
            "W transposed",
            {"A @ W": "A @ W.T"},
            "`W` is transposed: your result is right in shape only for "
            "square layers. Rows times `W` is what this chapter's layout asks "
            "for.",
        ),
        Wrong(
            "input of every layer",
            {"A = f(A @ W + b)": "A = f(X @ W + b)"},
            "Every layer gets `X`. A layer's input is what the layer before "
            "it said.",
        ),
        Wrong(
            "first layer only",
            {"    A = f(A @ W + b)\n": "    A = f(A @ W + b)\n    return A\n"},
            "The `return` is inside the loop, so the first layer is the last.",
        ),
        Wrong(
            "activation of the input",
            {"A = X": "A = f(X)"},
            "The input went through `f` before the first layer. It comes as "
            "it is.",
        ),
    ),
    hints=(
        "One line does a layer. What does the next layer get to see?",
        "`A = f(A @ W + b)`, in a loop that begins with `A = X`.",
    ),
    cases=network_cases,
)


def collapse_cases(rng):
    """Yield two layers."""
    for label, inputs, hidden, outputs in (
        ("4, 6 and 3 units", 4, 6, 3),
        ("one hidden unit", 4, 1, 3),
        ("square layers", 3, 3, 3),
    ):
        shapes = (inputs, hidden), (hidden,), (hidden, outputs), (outputs,)
        yield label, *(rng.normal(size=shape) for shape in shapes)


COLLAPSE = Exercise(
    name="neuron-to-network/collapse",
    title="Two layers without a fold are one",
    statement="""
        Without activations two layers multiply out to a single one, equation
        {eq}`eq-neuron-depth`. Return its weights and its biases.
    """,
    header='''
        def collapse(W1, b1, W2, b2):
            """Return (W, b) of the one layer that does the same.

            W1, b1 : (d_0, d_1) and (d_1,), the first layer.
            W2, b2 : (d_1, d_2) and (d_2,), the second.
            """
    ''',
    solution="return W1 @ W2, b1 @ W2 + b2",
    rights=(
        """
        b = b2 + W2.T @ b1
        return (W2.T @ W1.T).T, b
        """,
        """
        def both(x):
            return (x @ W1 + b1) @ W2 + b2

        b = both(np.zeros(len(W1)))
        return both(np.eye(len(W1))) - b, b
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * W1 @ W2, 0 * b2"),
        Wrong(
            "biases added",
            {"b1 @ W2 + b2": "b1 + b2"},
            "The first bias goes through the second layer like everything "
            "else: it is multiplied by `W2`.",
        ),
        Wrong(
            "first bias lost",
            {"b1 @ W2 + b2": "b2"},
            "`b1` is lost. It enters the second layer's sums as well.",
        ),
        Wrong(
            "second bias lost",
            {" + b2": ""},
            "`b2` is lost.",
        ),
        Wrong(
            "second bias twice",
            {" + b2": " + 2 * b2"},
            "`b2` is added twice. Only the first layer's bias goes through "
            "`W2`.",
        ),
        Wrong(
            "second bias multiplied",
            {"b1 @ W2 + b2": "(b1 @ W2) * b2"},
            "The second bias is added to the sums, not multiplied with them.",
        ),
        Wrong(
            "sign",
            {"+ b2": "- b2"},
            "The second bias has the wrong sign.",
        ),
        Wrong(
            "order of the product",
            {"W1 @ W2,": "W2 @ W1,"},
            "In rows the first layer's weights come first: x W1 W2.",
        ),
        Wrong(
            "transposed",
            {"W1 @ W2,": "(W1 @ W2).T,"},
            "`W` is transposed. In rows it is (inputs, outputs).",
        ),
        Wrong(
            "in place",
            """
            b2 += b1 @ W2
            return W1 @ W2, b2
            """,
        ),
    ),
    hints=(
        "Write `(x @ W1 + b1) @ W2 + b2` without brackets.",
        "What is multiplied by `x` is `W`, the rest is `b`.",
    ),
    cases=collapse_cases,
)


def three_neurons(answer, X):
    """Return what two hidden step units and an output step unit say."""
    (W, b), (v, c) = answer
    hidden = (X @ np.asarray(W) + np.asarray(b) > 0).astype(float)
    return (hidden @ np.asarray(v) + c > 0).astype(float)


BOTH_OR_NEITHER = Exercise(
    name="neuron-to-network/both-or-neither",
    title="Design three neurons",
    statement="""
        The opposite of XOR: the output is to say 1 if both inputs are on, or
        neither. Find weights and biases for two hidden neurons and an output,
        all with steps. Many answers are right; nothing has to be computed.
    """,
    header="# [(W, b), (v, c)], of shapes (2, 2), (2,), (2,), and a number",
    solution="answer = [([[1, 1], [1, 1]], [-0.5, -1.5]), ([-1, 1], 0.5)]",
    rights=(
        "answer = [([[1, -1], [-1, 1]], [-0.5, -0.5]), ([-1, -1], 0.5)]",
        """
        W = np.array([[2.0, -2.0], [2.0, -2.0]])
        answer = [(W, np.array([-3.0, 1.0])), (np.array([1.0, 1.0]), -0.5)]
        """,
    ),
    wrongs=(
        Wrong(
            "XOR itself",
            "answer = [([[1, 1], [1, 1]], [-0.5, -1.5]), ([1, -1], -0.5)]",
            "This is XOR. You want every answer turned around: change the "
            "signs of the *output* neuron, its bias included.",
        ),
        Wrong(
            "output's bias not turned",
            "answer = [([[1, 1], [1, 1]], [-0.5, -1.5]), ([-1, 1], -0.5)]",
            "Your network never says 1. Look at the output's sums: does "
            "any of them get above 0?",
        ),
        Wrong(
            "always yes",
            "answer = [([[1, 1], [1, 1]], [-0.5, -1.5]), ([-1, 1], 1.5)]",
            "Your network says 1 to every row. A bias decides how easily a "
            "neuron does: lower the output's.",
        ),
        Wrong(
            "both only",
            "answer = [([[1, 1], [1, 1]], [-0.5, -1.5]), ([0, 1], -0.5)]",
            "Your network asks whether both are on. Neither is a yes as well.",
        ),
        Wrong(
            "neither only",
            "answer = [([[1, 1], [1, 1]], [-0.5, -1.5]), ([-1, 0], 0.5)]",
            "Your network asks whether neither is on. Both is a yes as well.",
        ),
        Wrong(
            "either",
            "answer = [([[1, 1], [1, 1]], [-0.5, -1.5]), ([1, 0], -0.5)]",
            "Your network asks whether at least one is on.",
        ),
        Wrong(
            "not both",
            "answer = [([[1, 1], [1, 1]], [-0.5, -1.5]), ([0, -1], 0.5)]",
            "Your network says no to both, and yes to the rest: the "
            "output looks at one hidden neuron only.",
        ),
        Wrong(
            "the first input alone",
            "answer = [([[1, 0], [0, 1]], [-0.5, -0.5]), ([1, 0], -0.5)]",
            "Your output repeats the first input.",
        ),
        Wrong(
            "the second input alone",
            "answer = [([[1, 0], [0, 1]], [-0.5, -0.5]), ([0, 1], -0.5)]",
            "Your output repeats the second input.",
        ),
    ),
    hints=(
        "The page has three neurons for XOR. Which of their numbers do you "
        "have to change to turn every answer around?",
        r"A neuron's opposite has weights $-\mathbf{w}$ and bias $-b$ (no row "
        "lies on the line here).",
    ),
    cases=lambda rng: [
        ("both off", XOR[:1]),
        ("both on", XOR[1:2]),
        ("the second on", XOR[2:3]),
        ("the first on", XOR[3:]),
    ],
    call=three_neurons,
)


EXERCISES = [
    NEURON,
    SIGMOID_SLOPE,
    COUNT,
    FORWARD,
    COLLAPSE,
    BOTH_OR_NEITHER,
]
