"""Exercises of the chapter "Backpropagation": rows, sigmoids, quadratic."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnlib.activations import sigmoid, tanh_derivative
from nnlib.exercises.exercise import SIZES, Exercise, Gradient, Wrong


def output_cases(rng):
    """Yield Z, A and Y of an output layer."""
    for label, n, _, d in SIZES:
        Z = 2 * rng.normal(size=(n, d))
        yield label, Z, sigmoid(Z), rng.random((n, d))


OUTPUT_DELTA = Exercise(
    name="backpropagation/output-delta",
    title="The delta of the output",
    statement="""
        Equation {eq}`eq-backpropagation-output`, for a batch in rows. The
        output units are sigmoids and the cost is quadratic. Each sample has
        its own delta, so nothing is added up and nothing is divided by $n$.
    """,
    header='''
        def output_delta(Z, A, Y):
            """Return ∂loss/∂Z of the output layer, (n, d).

            Z, A : (n, d), pre-activations, and activations σ(Z).
            Y : (n, d), targets.
            """
    ''',
    solution="return (A - Y) * A * (1 - A)",
    rights=(
        """
        s = 1 / (1 + np.exp(-Z))
        return s * (1 - s) * (s - Y)
        """,
        """
        delta = np.empty_like(A)
        for i in range(len(A)):
            delta[i] = (A[i] - Y[i]) * (A[i] - A[i] ** 2)
        return delta
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros_like(A)"),
        Wrong(
            "no slope",
            "return A - Y",
            "Your delta is missing the slope σ′(z). What you have is the "
            "slope of the loss at `A`; one more factor leads from `A` to `Z`.",
        ),
        Wrong(
            "sign",
            {"(A - Y)": "(Y - A)"},
            "The sign is turned around: a cost falls against its slope, but "
            "the slope itself is `A - Y` times something positive.",
        ),
        Wrong(
            "slope at the activation",
            """
            s = 1 / (1 + np.exp(-A))
            return (A - Y) * s * (1 - s)
            """,
            "You took the sigmoid's slope at `A`. It belongs at `Z`; in "
            "terms of `A` it is `A * (1 - A)`.",
        ),
        Wrong(
            "slope of z itself",
            "return (A - Y) * Z * (1 - Z)",
            "`a (1 - a)` is the sigmoid's slope when a is the activation. "
            "You put the pre-activation `Z` into it.",
        ),
        Wrong(
            "divided by n",
            "return (A - Y) * A * (1 - A) / len(A)",
            "Your delta is divided by the number of samples. A delta belongs "
            "to one sample; the mean is taken later, in the gradients.",
        ),
        Wrong(
            "factor 2",
            "return 2 * (A - Y) * A * (1 - A)",
            "Twice too large. The quadratic loss begins with ½, which cancels "
            "the 2 of the square.",
        ),
        Wrong(
            "averaged over the batch",
            "return ((A - Y) * A * (1 - A)).mean(axis=0)",
            "You averaged over the batch. Every sample keeps its own delta, "
            "as it has its own activations to be multiplied with.",
        ),
        Wrong(
            "in place",
            """
            A -= Y
            return A * (A + Y) * (1 - A - Y)
            """,
        ),
    ),
    hints=(
        "Two factors: what the loss does when `A` moves, and what `A` does "
        "when `Z` moves.",
        "For a sigmoid the second factor is σ(z)(1 − σ(z)), and σ(z) is "
        "already there: it is `A`.",
    ),
    cases=output_cases,
    gradient=Gradient(
        lambda Z, A, Y: 0.5 * np.sum((sigmoid(Z) - Y) ** 2), (0,)
    ),
)


def hidden_cases(rng):
    """Yield delta, W, Z and the slope of a hidden layer."""
    for label, n, d, after in SIZES:
        arrays = (rng.normal(size=s) for s in ((n, after), (d, after), (n, d)))
        yield label, *arrays, tanh_derivative


