"""Exercises of the chapter "Rows in a Matrix": rows, softmax, L2."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnlib.activations import sigmoid, softmax
from nnlib.datasets import one_hot
from nnlib.exercises.exercise import Exercise, Gradient, Wrong

GOES_WITH = Exercise(
    name="row-matrix/goes-with",
    title="What may be added",
    statement="""
        What a `Matrix` lets stand on the right of its `+`: a matrix of its own
        shape, or a single row of as many columns. All else it refuses, though
        NumPy would take some of it. Decide by the two shapes alone.
    """,
    header='''
        def goes_with(left, right):
            """Return True if left + right is allowed, else False.

            left : the shape of a Matrix, a tuple (n, d).
            right : the shape of an array, a tuple of one or two numbers.
            """
    ''',
    solution="return right in (left, (1, left[1]))",
    rights=(
        """
        if len(right) != 2:
            return False
        rows, columns = right
        return columns == left[1] and (rows == left[0] or rows == 1)
        """,
        """
        fits = len(right) == 2 and right[1] == left[1]
        return fits and right[0] in (1, left[0])
        """,
    ),
    wrongs=(
        Wrong(
            "all that NumPy takes",
            """
            try:
                np.broadcast_shapes(left, right)
            except ValueError:
                return False
            return True
            """,
            "These are NumPy's rules. By them a column of labels is repeated "
            "across all columns, and a `Matrix` is there to refuse that.",
        ),
        Wrong(
            "what does not grow",
            """
            try:
                return np.broadcast_shapes(left, right) == left
            except ValueError:
                return False
            """,
            "You refuse what would make the sum larger, and let the rest of "
            "NumPy's rules stand. A column is repeated by them as well.",
        ),
        Wrong(
            "same shape only",
            "return right == left",
            "You refuse the single row. Then no bias can be added to a batch.",
        ),
        Wrong(
            "columns too",
            "return right in (left, (1, left[1]), (left[0], 1))",
            "You let a single column through. A bias is a row; a column, such "
            "as the labels, is there by mistake.",
        ),
        Wrong(
            "flat rows too",
            "return right in (left, (1, left[1]), (left[1],))",
            "You let an array with one axis through. A matrix has two; "
            "nobody can say whether (4,) is a row or a column.",
        ),
        Wrong(
            "single numbers too",
            "return right in (left, (1, left[1]), (1, 1))",
            "You let a 1×1 matrix through. It has a single column, and is "
            "allowed only where the left side has a single one too.",
        ),
        Wrong(
            "as many columns",
            "return right[-1] == left[-1]",
            "You compare the columns only. The rows have to be as many, or "
            "one.",
        ),
        Wrong(
            "the rule of the product",
            "return left[1] == right[0]",
            "That is when `left @ right` is allowed: as many columns as the "
            "other has rows.",
        ),
        Wrong(
            "as many numbers",
            "return np.prod(left) == np.prod(right)",
            "You compare how many numbers there are. They have to lie alike "
            "as well, and a single row has fewer.",
        ),
        Wrong(
            "a row on the left",
            "return right in (left, (1, left[1])) or (\n"
            "    left == (1, right[-1])\n)",
            "You let the row stand on the left as well. The left side is "
            "the batch, and the sum keeps its shape.",
        ),
        Wrong(
            "always yes",
            "return True",
            "You allow everything. Some of these shapes even NumPy refuses.",
        ),
        Wrong(
            "always no",
            "return False",
            "You refuse everything, two matrices of one shape included.",
        ),
    ),
    hints=(
        "Two shapes are allowed on the right. Write both down in terms of "
        "`left`.",
        "They are `left` itself and `(1, left[1])`. Tuples can be compared "
        "with `==`, and looked for with `in`.",
    ),
    cases=lambda rng: [
        ("the same shape", (7, 4), (7, 4)),
        ("a row", (7, 4), (1, 4)),
        ("a column", (7, 4), (7, 1)),
        ("one axis", (7, 4), (4,)),
        ("1×1", (7, 4), (1, 1)),
        ("the transpose", (7, 4), (4, 7)),
        ("two rows", (7, 4), (2, 4)),
        ("a row on the left", (1, 4), (5, 4)),
        ("as many numbers", (6, 4), (8, 3)),
        ("a square and a column", (3, 3), (3, 1)),
        ("a column and 1×1", (5, 1), (1, 1)),
    ],
)


ONE_HOT = Exercise(
    name="row-matrix/one-hot-answers",
    title="Answers with a single 1",
    statement="""
        Turn outputs into answers: each row gets a 1 where its largest output
        stands, and zeros elsewhere. The outputs may be any numbers, negative
        ones and zeros too. Of several that are largest, the first counts.
    """,
    header='''
        def one_hot_answers(outputs):
            """Return 0s and 1s, (n, k): one 1 in each row.

            outputs : (n, k), a row for each sample.
            """
    ''',
    solution="return np.eye(outputs.shape[1])[outputs.argmax(axis=1)]",
    rights=(
        """
        answers = np.zeros(outputs.shape)
        for row, output in zip(answers, outputs):
            row[np.argmax(output)] = 1
        return answers
        """,
        """
        largest = outputs == outputs.max(axis=1, keepdims=True)
        first = np.cumsum(largest, axis=1) == 1
        return (largest & first).astype(float)
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros(outputs.shape)"),
        Wrong(
            "rounded down",
            """
            with np.errstate(all="ignore"):
                largest = outputs.max(axis=1, keepdims=True)
                return np.floor(outputs / largest)
            """,
            "You divide by the largest and round down. That needs positive "
            "outputs, of which no two are largest: zeros give NaN, negative "
            "ones other numbers, and a tie two 1s.",
        ),
        Wrong(
            "all of the largest",
            "return 1.0 * (outputs == outputs.max(axis=1, keepdims=True))",
            "In a tie your row has several 1s. An answer names one class: "
            "the first of them.",
        ),
        Wrong(
            "above a half",
            "return 1.0 * (outputs > 0.5)",
            "Above ½ is the rule for a single output. With several, none may "
            "be above ½, or more than one.",
        ),
        Wrong(
            "places",
            "return outputs.argmax(axis=1)",
            "These are the places of the largest outputs. They are still to "
            "be turned into rows of zeros and ones.",
        ),
        Wrong(
            "largest of each column",
            """
            answers = np.zeros(outputs.shape)
            columns = np.arange(outputs.shape[1])
            answers[outputs.argmax(axis=0), columns] = 1
            return answers
            """,
            "Each *column* has a single 1. The samples are the rows, so the "
            "largest is looked for along a row.",
        ),
        Wrong(
            "last of the largest",
            """
            k = outputs.shape[1]
            last = k - 1 - outputs[:, ::-1].argmax(axis=1)
            return np.eye(k)[last]
            """,
            "In a tie you take the last of the largest. The first counts.",
        ),
        Wrong(
            "largest in size",
            {"outputs.argmax": "abs(outputs).argmax"},
            "You look for the largest absolute value. Of −5 and 1 the larger "
            "one is 1.",
        ),
        Wrong(
            "smallest",
            {"argmax": "argmin"},
            "Your 1 stands at the smallest output.",
        ),
        Wrong(
            "one for the whole batch",
            "return 1.0 * (outputs == outputs.max())",
            "You compare with the largest output of the whole batch. Each row "
            "has a largest of its own.",
        ),
        Wrong(
            "in place",
            """
            best = outputs.argmax(axis=1)
            outputs[...] = 0
            outputs[np.arange(len(best)), best] = 1
            return outputs
            """,
        ),
    ),
    hints=(
        "`argmax` along the right axis gives a place for each row, and of "
        "equal ones the first.",
        "The rows of `np.eye(k)` are the answers that there are. Pick one of "
        "them for each sample.",
    ),
    cases=lambda rng: [
        ("probabilities", softmax(rng.normal(size=(7, 4)))),
        ("negative outputs", -1 - rng.random((5, 3))),
        ("a tie", np.array([[0.2, 0.4, 0.4], [0.5, 0.1, 0.5]])),
        ("zeros", np.zeros((2, 3))),
        ("both signs", 3 * rng.normal(size=(4, 4))),
        ("one sample", np.array([[1.0, -5.0, 2.0, 0.5]])),
    ],
)


