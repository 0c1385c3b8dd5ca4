"""Exercises of the chapter "The bias row": columns, a bias folded in."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnlib.activations import sigmoid
from nnlib.exercises.exercise import Exercise, Wrong


def drawn_weights(rng, sizes):
    """Return [W b] of every layer, (fan_out, fan_in + 1) each."""
    return [rng.normal(size=(m, k + 1)) for k, m in pairwise(sizes)]


BENDS = Exercise(
    name="bias-row/bends",
    title="How much a unit bends",
    statement=r"""
        What a plateau of XOR lacks: for each hidden unit the bracket of
        {eq}`eq-bias-bend`, $h_{00} + h_{11} - h_{01} - h_{10}$. The inputs are
        0 and 1, and a unit says $\sigma$ of its sum. Its bias is the last
        column of the weights.
    """,
    header='''
        def bends(W1):
            """Return the bend of each hidden unit, (n_hidden,).

            W1 : (n_hidden, 3), the weights of two inputs, then the bias.
            """
    ''',
    solution="""
        corners = np.array([[0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]])
        H = 1 / (1 + np.exp(-W1 @ corners))
        return H[:, 0] + H[:, 1] - H[:, 2] - H[:, 3]
    """,
    rights=(
        """
        def h(x1, x2):
            return 1 / (1 + np.exp(-(W1 @ np.array([x1, x2, 1]))))

        return h(0, 0) + h(1, 1) - h(0, 1) - h(1, 0)
        """,
        """
        bent = []
        for v, w, b in W1:
            t = np.tanh(np.array([b, b + v + w, b + v, b + w]) / 2)
            bent.append((t[0] + t[1] - t[2] - t[3]) / 2)
        return np.array(bent)
        """,
    ),
    wrongs=(
        Wrong(
            "no sigmoid",
            {"1 / (1 + np.exp(-W1 @ corners))": "W1 @ corners"},
            "All of it is zero, to rounding. Without the sigmoid a unit is "
            "straight, and a straight unit has no bend, whatever its weights.",
        ),
        Wrong(
            "no bias",
            {"[1, 1, 1, 1]]": "[0, 0, 0, 0]]"},
            "The biases are missing: the last row of what comes in holds "
            "ones, not zeros.",
        ),
        Wrong(
            "ones first",
            {
                "[[0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]]": (
                    "[[1, 1, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]]"
                )
            },
            "Your ones stand above the inputs. The bias is the *last* column "
            "of the weights here, so the ones are the last row.",
        ),
        Wrong(
            "the wrong pair",
            {"H[:, 1] - H[:, 2] -": "H[:, 2] - H[:, 1] -"},
            "The signs belong to other corners: (0, 0) and (1, 1) count "
            "plus, the two where the inputs differ count minus.",
        ),
        Wrong(
            "sum",
            {"+ H[:, 1] - H[:, 2] - H[:, 3]": "+ H[:, 1] + H[:, 2] + H[:, 3]"},
            "You added all four. Two of them are subtracted.",
        ),
        Wrong(
            "sign",
            {
                "H[:, 0] + H[:, 1] - H[:, 2] - H[:, 3]": (
                    "H[:, 2] + H[:, 3] - H[:, 0] - H[:, 1]"
                )
            },
            "The sign is turned around: the corners with equal inputs count "
            "plus.",
        ),
        Wrong(
            "inputs of -1 and 1",
            {
                "[[0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]]": (
                    "[[-1, 1, -1, 1], [-1, 1, 1, -1], [1, 1, 1, 1]]"
                )
            },
            "You fed −1 and 1. The inputs of XOR are 0 and 1 here, and the "
            "bend is another one.",
        ),
        Wrong(
            "mean",
            """
            corners = np.array([[0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]])
            H = 1 / (1 + np.exp(-W1 @ corners))
            return (H[:, 0] + H[:, 1] - H[:, 2] - H[:, 3]) / 4
            """,
            "You divided by four. The bracket itself is asked for.",
        ),
        Wrong(
            "one for all",
            """
            corners = np.array([[0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]])
            H = 1 / (1 + np.exp(-W1 @ corners))
            return np.sum(H @ np.array([1, 1, -1, -1]))
            """,
            "You added up the units. Each has a bend of its own.",
        ),
        Wrong(
            "tanh",
            {"1 / (1 + np.exp(-W1 @ corners))": "np.tanh(W1 @ corners)"},
            "Your units are tanh units. Theirs is another bend.",
        ),
        Wrong(
            "in place",
            """
            corners = np.array([[0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]])
            W1 *= -1
            H = 1 / (1 + np.exp(W1 @ corners))
            return H @ np.array([1, 1, -1, -1])
            """,
        ),
    ),
    hints=(
        "Four corners, four columns of three numbers each: two inputs and "
        "the 1. What does every unit say to each of them?",
        "`W1 @ corners` is (n_hidden, 4). After the sigmoid, add the columns "
        "up with their signs.",
    ),
    cases=lambda rng: [
        ("five units", 3 * rng.normal(size=(5, 3))),
        ("one unit", 2 * rng.normal(size=(1, 3))),
        ("three units", 4 * rng.normal(size=(3, 3))),
        ("small weights", 0.5 * rng.normal(size=(2, 3))),
    ],
)


COMPOSE = Exercise(
    name="bias-row/compose",
    title="A network that is one matrix",
    statement="""
        Without sigmoids a network of this design is one matrix, and
        {eq}`eq-bias-compose` says which. Multiply the layers together, the
        biases included: what comes out is a layer as well, and does what all
        of them do one after the other.
    """,
    header='''
        def composed(weights):
            """Return [W b] of the one layer, (n_outputs, n_inputs + 1).

            weights : list of [W b], (fan_out, fan_in + 1), the first layer
                first. The last column of each holds the biases.
            """
    ''',
    solution="""
        M = np.eye(weights[0].shape[1])
        for W1 in weights:
            last_row = np.eye(M.shape[1])[-1:]
            M = np.vstack([W1 @ M, last_row])
        return M[:-1]
    """,
    rights=(
        """
        W, b = weights[0][:, :-1], weights[0][:, -1]
        for W1 in weights[1:]:
            W, b = W1[:, :-1] @ W, W1[:, :-1] @ b + W1[:, -1]
        return np.column_stack([W, b])
        """,
        """
        def run(A):
            for W1 in weights:
                A = W1 @ np.vstack([A, np.ones((1, A.shape[1]))])
            return A

        n_inputs = weights[0].shape[1] - 1
        b = run(np.zeros((n_inputs, 1)))
        return np.hstack([run(np.eye(n_inputs)) - b, b])
        """,
    ),
    wrongs=(
        Wrong(
            "zeros",
            """
            return np.zeros((len(weights[-1]), weights[0].shape[1]))
            """,
        ),
        Wrong(
            "biases forgotten on the way",
            """
            W = weights[0][:, :-1]
            for W1 in weights[1:]:
                W = W1[:, :-1] @ W
            return np.column_stack([W, weights[-1][:, -1]])
            """,
            "Only the last layer's biases are there. Those of the layers "
            "before go through the weights above, like everything else.",
        ),
        Wrong(
            "outer biases forgotten",
            """
            M = weights[0]
            for W1 in weights[1:]:
                M = W1[:, :-1] @ M
            return M
            """,
            "The biases of all layers but the first are missing. Give each "
            "matrix the row that hands the 1 on, and they come by themselves.",
        ),
        Wrong(
            "biases added everywhere",
            """
            M = weights[0]
            for W1 in weights[1:]:
                M = W1[:, :-1] @ M + W1[:, -1:]
            return M
            """,
            "The biases are in every column. They belong to the last one. If "
            "your extra row is all ones, make it zeros, and a 1 at the end.",
        ),
        Wrong(
            "biases not carried on",
            """
            W, b = weights[0][:, :-1], weights[0][:, -1]
            for W1 in weights[1:]:
                W = W1[:, :-1] @ W
                b = b + W1[:, -1]
            return np.column_stack([W, b])
            """,
            "You added the biases of the layers up, which fits only if all "
            "have as many units. A bias of an earlier layer is multiplied by "
            "the later weights first.",
        ),
        Wrong(
            "the 1 in the wrong place",
            {"np.eye(M.shape[1])[-1:]": "np.eye(M.shape[1])[:1]"},
            "The row that hands the 1 on has its own 1 in the wrong place. "
            "The ones are the *last* of the inputs.",
        ),
        Wrong(
            "last row kept",
            {"M[:-1]": "M"},
            "The row that hands the 1 on is still there. A layer has a row "
            "for each unit and no more.",
        ),
        Wrong(
            "the wrong order",
            {"for W1 in weights:": "for W1 in weights[::-1]:"},
            "The first layer stands on the left. It works on the input "
            "first, so it stands on the right; only equal sizes let the "
            "other order through.",
        ),
        Wrong(
            "last layer only",
            "return weights[-1].copy()",
            "This is the last layer alone.",
        ),
    ),
    hints=(
        "One layer hands the next one its outputs *and* a 1. Which row makes "
        "a matrix hand the 1 on?",
        "A row of zeros with a 1 at the end. With it under every matrix, "
        "multiply them, the first layer on the right, and drop that row from "
        "the product.",
    ),
    cases=lambda rng: [
        (label, drawn_weights(rng, sizes))
        for label, sizes in (
            ("two layers", [3, 4, 2]),
            ("three layers", [2, 5, 3, 4]),
            ("one layer", [3, 2]),
            ("equal sizes", [3, 3, 3]),
            ("one unit each", [1, 1, 1]),
        )
    ],
)


def hidden_cases(rng):
    """Yield W1 of the layer above, its delta, and A of this layer."""
    for label, n, d, after in (
        ("7 samples", 7, 4, 3),
        ("one sample", 1, 4, 2),
        ("XOR", 4, 2, 1),
        ("as many units above", 5, 3, 3),
        ("one unit more above", 4, 3, 4),
    ):
        A = sigmoid(rng.normal(size=(d, n)))
        yield (
            label,
            *drawn_weights(rng, [d, after]),
            rng.normal(size=(after, n)),
            A,
        )


HIDDEN_DELTA = Exercise(
    name="bias-row/drop-a-row",
    title="The slope that nobody needs",
    statement="""
        One step back, equation {eq}`eq-bias-delta`: pull the delta of the
        layer above through its weights, drop what belongs to the ones, and
        multiply by the slope of the sigmoid.
    """,
    header='''
        def hidden_delta(W1, delta, A):
            """Return the delta of the hidden layer, (d, n).

            W1 : (d_above, d + 1), [W b] of the layer above.
            delta : (d_above, n), the delta of the layer above.
            A : (d, n), the hidden layer's activations, without ones.
            """
    ''',
    solution="""
        pulled = W1.T @ delta
        return pulled[:-1] * A * (1 - A)
    """,
    rights=(
        "return W1[:, :-1].T @ delta * (A - A**2)",
        """
        A1 = np.vstack([A, np.ones((1, A.shape[1]))])
        both = np.einsum("ji,jn->in", W1, delta) * A1 * (1 - A1)
        return both[: len(A)]
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * A"),
        Wrong(
            "first row dropped",
            {"pulled[:-1]": "pulled[1:]"},
            "You dropped the first row. The shape is right, and every unit "
            "has its neighbor's slope, the last one that of the ones. They "
            "are the *last* row here.",
        ),
        Wrong(
            "no row dropped",
            """
            A1 = np.vstack([A, np.ones((1, A.shape[1]))])
            return W1.T @ delta * A1 * (1 - A1)
            """,
            "The row of the ones is still there. Nothing below can change a "
            "1, so its slope is dropped.",
        ),
        Wrong(
            "no slope",
            {" * A * (1 - A)": ""},
            "The slope of the hidden layer's own sigmoid is missing.",
        ),
        Wrong(
            "not transposed",
            {"W1.T": "W1"},
            "`W1` is not transposed: it leads forward, and you go back. Only "
            "with one unit more above than here do the shapes fit.",
        ),
        Wrong(
            "not transposed, without biases",
            "return W1[:, :-1] @ delta * A * (1 - A)",
            "Leaving out the column of the biases is fine, but the weights "
            "still have to be transposed. As many units above as here let "
            "the other form through.",
        ),
        Wrong(
            "the bias added",
            {"pulled[:-1]": "(pulled[:-1] + pulled[-1])"},
            "The slope of the ones is added to every unit. Drop it: no unit "
            "feeds the ones.",
        ),
        Wrong(
            "divided by n",
            {"pulled[:-1]": "pulled[:-1] / A.shape[1]"},
            "Your delta is divided by the number of samples. The mean is "
            "taken in the gradient, once.",
        ),
        Wrong(
            "sign",
            {"W1.T": "-W1.T"},
            "The sign is turned around. A delta is a slope; the minus comes "
            "with the step.",
        ),
        Wrong(
            "slope at the activation",
            {"A * (1 - A)": "(1 - 1 / (1 + np.exp(-A))) / (1 + np.exp(-A))"},
            "You took the sigmoid's slope at `A`, as if it were a "
            "pre-activation. In terms of the activation it is `A * (1 - A)`.",
        ),
        Wrong(
            "divided by the slope",
            {"* A * (1 - A)": "/ (A * (1 - A))"},
            "A nudge of z comes out multiplied by the slope, so the blame is "
            "multiplied by it as well. You divided.",
        ),
        Wrong(
            "in place",
            """
            A *= 1 - A
            return (W1.T @ delta)[:-1] * A
            """,
        ),
    ),
    hints=(
        "`W1.T @ delta` has a row more than the layer has units. Whose is it?",
        "The ones lie in the last row, so `pulled[:-1]` is without them.",
    ),
    cases=hidden_cases,
    equivalent={
        "A1 = np.vstack([A, np.zeros((1, A.shape[1]))])": (
            "the row below the activations is dropped, whatever it holds"
        ),
    },
)