HIDDEN_DELTA = Exercise(
    name="backpropagation/hidden-delta",
    title="The delta of a hidden layer",
    statement="""
        One step back, equation {eq}`eq-backpropagation-hidden` in rows: from
        the delta of the next layer to the delta of this one. The activation
        may be any; you are handed the function that gives its slope.
    """,
    header='''
        def hidden_delta(delta, W, Z, slope):
            """Return the hidden layer's delta, (n, d).

            delta : (n, d_next), the next layer's.
            W : (d, d_next), the weights that lead to the next layer.
            Z : (n, d), this layer's pre-activations.
            slope : the function f', which takes pre-activations.
            """
    ''',
    solution="return delta @ W.T * slope(Z)",
    rights=(
        "return slope(Z) * (W @ delta.T).T",
        'return np.einsum("im,jm->ij", delta, W) * slope(Z)',
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros_like(Z)"),
        Wrong(
            "W not transposed",
            {"W.T": "W"},
            "`W` is not transposed: it leads forward, and you go back. Your "
            "result has the right shape for square layers only, and even "
            "there other numbers.",
        ),
        Wrong(
            "no slope",
            {" * slope(Z)": ""},
            "This is ∂C/∂A of the hidden layer. The slope of its own "
            "activation, `slope(Z)`, is still missing.",
        ),
        Wrong(
            "slope at the activation",
            {"slope(Z)": "slope(np.tanh(Z))"},
            "`slope` takes pre-activations. You gave it activations.",
        ),
        Wrong(
            "divided by n",
            "return delta @ W.T * slope(Z) / len(Z)",
            "Your delta is divided by the number of samples. The mean is "
            "taken in the gradients, once, and not at every layer.",
        ),
        Wrong(
            "sign",
            "return -delta @ W.T * slope(Z)",
            "The sign is turned around. A delta is a slope; the minus comes "
            "with the step.",
        ),
        Wrong(
            "divided by the slope",
            {"* slope": "/ slope"},
            "A nudge of `Z` comes out multiplied by the slope, so blame is "
            "multiplied by it as well. You divided.",
        ),
        Wrong(
            "mean over the units",
            "return delta @ W.T * slope(Z) / W.shape[1]",
            "You took the mean over the units of the next layer. A nudge "
            "takes every road at once, and the effects add up: a sum.",
        ),
        Wrong(
            "in place",
            """
            delta /= 2
            return 2 * delta @ W.T * slope(Z)
            """,
        ),
    ),
    hints=(
        "Which sum does a hidden unit have to take? Write its indices down, "
        "then find the product that adds over the same one.",
        "`delta` is (n, d_next) and the result (n, d). Only one of `W` and "
        "`W.T` fits. The slope is multiplied element by element.",
    ),
    cases=hidden_cases,
    gradient=Gradient(
        lambda delta, W, Z, slope: np.sum((np.tanh(Z) @ W) * delta), (2,)
    ),
)


def layer_cases(rng):
    """Yield A, the input of a layer, and the layer's delta."""
    for label, n, d_in, d in SIZES:
        yield label, rng.random((n, d_in)), rng.normal(size=(n, d))