def unit_cases(rng):
    """Yield W and v of a network with as many units as inputs."""
    for label, d in (
        ("two units", 2),
        ("three units", 3),
        ("one unit", 1),
        ("four units", 4),
    ):
        W = rng.normal(size=(d, d)) / 2 + 2 * np.eye(d)
        v = rng.uniform(0.5, 3, d) * (-1) ** np.arange(d)
        yield label, W, -v
    yield "all for it", np.array([[1.0, 2.0], [-1.0, 1.0]]), np.ones(2) / 2


WAY_OUT = Exercise(
    name="row-matrix/way-out",
    title="The way out",
    statement=r"""
        Two hidden units cannot enclose a ball, and $d$ units cannot enclose
        one in $d$ dimensions: find the way out. Going one step along
        $\mathbf{d}$ changes the $z$ of every hidden unit by 1, up where its
        weight in the output is positive, down where it is negative.
    """,
    header='''
        def way_out(W, v):
            """Return the direction, (d,).

            W : (d, d), the hidden units' weights, a column for each unit.
            v : (d,), their weights in the output, none of them 0.
            """
    ''',
    solution="return np.linalg.solve(W.T, np.sign(v))",
    rights=(
        "return np.where(v > 0, 1.0, -1.0) @ np.linalg.inv(W)",
        """
        Q, R = np.linalg.qr(W)
        found = np.empty(len(v))
        for j in range(len(v)):
            known = found[:j] @ R[:j, j]
            found[j] = (np.sign(v[j]) - known) / R[j, j]
        return Q @ found
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * v"),
        Wrong(
            "not transposed",
            {"W.T": "W"},
            "You solved for the rows of `W`. A unit's weights are a *column*, "
            "so its equation is a row of `W.T`.",
        ),
        Wrong(
            "no sign",
            {"np.sign(v)": "v"},
            "Each z changes by `v` now, not by 1. Only the sign of `v` is "
            "asked for.",
        ),
        Wrong(
            "always up",
            {"np.sign(v)": "np.ones(len(v))"},
            "Every z goes up. Where the output weight is negative, a vote "
            "for the ball shrinks as z grows: there it has to go down.",
        ),
        Wrong(
            "the way in",
            {"np.sign(v)": "-np.sign(v)"},
            "You go the other way: along it every vote shrinks.",
        ),
        Wrong(
            "multiplied",
            "return W @ np.sign(v)",
            "You multiplied by the weights. That direction is the sum of the "
            "units' own ones, and one unit may pull against another; solve "
            "for the changes that you want.",
        ),
        Wrong(
            "multiplied by the transpose",
            "return W.T @ np.sign(v)",
            "You multiplied by the transposed weights. The direction is the "
            "unknown of the equations, not their right side.",
        ),
        Wrong(
            "of length 1",
            """
            d = np.linalg.solve(W.T, np.sign(v))
            return d / np.linalg.norm(d)
            """,
            "Your direction has length 1. It is to have the length that "
            "changes every z by 1.",
        ),
        Wrong(
            "with v once more",
            {"solve(W.T,": "solve((W * v).T,"},
            "You put the output weights into the equations as well. The "
            "votes change by 1 then, the z do not.",
        ),
        Wrong(
            "across the lines",
            "return np.sign(v) @ (W / (W**2).sum(axis=0)).T",
            "You added a step for each unit, as if the others did not feel "
            "it. They do, unless their weights are at right angles.",
        ),
        Wrong(
            "in place",
            """
            v[...] = np.sign(v)
            return np.linalg.solve(W.T, v)
            """,
        ),
    ),
    hints=(
        "One equation for each unit: its column of `W`, times the direction, "
        "is 1 or −1. The direction is the unknown.",
        "`np.linalg.solve(M, r)` finds x with M x = r. The units' weights "
        "have to be the rows of M.",
    ),
    cases=unit_cases,
    equivalent={
        "return np.where(v >= 0, 1.0, -1.0) @ np.linalg.inv(W)": (
            "no output weight is 0"
        ),
        "known = R[:j, j] @ found[:j]": "an inner product, either way",
    },
)


def pair_cases(rng):
    """Yield A, Y, and the names of an output and a cost."""
    for label, output, cost, n, d in (
        ("sigmoid, quadratic", "sigmoid", "quadratic", 7, 3),
        ("sigmoid, cross-entropy", "sigmoid", "cross_entropy", 5, 4),
        ("sigmoid, log-likelihood", "sigmoid", "log_likelihood", 4, 4),
        ("softmax, quadratic", "softmax", "quadratic", 7, 3),
        ("softmax, cross-entropy", "softmax", "cross_entropy", 3, 3),
        ("softmax, log-likelihood", "softmax", "log_likelihood", 5, 4),
        ("one sample", "softmax", "quadratic", 1, 4),
    ):
        f = {"sigmoid": sigmoid, "softmax": softmax}[output]
        Y = one_hot(rng.integers(d, size=n), d)
        yield label, f(rng.normal(size=(n, d))), Y, output, cost


ANY_PAIR = Exercise(
    name="row-matrix/any-pair",
    title="The delta of any pair",
    statement=r"""
        For every output with every cost, the pairs that `nnlib` refuses
        included: the cost's slope at $a$ first, then back through the output.
        The quadratic loss begins with ½; the log-likelihood is
        $-\sum y \ln a$. Every sample has a delta of its own.
    """,
    header='''
        def output_delta(A, Y, output, cost):
            """Return ∂loss/∂Z of the output layer, (n, d).

            A : (n, d), the outputs, between 0 and 1.
            Y : (n, d), targets, one-hot rows.
            output : "sigmoid" or "softmax".
            cost : "quadratic", "cross_entropy" or "log_likelihood".
            """
    ''',
    solution="""
        slope = {
            "quadratic": A - Y,
            "cross_entropy": (A - Y) / (A * (1 - A)),
            "log_likelihood": -Y / A,
        }[cost]
        weighed = slope * A
        if output == "softmax":
            weighed = weighed.sum(axis=1, keepdims=True)
        return A * (slope - weighed)
    """,
    rights=(
        """
        if cost == "quadratic":
            slope = A - Y
        elif cost == "cross_entropy":
            slope = (1 - Y) / (1 - A) - Y / A
        else:
            slope = -Y / A
        if output == "sigmoid":
            return slope * (A - A**2)
        return slope * A - A * np.einsum("ij,ij->i", slope, A)[:, None]
        """,
        """
        deltas = []
        for a, y in zip(A, Y):
            if cost == "log_likelihood":
                slope = -(y / a)
            else:
                slope = a - y
            if cost == "cross_entropy":
                slope = slope / a / (1 - a)
            J = np.diag(a * (1 - a))
            if output == "softmax":
                J = np.diag(a) - np.outer(a, a)
            deltas.append(J @ slope)
        return np.array(deltas)
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * A"),
        Wrong(
            "by the cost alone",
            """
            if cost == "quadratic":
                return (A - Y) * A * (1 - A)
            return A - Y
            """,
            "Your delta looks at the cost alone. `A - Y` is right where the "
            "output is the partner of the cost, and nowhere else; and a "
            "softmax has more slopes than `A * (1 - A)`.",
        ),
        Wrong(
            "always a - y",
            "return A - Y",
            "`A - Y` belongs to two pairs: sigmoid with cross-entropy, "
            "softmax with log-likelihood. For the others it is the slope of "
            "a cost that nobody asked for.",
        ),
        Wrong(
            "the diagonal of the softmax",
            """
            slopes = {"quadratic": A - Y, "log_likelihood": -Y / A}
            entropy = (A - Y) / (A * (1 - A))
            return slopes.get(cost, entropy) * A * (1 - A)
            """,
            "You treat the softmax like a sigmoid. A z of a softmax moves "
            "*all* outputs of its row, and `A * (1 - A)` is only what it "
            "does to its own.",
        ),
        Wrong(
            "at the output",
            """
            slopes = {"quadratic": A - Y, "log_likelihood": -Y / A}
            return slopes.get(cost, (A - Y) / (A * (1 - A)))
            """,
            "This is the slope at the outputs `A`. The way back through the "
            "output's own function is still missing.",
        ),
        Wrong(
            "added over the samples",
            {"axis=1": "axis=0"},
            "The sum of the softmax goes over the samples. The outputs that "
            "share a sum of 1 lie in one row.",
        ),
        Wrong(
            "softmax everywhere",
            {'output == "softmax"': 'output != "none"'},
            "You go back through a softmax even where the output is a "
            "sigmoid. Sigmoids do not know of each other.",
        ),
        Wrong(
            "partners swapped",
            """
            slope = A - Y
            if cost == "cross_entropy":
                slope = -Y / A
            if cost == "log_likelihood":
                slope = (A - Y) / (A * (1 - A))
            if output == "softmax":
                slope = slope - np.sum(slope * A, axis=1, keepdims=True)
                return slope * A
            return slope * A * (1 - A)
            """,
            "The cross-entropy and the log-likelihood are swapped. The "
            "log-likelihood looks only at outputs whose target is not 0.",
        ),
        Wrong(
            "log-likelihood without its sign",
            {"-Y / A": "Y / A"},
            "The sign of the log-likelihood is turned around: the loss falls "
            "as the right output grows.",
        ),
        Wrong(
            "quadratic without its half",
            {'"quadratic": A - Y': '"quadratic": 2 * (A - Y)'},
            "Your quadratic delta is twice too large. The ½ in the loss "
            "cancels the 2 of the square.",
        ),
        Wrong(
            "divided by n",
            {"(slope - weighed)": "(slope - weighed) / len(A)"},
            "Your delta is divided by the number of samples. The mean is "
            "taken later, in the gradients.",
        ),
        Wrong(
            "in place",
            {"return A * (slope - weighed)": "A *= slope - weighed\nreturn A"},
        ),
    ),
    hints=(
        "Two steps that know nothing of each other: three slopes at `A`, one "
        "for each cost, and two ways back, one for each output.",
        "Through a sigmoid: times `A * (1 - A)`. Through a softmax: write "
        "down what one z does to all outputs, and add up.",
        "Through a softmax, with `g` the slope at `A`: `A` times `g` less "
        "the sum of `g * A` over the row.",
    ),
    cases=pair_cases,
    equivalent={
        "deltas.append(slope @ J)": "the Jacobian is symmetric",
    },
)