def gradient_cases(rng):
    """Yield delta and A of a layer."""
    for label, n, d_in, d in (
        ("7 samples", 7, 4, 3),
        ("one sample", 1, 4, 3),
        ("XOR", 4, 2, 1),
        ("one sample more than inputs", 4, 3, 2),
        ("all sizes equal", 3, 3, 3),
    ):
        yield label, rng.normal(size=(d, n)), rng.random((d_in, n))


GRADIENT = Exercise(
    name="bias-row/gradient",
    title="The gradient, biases included",
    statement="""
        Equation {eq}`eq-bias-gradient`: the gradient of the **mean** loss for
        the whole matrix of a layer, its column of biases included. Samples
        are columns.
    """,
    header='''
        def gradient(delta, A):
            """Return the gradient of [W b], (d, d_in + 1).

            delta : (d, n), the layer's delta.
            A : (d_in, n), what comes into the layer, without ones.
            """
    ''',
    solution="""
        A1 = np.vstack([A, np.ones((1, A.shape[1]))])
        return delta @ A1.T / A.shape[1]
    """,
    rights=(
        """
        n = A.shape[1]
        return np.hstack([delta @ A.T, delta.sum(axis=1, keepdims=True)]) / n
        """,
        """
        d_in, n = A.shape
        nabla = np.zeros((len(delta), d_in + 1))
        for i in range(n):
            nabla += np.outer(delta[:, i], np.append(A[:, i], 1.0))
        return nabla / n
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros((len(delta), len(A) + 1))"),
        Wrong(
            "summed",
            {" / A.shape[1]": ""},
            "This is the gradient of a sum: the step grows with the data. "
            "The cost is a mean, so divide by the number of samples.",
        ),
        Wrong(
            "divided by the inputs",
            {"/ A.shape[1]": "/ A.shape[0]"},
            "You divided by the number of inputs. Samples are columns here, "
            "so n is the second number of the shape.",
        ),
        Wrong(
            "no biases",
            "return delta @ A.T / A.shape[1]",
            "The column of the biases is missing. Put a row of ones under "
            "what comes in.",
        ),
        Wrong(
            "ones first",
            {"[A, np.ones((1, A.shape[1]))]": "[np.ones((1, A.shape[1])), A]"},
            "The biases are in the first column. This design has them in the "
            "last, so the ones are the last row.",
        ),
        Wrong(
            "zeros in place of ones",
            {"np.ones": "np.zeros"},
            "The gradient of the biases is 0. What comes in along a bias is "
            "1, not 0.",
        ),
        Wrong(
            "biases summed",
            """
            n = A.shape[1]
            return np.hstack([delta @ A.T / n, delta.sum(axis=1)[:, None]])
            """,
            "The weights have a mean and the biases a sum. Both belong to "
            "the same cost.",
        ),
        Wrong(
            "transposed",
            {"delta @ A1.T": "A1 @ delta.T"},
            "Your gradient is transposed. It has the shape of the weights, "
            "a row for each unit.",
        ),
        Wrong(
            "not transposed",
            {"A1.T": "A1"},
            "`A1` is not transposed, so you add over units and not over "
            "samples. Most sizes refuse it; with one sample more than inputs "
            "it runs.",
        ),
        Wrong(
            "no sum over the samples",
            """
            A1 = np.vstack([A, np.ones((1, A.shape[1]))])
            return delta.T[:, :, None] * A1.T[:, None, :] / A.shape[1]
            """,
            "These are the planes, one for each sample. Add them up, or let "
            "one matrix product do it.",
        ),
        Wrong(
            "sign",
            {"return delta": "return -delta"},
            "This is a step, not a slope: the minus comes with the learning "
            "rate.",
        ),
        Wrong(
            "in place",
            """
            A1 = np.vstack([A, np.ones((1, A.shape[1]))])
            delta /= A.shape[1]
            return delta @ A1.T
            """,
        ),
    ),
    hints=(
        "The bias is the weight of an input that is always 1. Add that input.",
        "`np.vstack` puts a row of ones under `A`. Then one product adds up "
        "over the samples.",
    ),
    cases=gradient_cases,
)


def step_cases(rng):
    """Yield weights, X, Y, eta and l2."""
    for label, n, sizes, l2 in (
        ("XOR", 4, [2, 2, 1], 0.8),
        ("one sample", 1, [3, 4, 2], 0.1),
        ("three layers", 5, [2, 3, 4, 2], 0.5),
        ("one layer, no penalty", 3, [4, 2], 0.0),
        ("equal sizes", 4, [3, 3, 3], 1.0),
    ):
        X, Y = rng.random((n, sizes[0])), rng.random((n, sizes[-1]))
        if label == "XOR":
            X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
            Y = np.array([[0.0], [1], [1], [0]])
        yield label, drawn_weights(rng, sizes), X, Y, 2.0, l2


STEP = Exercise(
    name="bias-row/step",
    title="All of it: one step, with a penalty",
    statement=r"""
        One step of full-batch training: forward, back, and down by $\eta$
        times the gradient of the mean quadratic loss, equations
        {eq}`eq-bias-forward` to {eq}`eq-bias-gradient`, all units sigmoids.
        To the cost comes a penalty, $\lambda / 2n$ times the sum of the
        squared weights of all layers; `l2` is $\lambda$. The biases are not
        punished.
    """,
    header='''
        def step(weights, X, Y, eta, l2):
            """Return the new weights, a list of [W b].

            weights : list of [W b], (fan_out, fan_in + 1).
            X, Y : (n, n_inputs) and (n, n_outputs), samples in rows.
            """
    ''',
    solution="""
        As, A1s, new = [X.T], [], []
        for W1 in weights:
            A1s.append(np.vstack([As[-1], np.ones((1, len(X)))]))
            As.append(1 / (1 + np.exp(-W1 @ A1s[-1])))
        pulled = As[-1] - Y.T
        for W1, A1, A in zip(weights[::-1], A1s[::-1], As[::-1]):
            delta = pulled * A * (1 - A)
            punished = np.hstack([W1[:, :-1], np.zeros((len(W1), 1))])
            slope = (delta @ A1.T + l2 * punished) / len(X)
            new, pulled = [W1 - eta * slope, *new], (W1.T @ delta)[:-1]
        return new
    """,
    rights=(
        """
        rate = eta / len(X)

        def back(A, rest):
            if not rest:
                return A - Y.T, []
            W, b = rest[0][:, :-1], rest[0][:, -1:]
            after = 1 / (1 + np.exp(-(W @ A + b)))
            pulled, new = back(after, rest[1:])
            delta = pulled * (after - after**2)
            W_new = W - rate * (delta @ A.T + l2 * W)
            b_new = b - rate * delta.sum(axis=1, keepdims=True)
            return W.T @ delta, [np.hstack([W_new, b_new]), *new]

        return back(X.T, weights)[1]
        """,
        """
        nablas = [l2 * W1 for W1 in weights]
        for nabla in nablas:
            nabla[:, -1] = 0
        for x, y in zip(X, Y):
            inputs = []
            for W1 in weights:
                inputs.append(np.append(x, 1.0))
                x = 1 / (1 + np.exp(-(W1 @ inputs[-1])))
            slope = x - y
            for i in range(len(weights))[::-1]:
                delta = slope * x * (1 - x)
                nablas[i] += np.outer(delta, inputs[i])
                x, slope = inputs[i][:-1], np.dot(delta, weights[i][:, :-1])
        pairs = zip(weights, nablas)
        return [W1 - eta * nabla / len(X) for W1, nabla in pairs]
        """,
    ),
    wrongs=(
        Wrong(
            "biases punished",
            {"np.zeros((len(W1), 1))": "W1[:, -1:]"},
            "The biases are pulled towards 0 as well. The penalty is for the "
            "weights; the last column is left out.",
        ),
        Wrong(
            "biases alone punished",
            {
                "W1[:, :-1], np.zeros((len(W1), 1))": (
                    "0 * W1[:, :-1], W1[:, -1:]"
                ),
            },
            "It is the wrong part: you punish the biases, which are the last "
            "column, and spare the weights.",
        ),
        Wrong(
            "first column spared",
            {"W1[:, :-1], np.zeros((len(W1), 1))": "0 * W1[:, :1], W1[:, 1:]"},
            "You spared the first column. The biases are in the last.",
        ),
        Wrong(
            "penalty not divided",
            {
                "(delta @ A1.T + l2 * punished) / len(X)": (
                    "delta @ A1.T / len(X) + l2 * punished"
                )
            },
            "The slope of the penalty is λ / n times a weight. Yours is not "
            "divided by the number of samples.",
        ),
        Wrong(
            "penalty turned around",
            {"+ l2": "- l2"},
            "Your penalty makes the weights grow. It is a cost: its slope is "
            "added to the other, and the step goes down both.",
        ),
        Wrong(
            "no penalty",
            {" + l2 * punished": ""},
            "The penalty is missing. Without one, as in one of the cases, "
            "the step is right.",
        ),
        Wrong(
            "summed",
            {" / len(X)": ""},
            "You stepped along a sum. The cost is a mean, so the slope is "
            "divided by the number of samples.",
        ),
        Wrong(
            "first row dropped",
            {"(W1.T @ delta)[:-1]": "(W1.T @ delta)[1:]"},
            "On the way back you dropped the first row. The shapes fit, and "
            "each unit has its neighbor's slope. The ones are the last row.",
        ),
        Wrong(
            "ones first",
            {
                "[As[-1], np.ones((1, len(X)))]": (
                    "[np.ones((1, len(X))), As[-1]]"
                )
            },
            "Your ones stand above the inputs. The biases are the last "
            "column, so the ones are the last row.",
        ),
        Wrong(
            "no slope at the output",
            {"As[-1] - Y.T": "(As[-1] - Y.T) / (As[-1] * (1 - As[-1]))"},
            "The output's delta is missing the slope of the sigmoid. That is "
            "the delta of the cross-entropy.",
        ),
        Wrong(
            "no slope in the hidden layers",
            {
                "delta = pulled * A * (1 - A)": (
                    "delta = pulled * (1 if new else A * (1 - A))"
                )
            },
            "The slopes of the hidden units are missing: every delta is "
            "multiplied by that of its own layer.",
        ),
        Wrong(
            "new weights on the way back",
            {"(W1.T @ delta)": "((W1 - eta * slope).T @ delta)"},
            "The delta goes back through weights that have moved already. It "
            "takes the road that the signal came.",
        ),
        Wrong(
            "last layer first",
            {"[W1 - eta * slope, *new]": "[*new, W1 - eta * slope]"},
            "Your list begins with the last layer. You walk backward, so each "
            "new matrix belongs in front of the others.",
        ),
        Wrong(
            "uphill",
            {"W1 - eta": "W1 + eta"},
            "You went uphill: step against the slope.",
        ),
        Wrong(
            "in place",
            {
                "new, pulled = [W1 - eta * slope, *new],": (
                    "pulled = (W1.T @ delta)[:-1]\n    W1 -= eta * slope\n"
                    "    new, _ = [W1, *new],"
                )
            },
        ),
    ),
    hints=(
        "Forward: put the ones under, multiply, squash, and keep both what "
        "goes into each layer and what comes out.",
        "Back: delta is `pulled * A * (1 - A)`, with `A` what comes out of "
        "the layer. Its product with `A1.T` is the slope of a sum.",
        "The penalty adds `l2` times the weights to that sum, and nothing "
        "for the last column. Pull the delta back, and drop the last row.",
    ),
    cases=step_cases,
)


EXERCISES = [BENDS, COMPOSE, HIDDEN_DELTA, GRADIENT, STEP]