LAYER_GRADIENTS = Exercise(
    name="backpropagation/layer-gradients",
    title="The gradients of one layer",
    statement="""
        From a layer's input and its delta to the slopes of its weights and
        biases. The cost is the **mean** over the batch.
    """,
    header='''
        def layer_gradients(A, delta):
            """Return (dW, db), of shapes (d_in, d) and (d,).

            A : (n, d_in), what comes into the layer.
            delta : (n, d), the layer's delta, a row for each sample.
            """
    ''',
    solution="return A.T @ delta / len(A), delta.mean(axis=0)",
    rights=(
        """
        n = A.shape[0]
        dW = np.einsum("ik,ij->kj", A, delta) / n
        return dW, delta.T @ np.ones(n) / n
        """,
        """
        dW = sum(np.outer(a, d) for a, d in zip(A, delta))
        return dW / len(A), np.sum(delta, axis=0) / len(A)
        """,
    ),
    wrongs=(
        Wrong(
            "zeros",
            """
            return np.zeros((A.shape[1], delta.shape[1])), 0 * delta[0]
            """,
        ),
        Wrong(
            "no mean",
            "return A.T @ delta, delta.sum(axis=0)",
            "You summed over the batch; the cost is a mean. With one sample "
            "both are the same, so that case agrees.",
        ),
        Wrong(
            "mean of the biases only",
            {" / len(A)": ""},
            "`db` is a mean, `dW` is still a sum: the matrix product adds up "
            "the samples and does not divide.",
        ),
        Wrong(
            "sum of the biases",
            {"delta.mean(axis=0)": "delta.sum(axis=0)"},
            "`dW` is a mean, `db` is still a sum. Both belong to the same "
            "cost, so both are divided by n.",
        ),
        Wrong(
            "mean twice",
            {"delta.mean(axis=0)": "delta.mean(axis=0) / len(A)"},
            "`mean` divides by n already, and you divide once more.",
        ),
        Wrong(
            "dW transposed",
            "return delta.T @ A / len(A), delta.mean(axis=0)",
            "Your `dW` is transposed. A gradient has its parameter's shape, "
            "and `W` is (d_in, d) here; columns would have it your way.",
        ),
        Wrong(
            "added over the units",
            {"axis=0": "axis=1"},
            "`db` is added up along the wrong axis. The samples are the rows, "
            "and there is one bias for each column.",
        ),
        Wrong(
            "sign",
            "return -A.T @ delta / len(A), -delta.mean(axis=0)",
            "These are the steps, not the slopes: the minus comes with the "
            "learning rate.",
        ),
        Wrong(
            "the wrong n",
            {"len(A)": "A.shape[1]"},
            "You divided by the number of inputs. The mean is over the "
            "samples, which are the rows.",
        ),
        Wrong(
            "in place",
            """
            delta /= len(A)
            return A.T @ delta, delta.sum(axis=0)
            """,
        ),
    ),
    hints=(
        "For one sample and one weight: what comes in, times the delta. Now "
        "put the samples side by side.",
        "`A.T @ delta` adds over the samples. For the biases, 1 comes in.",
    ),
    cases=layer_cases,
)


def network_cases(rng):
    """Yield layers, X and Y of networks of several depths."""
    for label, n, sizes in (
        ("three layers", 6, [4, 5, 3, 2]),
        ("one sample", 1, [3, 4, 2]),
        ("one layer", 5, [3, 2]),
        ("square layers", 4, [3, 3, 3]),
    ):
        layers = [
            (rng.normal(size=(i, o)), rng.normal(size=o))
            for i, o in pairwise(sizes)
        ]
        X, Y = rng.normal(size=(n, sizes[0])), rng.random((n, sizes[-1]))
        yield label, layers, X, Y


def network_cost(layers, X, Y):
    """Return the mean quadratic cost of a network of sigmoids."""
    for W, b in layers:
        X = sigmoid(X @ W + b)
    return 0.5 * np.sum((X - Y) ** 2) / len(Y)