def network_cases(rng):
    """Yield weights, biases, X, Y, lambda and N of several networks."""
    for label, n, sizes, l2, n_train in (
        ("two layers", 6, [4, 5, 3], 0.7, 20),
        ("three layers", 5, [3, 6, 4, 2], 0.3, 11),
        ("one sample", 1, [3, 4, 2], 0.5, 3),
        ("no penalty", 7, [2, 4, 3], 0.0, 15),
        ("square layers", 4, [3, 3, 3], 1.2, 10),
        ("a unit at 0", 5, [3, 4, 2], 0.4, 9),
    ):
        weights = [rng.normal(size=pair) for pair in pairwise(sizes)]
        biases = [rng.normal(size=(1, d)) for d in sizes[1:]]
        X = rng.normal(size=(n, sizes[0]))
        Y = one_hot(rng.integers(sizes[-1], size=n), sizes[-1])
        if label == "a unit at 0":
            weights[0][:, 1], biases[0][:, 1] = 0, 0
        yield label, weights, biases, X, Y, l2, n_train


def network_cost(weights, biases, X, Y, l2, n_train):
    """Return the mean log-likelihood of ReLUs and a softmax, with L2."""
    penalty = l2 / (2 * n_train) * sum(np.sum(W * W) for W in weights)
    A = X
    for W, b in zip(weights[:-1], biases[:-1]):
        Z = A @ W + b
        A = np.where(Z.real > 0, Z, 0)
    P = softmax(A @ weights[-1] + biases[-1])
    return penalty - np.sum(Y * np.log(P)) / len(Y)