DESCEND = Exercise(
    name="backpropagation/descend",
    title="One step downhill",
    statement=r"""
        All slopes are known. Move every parameter by $-\eta$ times its slope,
        in every layer, and leave the old layers as they are.
    """,
    header='''
        def descend(layers, gradients, eta):
            """Return the new layers, a list of (W, b).

            layers : list of (W, b).
            gradients : list of (dW, db), shaped alike.
            eta : the learning rate, a number.
            """
    ''',
    solution="""
        pairs = zip(layers, gradients)
        return [(W - eta * dW, b - eta * db) for (W, b), (dW, db) in pairs]
    """,
    rights=(
        """
        moved = []
        for i in range(len(layers)):
            W, b = layers[i]
            dW, db = gradients[i]
            moved.append((W + -eta * dW, b + -eta * db))
        return moved
        """,
        """
        return [
            tuple(p - eta * dp for p, dp in zip(layer, gradient))
            for layer, gradient in zip(layers, gradients)
        ]
        """,
    ),
    wrongs=(
        Wrong(
            "uphill",
            "return [(W + eta * dW, b + eta * db)\n"
            "        for (W, b), (dW, db) in zip(layers, gradients)]",
            "You went uphill: a slope points where the cost rises, and the "
            "step goes the other way.",
        ),
        Wrong(
            "biases stay",
            {"b - eta * db": "b"},
            "The weights moved and the biases did not.",
        ),
        Wrong(
            "biases uphill",
            {"b - eta": "b + eta"},
            "The weights go down and the biases go up. Both want the minus.",
        ),
        Wrong(
            "no learning rate for the biases",
            {"eta * db": "db"},
            "The learning rate is missing at the biases.",
        ),
        Wrong(
            "no learning rate",
            "return [(W - dW, b - db)\n"
            "        for (W, b), (dW, db) in zip(layers, gradients)]",
            "The learning rate is missing: you took a step of 1.",
        ),
        Wrong(
            "only the step",
            "return [(-eta * dW, -eta * db) for dW, db in gradients]",
            "These are the steps alone. Add them to the old parameters.",
        ),
        Wrong(
            "last layer only",
            """
            (W, b), (dW, db) = layers[-1], gradients[-1]
            return [*layers[:-1], (W - eta * dW, b - eta * db)]
            """,
            "Only the last layer moved. Every layer has slopes of its own.",
        ),
        Wrong(
            "no step at all",
            "return [(W, b) for W, b in layers]",
            "Nothing has moved: these are the old layers.",
        ),
        Wrong(
            "in place",
            """
            for (W, b), (dW, db) in zip(layers, gradients):
                W -= eta * dW
                b -= eta * db
            return layers
            """,
            "Your numbers are right, but `W -= ...` writes into the old "
            "arrays, which were to stay. `W - eta * dW` makes new ones.",
        ),
    ),
    hints=(
        "`zip(layers, gradients)` gives a layer and its slopes together.",
        "For each layer, the pair of `W - eta * dW` and `b - eta * db`.",
    ),
    cases=lambda rng: (
        (
            label,
            layers,
            [tuple(rng.normal(size=p.shape) for p in pair) for pair in layers],
            0.1 + rng.random(),
        )
        for label, layers, _, _ in network_cases(rng)
    ),
)