GRADIENTS = Exercise(
    name="row-matrix/gradients",
    title="All of it: ReLU, softmax and a penalty",
    statement=r"""
        The gradients of the cost that is *reported*: the mean log-likelihood
        of the batch, plus $\frac{\lambda}{2N} \sum w^2$. The hidden layers are
        ReLUs, the output is a softmax, the batch lies in rows and every bias
        is a row. At 0 the slope of a ReLU is 0. The page measures your slopes
        with the referee.
    """,
    header='''
        def gradients(weights, biases, X, Y, l2, n_train):
            """Return (nabla_w, nabla_b), lists of (d_in, d) and (1, d).

            weights, biases : lists of (d_in, d) and (1, d), by layers.
            X, Y : a batch, (n, inputs), and one-hot rows (n, classes).
            l2, n_train : λ, and N, the size of the whole training set.
            """
    ''',
    solution="""
        As, nabla_w, nabla_b = [X], [], []
        for W, b in zip(weights, biases):
            Z = As[-1] @ W + b
            As.append(np.maximum(Z, 0))
        delta = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True) - Y
        for W, A in zip(weights[::-1], As[-2::-1]):
            nabla_w.insert(0, A.T @ delta / len(X) + l2 / n_train * W)
            nabla_b.insert(0, delta.mean(axis=0, keepdims=True))
            delta = delta @ W.T * (A > 0)
        return nabla_w, nabla_b
    """,
    rights=(
        """
        def back(A, rest):
            (W, b), *above = rest
            Z = A @ W + b
            if above:
                pulled, nablas = back(np.maximum(Z, 0), above)
                delta = np.where(Z > 0, pulled, 0)
            else:
                P = np.exp(Z)
                delta, nablas = P / P.sum(axis=1)[:, None] - Y, []
                delta /= len(X)
            nabla = A.T @ delta + l2 * W / n_train, delta.sum(axis=0)[None]
            return delta @ W.T, [nabla, *nablas]

        nablas = back(X, list(zip(weights, biases)))[1]
        return [w for w, _ in nablas], [b for _, b in nablas]
        """,
        """
        nabla_w = [W * (l2 / n_train) for W in weights]
        nabla_b = [np.zeros_like(b) for b in biases]
        for x, y in zip(X, Y):
            inputs = []
            for W, b in zip(weights, biases):
                inputs.append(x)
                z = x @ W + b[0]
                x = np.maximum(z, 0)
            d = (np.exp(z) / np.exp(z).sum() - y) / len(X)
            for k in range(len(weights) - 1, -1, -1):
                nabla_w[k] += np.outer(inputs[k], d)
                nabla_b[k] += d
                d = (weights[k] @ d) * (inputs[k] > 0)
        return nabla_w, nabla_b
        """,
    ),
    wrongs=(
        Wrong(
            "no penalty",
            {" + l2 / n_train * W": ""},
            "These are the gradients without the penalty. The cost has it, "
            "so its slope has it too.",
        ),
        Wrong(
            "penalty divided by the batch",
            {"l2 / n_train": "l2 / len(X)"},
            "You divide the penalty by the rows of the batch. Then λ means "
            "something else for every batch size; the cost divides by N.",
        ),
        Wrong(
            "penalty not divided",
            {"l2 / n_train": "l2"},
            "λ is not divided by N, the size of the training set.",
        ),
        Wrong(
            "penalty twice",
            {"l2 / n_train": "2 * l2 / n_train"},
            "The penalty's slope is twice too large: the 2 in the "
            "denominator cancels the 2 of the square.",
        ),
        Wrong(
            "no mean",
            {
                "delta / len(X)": "delta",
                "delta.mean(axis=0": "delta.sum(axis=0",
            },
            "You summed over the batch. The cost is a mean, plus a penalty.",
        ),
        Wrong(
            "biases summed",
            {"delta.mean(axis=0": "delta.sum(axis=0"},
            "The weights have a mean and the biases a sum. Both belong to the "
            "same cost.",
        ),
        Wrong(
            "biases punished",
            """
            As = [X]
            for W, b in zip(weights, biases):
                Z = As[-1] @ W + b
                As.append(np.maximum(Z, 0))
            E = np.exp(Z)
            delta = E / E.sum(axis=1, keepdims=True) - Y
            nabla_w, nabla_b, c = [], [], l2 / n_train
            for W, b, A in zip(weights[::-1], biases[::-1], As[-2::-1]):
                nabla_w.insert(0, A.T @ delta / len(X) + c * W)
                nabla_b.insert(0, delta.mean(axis=0, keepdims=True) + c * b)
                delta = delta @ W.T * (A > 0)
            return nabla_w, nabla_b
            """,
            "The biases are penalized too. The penalty is about weights.",
        ),
        Wrong(
            "flat biases",
            {"axis=0, keepdims=True": "axis=0"},
            "The biases' gradients have one axis, and the biases have two. "
            "A gradient has its parameter's shape: here a single row.",
        ),
        Wrong(
            "no slope of the ReLU",
            {" * (A > 0)": ""},
            "The slopes of the hidden units are missing: nothing goes back "
            "through a ReLU that says 0.",
        ),
        Wrong(
            "W not transposed",
            {"W.T": "W"},
            "On the way back `W` has to be transposed. Square layers let the "
            "other form through, with wrong numbers.",
        ),
        Wrong(
            "a slope too many",
            {
                "keepdims=True) - Y": "keepdims=True) - Y\n"
                "P = delta + Y\ndelta = delta * P * (1 - P)"
            },
            "You multiplied `A - Y` by a slope of the output. With softmax "
            "and log-likelihood the slope has canceled already.",
        ),
        Wrong(
            "softmax over the samples",
            {"sum(axis=1": "sum(axis=0"},
            "Your softmax divides by the sum over the samples. The outputs of "
            "one sample are a row, and they add up to 1.",
        ),
        Wrong(
            "sigmoids at the output",
            {"np.exp(Z).sum(axis=1, keepdims=True)": "(1 + np.exp(Z))"},
            "Your outputs are sigmoids: each looks at its own z only. A "
            "softmax divides by the sum of its row.",
        ),
        Wrong(
            "last layer first",
            {
                "nabla_w.insert(0, ": "nabla_w.insert(len(nabla_w), ",
                "nabla_b.insert(0, ": "nabla_b.insert(len(nabla_b), ",
            },
            "Your lists begin with the last layer. You walk backward, so each "
            "gradient belongs in front of the others.",
        ),
        Wrong(
            "in place",
            {"W.T * (A > 0)": "W.T * (A > 0)\n    W *= 1.5"},
        ),
    ),
    hints=(
        "Forward, and keep what comes into every layer. At the output the "
        "partners softmax and log-likelihood leave `A - Y`.",
        "From the last layer to the first: `A.T @ delta / n`, with `A` what "
        "comes in, and the penalty's slope at the weights, λ/N times `W`.",
        "Then `delta @ W.T`, times 1 where the ReLU below said something and "
        "0 where it did not. That is `A > 0`.",
    ),
    cases=network_cases,
    gradient=Gradient(network_cost, (0, 1)),
)


EXERCISES = [GOES_WITH, ONE_HOT, WAY_OUT, ANY_PAIR, GRADIENTS]