GRADIENTS = Exercise(
    name="backpropagation/gradients",
    title="All of it: the gradients of a network",
    statement="""
        Put the pieces together, for any number of sigmoid layers, the
        quadratic cost, and a batch in rows. The page measures your slopes
        with the referee, every array of every layer.
    """,
    header='''
        def gradients(layers, X, Y):
            """Return a list of (dW, db), one pair for each layer.

            layers : list of (W, b), (d_in, d) and (d,).
            X, Y : (n, inputs) and (n, outputs).
            """
    ''',
    solution="""
        As = [X]
        for W, b in layers:
            As.append(1 / (1 + np.exp(-(As[-1] @ W + b))))
        delta = (As[-1] - Y) * As[-1] * (1 - As[-1])
        found = []
        for i in reversed(range(len(layers))):
            found.insert(0, (As[i].T @ delta / len(X), delta.mean(axis=0)))
            delta = delta @ layers[i][0].T * As[i] * (1 - As[i])
        return found
    """,
    rights=(
        """
        def back(A, rest):
            if not rest:
                return (A - Y) / len(X), []
            W, b = rest[0]
            after = 1 / (1 + np.exp(-A @ W - b))
            slope, found = back(after, rest[1:])
            delta = slope * after * (1 - after)
            return delta @ W.T, [(A.T @ delta, delta.sum(axis=0)), *found]

        return back(X, layers)[1]
        """,
        """
        totals = [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
        for x, y in zip(X, Y):
            inputs = []
            for W, b in layers:
                inputs.append(x)
                x = 1 / (1 + np.exp(-(x @ W + b)))
            blame = (x - y) / len(X)
            for k in range(len(layers) - 1, -1, -1):
                d = blame * x * (1 - x)
                x = inputs[k]
                totals[k][0][...] += np.outer(x, d)
                totals[k][1][...] += d
                blame = layers[k][0] @ d
        return totals
        """,
    ),
    wrongs=(
        Wrong(
            "no mean",
            {"delta / len(X), delta.mean": "delta, delta.sum"},
            "You summed over the batch; the cost is a mean.",
        ),
        Wrong(
            "last layer first",
            {"found.insert(0, (": "found.insert(len(found), ("},
            "Your list begins with the last layer. You walk backward, so each "
            "new pair belongs in front of the others.",
        ),
        Wrong(
            "no slope at the output",
            {"(As[-1] - Y) * As[-1] * (1 - As[-1])": "As[-1] - Y"},
            "The output's delta is missing the slope of the sigmoid. `A - Y` "
            "alone belongs to the cross-entropy.",
        ),
        Wrong(
            "no slope in the hidden layers",
            {"@ layers[i][0].T * As[i] * (1 - As[i])": "@ layers[i][0].T"},
            "On the way back the slopes of the hidden units are missing. A "
            "network of one layer has none, so that case agrees.",
        ),
        Wrong(
            "W not transposed",
            {"[0].T": "[0]"},
            "On the way back `W` has to be transposed. Square layers let the "
            "other form through, with wrong numbers.",
        ),
        Wrong(
            "the error sent back",
            """
            As = [X]
            for W, b in layers:
                As.append(1 / (1 + np.exp(-(As[-1] @ W + b))))
            found, E = [], As[-1] - Y
            for i in reversed(range(len(layers))):
                delta = E * As[i + 1] * (1 - As[i + 1])
                found.insert(0, (As[i].T @ delta / len(X), delta.mean(axis=0)))
                E = E @ layers[i][0].T
            return found
            """,
            "You sent the *error* back through the weights. What goes back "
            "is the delta, the error times the slope of the layer it left.",
        ),
        Wrong(
            "the input of the wrong layer",
            {"(As[i].T": "(As[i + 1].T"},
            "A weight's slope is what comes *in* along it, times the delta. "
            "You took what comes out of the layer.",
        ),
        Wrong(
            "sign",
            {"(As[-1] - Y)": "(Y - As[-1])"},
            "Every slope has the wrong sign: the error is `A - Y`.",
        ),
        Wrong(
            "last layer only",
            """
            A = X
            for W, b in layers:
                before, A = A, 1 / (1 + np.exp(-(A @ W + b)))
            delta = (A - Y) * A * (1 - A)
            zeros = [(0 * W, 0 * b) for W, b in layers[:-1]]
            return [*zeros, (before.T @ delta / len(X), delta.mean(axis=0))]
            """,
            "Only the last layer has its slopes, the others are zero. Go on "
            "back: each layer's delta makes the one before it.",
        ),
        Wrong(
            "updated on the way",
            {"layers[i][0].T": "(layers[i][0] - found[0][0]).T"},
            "A delta went back through weights that had moved already. Blame "
            "takes the road the signal came: find all slopes, then move.",
        ),
    ),
    hints=(
        "Forward first, and keep what every layer said: the way back needs "
        "all of it.",
        "Backward, with `i` from the last layer to the first: the gradients "
        "from `As[i]` and the delta, then the delta of the layer before.",
        "The delta of the layer before is "
        "`delta @ W.T * As[i] * (1 - As[i])`.",
    ),
    cases=network_cases,
    gradient=Gradient(network_cost, (0,)),
)


EXERCISES = [OUTPUT_DELTA, HIDDEN_DELTA, LAYER_GRADIENTS, DESCEND, GRADIENTS]
