"""Exercises of the chapter "Bias row, tanh and softmax": the tricks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnlib.activations import softmax
from nnlib.costs import COSTS
from nnlib.datasets import one_hot
from nnlib.exercises.exercise import Exercise, Gradient, Wrong
from nnlib.regularizers import dropout_mask

DECAY = Exercise(
    name="bias-row-softmax/decay",
    title="A learning rate that decays",
    statement=r"""
        The rate of every epoch, $\eta_0 / (1 + d\,e)$, with the epochs $e$
        counted from 0. It is the *first* rate that is divided.
    """,
    header='''
        def rates(eta, decay, epochs):
            """Return the learning rate of each epoch, (epochs,).

            eta : the rate of the first epoch.
            decay : d, a number, not negative.
            epochs : how many there are.
            """
    ''',
    solution="return eta / (1 + decay * np.arange(epochs))",
    rights=(
        """
        found = []
        for epoch in range(epochs):
            found.append(eta / (1 + decay * epoch))
        return np.array(found)
        """,
        """
        slowness = np.full(epochs, decay / eta)
        slowness[0] = 1 / eta
        return 1 / np.cumsum(slowness)
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros(epochs)"),
        Wrong(
            "what is left is divided",
            """
            found = np.zeros(epochs)
            for epoch in range(epochs):
                eta /= 1 + decay * epoch
                found[epoch] = eta
            return found
            """,
            "You divide what is *left* of the rate, so the divisors pile up. "
            "After a thousand epochs of a tiny decay less than a hundredth "
            "is left, where nearly all was meant.",
        ),
        Wrong(
            "counted from 1",
            {"np.arange(epochs)": "np.arange(1, epochs + 1)"},
            "Your epochs count from 1, so the first one has a smaller rate "
            "already. They count from 0.",
        ),
        Wrong(
            "the same factor each epoch",
            {
                "(1 + decay * np.arange(epochs))": (
                    "(1 + decay) ** np.arange(epochs)"
                )
            },
            "You divide by 1 + d once more in every epoch. That is a decay "
            "too, and a faster one: the divisor is to grow by d each time.",
        ),
        Wrong(
            "a straight line",
            {"/ (1 + decay": "* (1 - decay"},
            "Your rate falls along a straight line, and becomes negative in "
            "the end. Divide by a sum; it never gets to 0.",
        ),
        Wrong(
            "exponential",
            "return eta * np.exp(-decay * np.arange(epochs))",
            "Yours is an exponential decay. For small d it begins alike.",
        ),
        Wrong(
            "growing",
            {"/ (1": "* (1"},
            "Your rate grows: you multiplied where you were to divide.",
        ),
        Wrong(
            "no parentheses",
            {
                "(1 + decay * np.arange(epochs))": (
                    "1 + decay * np.arange(epochs)"
                )
            },
            "Without the parentheses only 1 is below the line, and the decay "
            "is added to the rate.",
        ),
        Wrong(
            "no decay",
            "return np.full(epochs, eta)",
            "All your rates are the first one.",
        ),
        Wrong(
            "shares",
            {"eta /": "1 /"},
            "These are shares of the first rate. Multiply them by it.",
        ),
        Wrong(
            "toward the end",
            "return eta * (1 - np.arange(epochs) / epochs)",
            "Your rate runs down to the end of the training, whatever the "
            "decay. It is to depend on `decay`, not on how many epochs come.",
        ),
    ),
    hints=(
        "One division for each epoch, and always of the same number.",
        "`np.arange(epochs)` is e = 0, 1, 2, ...; put it into the formula.",
    ),
    cases=lambda rng: [
        ("five epochs", 0.5, 0.1, 5),
        ("a strong decay", 0.12, 2.0, 4),
        ("no decay", 0.3, 0.0, 3),
        ("one epoch", 0.7, 0.5, 1),
        ("many epochs", 0.001, 0.01, 60),
    ],
)


MOMENTUM = Exercise(
    name="bias-row-softmax/momentum",
    title="A step that remembers",
    statement="""
        The steps of momentum, equation {eq}`eq-softmax-momentum`, for slopes
        that are known beforehand. Before the first one nothing is remembered.
        No learning rate: the steps are in units of it.
    """,
    header='''
        def velocities(slopes, mu):
            """Return the velocity after each slope, (T, d).

            slopes : (T, d), one slope after the other.
            mu : the momentum, from 0 to below 1.
            """
    ''',
    solution="""
        v, found = np.zeros_like(slopes[0]), []
        for g in slopes:
            v = g + mu * v
            found.append(v)
        return np.array(found)
    """,
    rights=(
        """
        lag = np.subtract.outer(np.arange(len(slopes)), np.arange(len(slopes)))
        return np.where(lag >= 0, float(mu) ** abs(lag), 0) @ slopes
        """,
        """
        found = slopes.copy()
        for t in range(1, len(slopes)):
            found[t] += mu * found[t - 1]
        return found
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * slopes"),
        Wrong(
            "one step remembered",
            """
            found = slopes.copy()
            found[1:] += mu * slopes[:-1]
            return found
            """,
            "You remember the last *slope*, so the sum stops after two terms. "
            "What is remembered is the last step, which has all the others "
            "in it.",
        ),
        Wrong(
            "mean of the past",
            {"g + mu": "(1 - mu) * g + mu"},
            "You multiply the new slope by 1 − μ. That is a running mean, "
            "which never gets longer than the slopes; momentum adds up.",
        ),
        Wrong(
            "the slope is damped",
            {"g + mu * v": "mu * g + v"},
            "μ stands at the new slope. It belongs to the memory.",
        ),
        Wrong(
            "all of the past",
            {"g + mu * v": "g + v"},
            "Nothing of the past is forgotten. Every step back costs a factor "
            "μ.",
        ),
        Wrong(
            "no past",
            "return slopes.copy()",
            "These are the slopes. The last velocity, times μ, is still to "
            "be added.",
        ),
        Wrong(
            "against the past",
            {"g + mu": "g - mu"},
            "You subtract the memory. A step goes on where the last one went.",
        ),
        Wrong(
            "one array many times",
            {"v = g + mu * v": "v *= mu\n    v += g"},
            "All your rows are the last velocity. `v` is one array, which "
            "you change and put into the list again and again.",
        ),
        Wrong(
            "the last only",
            {"return np.array(found)": "return v"},
            "This is the velocity in the end. All of them are asked for.",
        ),
        Wrong(
            "looking ahead",
            {"found.append(v)": "found.append(g + mu * v)"},
            "Your steps have the new slope in them once more. That is "
            "Nesterov's form; here the velocity itself is the step.",
        ),
        Wrong(
            "begins with the first slope",
            {"np.zeros_like(slopes[0])": "slopes[0]"},
            "Before the first slope you remember that slope. At the start "
            "there is nothing to remember.",
        ),
        Wrong(
            "in place",
            """
            for t in range(1, len(slopes)):
                slopes[t] += mu * slopes[t - 1]
            return slopes
            """,
        ),
    ),
    hints=(
        "Let `v` begin with zeros, and for every slope make the new `v` from "
        "the slope and the old one.",
        "A slope of 1 all along has to lead to 1/(1 − μ). Make a new array "
        "each time, so that the list keeps them apart.",
    ),
    cases=lambda rng: [
        ("seven slopes", rng.normal(size=(7, 4)), 0.9),
        ("a slope of 1 all along", np.ones((12, 1)), 0.5),
        ("one slope", rng.normal(size=(1, 3)), 0.9),
        ("no momentum", rng.normal(size=(4, 2)), 0.0),
        ("to and fro", (-1.0) ** np.arange(6)[:, None] * np.ones(2), 0.8),
    ],
)


def penalty_cases(rng):
    """Yield V, l2, l1 and N."""
    for label, d, d_in, l2, l1, n_train in (
        ("both penalties", 3, 5, 0.7, 0.4, 20),
        ("L2 alone", 4, 3, 1.5, 0.0, 11),
        ("L1 alone", 2, 4, 0.0, 2.0, 7),
        ("one unit, one input", 1, 1, 0.5, 0.3, 9),
        ("a square", 4, 3, 2.0, 3.0, 40),
    ):
        V = rng.normal(size=(d, 1 + d_in))
        if d_in > 1:
            V[0, 2], V[-1, 1] = 0, 0
        yield label, V, l2, l1, n_train


PENALTY = Exercise(
    name="bias-row-softmax/penalty",
    title="The slope of a penalty",
    statement=r"""
        The slope of $\frac{\lambda_2}{2N} \sum w^2 + \frac{\lambda_1}{N}
        \sum |w|$, for one layer of this design. Biases are not penalized.
        Where a weight is 0, take 0 for the slope of $|w|$.
    """,
    header='''
        def penalty_slope(V, l2, l1, n_train):
            """Return the slope at every entry of V, shaped like V.

            V : (d, 1 + d_in), biases in the first column, then weights.
            l2, l1 : the two strengths.
            n_train : N, how many samples the training set has.
            """
    ''',
    solution="""
        slope = (l2 * V + l1 * np.sign(V)) / n_train
        slope[:, 0] = 0
        return slope
    """,
    rights=(
        """
        W = V[:, 1:]
        uphill = 1.0 * (W > 0) - 1.0 * (W < 0)
        slope = l2 / n_train * W + l1 / n_train * uphill
        return np.hstack([np.zeros((len(V), 1)), slope])
        """,
        """
        slope = np.zeros(V.shape)
        for i in range(V.shape[0]):
            for j in range(1, V.shape[1]):
                w = V[i, j]
                corner = 1 if w > 0 else -1 if w < 0 else 0
                slope[i, j] = (l2 * w + l1 * corner) / n_train
        return slope
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * V"),
        Wrong(
            "biases too",
            "return (l2 * V + l1 * np.sign(V)) / n_train",
            "The biases are penalized too. They are the first column.",
        ),
        Wrong(
            "last column free",
            {"slope[:, 0]": "slope[:, -1]"},
            "You left the last column out. The biases are the first one in "
            "this design.",
        ),
        Wrong(
            "first row free",
            {"slope[:, 0]": "slope[0]"},
            "You left the first *row* out, which is a unit with all its "
            "weights. The biases are a column.",
        ),
        Wrong(
            "not divided",
            {" / n_train": ""},
            "Nothing is divided by N. So the penalty is counted once for "
            "every batch, and grows with their number.",
        ),
        Wrong(
            "only L2 divided",
            {
                "(l2 * V + l1 * np.sign(V)) / n_train": (
                    "l2 * V / n_train + l1 * np.sign(V)"
                )
            },
            "L1 is not divided by N. Both belong to the same cost.",
        ),
        Wrong(
            "divided by the weights",
            {"n_train": "V.size"},
            "You divide by the number of entries. N is the number of training "
            "samples.",
        ),
        Wrong(
            "twice L2",
            {"(l2 *": "(2 * l2 *"},
            "Your L2 is twice too large: the 2 in the denominator cancels "
            "the 2 of the square.",
        ),
        Wrong(
            "half of L2",
            {"(l2 *": "(l2 / 2 *"},
            "Your L2 is half of what it should be: the square brings a 2 "
            "down, which cancels the one in the denominator.",
        ),
        Wrong(
            "size for sign",
            {"np.sign(V)": "abs(V)"},
            "You took |w| for its slope. The slope is 1 or −1, as far from 0 "
            "as near it.",
        ),
        Wrong(
            "always up",
            {"np.sign(V)": "np.ones(V.shape)"},
            "Your L1 pushes every weight the same way. A negative weight has "
            "to be pushed up.",
        ),
        Wrong(
            "1 at 0",
            {"np.sign(V)": "np.where(V < 0, -1, 1)"},
            "At a weight of 0 you take the slope 1, which would push it away "
            "from where it should be. Take 0 there.",
        ),
        Wrong(
            "without the column",
            {"return slope": "return slope[:, 1:]"},
            "The column of the biases is gone. The slope has the shape of "
            "`V`, with zeros there.",
        ),
        Wrong(
            "in place",
            """
            V[:, 0] = 0
            return (l2 * V + l1 * np.sign(V)) / n_train
            """,
            "Your slopes are right, and the biases are lost: `V[:, 0] = 0` "
            "writes into the layer. Write into the slope.",
        ),
    ),
    hints=(
        "The slope of w²/2 is w, that of |w| is the sign of w. `np.sign` "
        "gives 0 at 0.",
        "Work with all of `V`, then set the first column of the *result* to "
        "zero.",
    ),
    cases=penalty_cases,
)


def thinned_cases(rng):
    """Yield Z, M, V and delta."""
    for label, n, d, above, p in (
        ("7 samples", 7, 4, 3, 0.5),
        ("one sample", 1, 4, 3, 0.4),
        ("as many units above", 5, 3, 3, 0.2),
        ("one unit more above", 6, 3, 4, 0.5),
        ("nothing dropped", 4, 3, 2, 0.0),
    ):
        Z = rng.normal(size=(d, n))
        M = dropout_mask((d, n), p, rng)
        V = rng.normal(size=(above, 1 + d))
        yield label, Z, M, V, rng.normal(size=(above, n))


def thinned_cost(Z, M, V, delta):
    """Return a number whose slope at the layer above is ``delta``."""
    return np.sum((V[:, 1:] @ (M * np.tanh(Z))) * delta)


THINNED = Exercise(
    name="bias-row-softmax/thinned-delta",
    title="Back through a mask",
    statement="""
        The second line of {eq}`eq-softmax-dropout`: the delta of a hidden
        layer of tanh units, some of which were dropped. The activations were
        `M * np.tanh(Z)`, and a row of ones was put on top of them.
    """,
    header='''
        def thinned_delta(Z, M, V, delta):
            """Return the delta of the hidden layer, (d, n).

            Z : (d, n), its pre-activations, samples in columns.
            M : (d, n), its mask, zeros and 1 / (1 - p).
            V : (d_above, 1 + d), [b W] of the layer above.
            delta : (d_above, n), the delta of the layer above.
            """
    ''',
    solution="return (V.T @ delta)[1:] * M * (1 - np.tanh(Z) ** 2)",
    rights=(
        """
        pulled = np.einsum("ji,jn->in", V[:, 1:], delta)
        return M * pulled / np.cosh(Z) ** 2
        """,
        """
        found = np.zeros(Z.shape)
        for unit, sample in zip(*np.nonzero(M)):
            t = np.tanh(Z[unit, sample])
            blame = np.sum(V[:, unit + 1] * delta[:, sample])
            found[unit, sample] = blame * M[unit, sample] * (1 - t * t)
        return found
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * Z"),
        Wrong(
            "no mask",
            {" * M": ""},
            "The mask is missing on the way back. It was a factor on the way "
            "forward, and the chain rule keeps factors: a dropped unit gets "
            "no blame, a kept one more.",
        ),
        Wrong(
            "zeros of the mask only",
            {"* M": "* (M > 0)"},
            "You keep the zeros of the mask and forget its factor "
            "1/(1 − p). The kept activations were multiplied by it.",
        ),
        Wrong(
            "mask twice",
            {"* M": "* M**2"},
            "The mask is in it twice. It stood once in the way forward.",
        ),
        Wrong(
            "slope of what was thinned",
            {"np.tanh(Z)": "(M * np.tanh(Z))"},
            "You took the slope from the thinned activations. The mask comes "
            "after the tanh, so the slope is that of tanh at `Z`.",
        ),
        Wrong(
            "mask inside",
            {"np.tanh(Z)": "np.tanh(M * Z)"},
            "You put the mask inside the tanh. It was multiplied with what "
            "the tanh says.",
        ),
        Wrong(
            "no slope",
            {" * (1 - np.tanh(Z) ** 2)": ""},
            "The slope of the tanh is missing.",
        ),
        Wrong(
            "slope at the activation",
            {"np.tanh(Z)": "np.tanh(np.tanh(Z))"},
            "You took the slope at the activation. tanh′(z) is 1 − a², "
            "which has one tanh in it.",
        ),
        Wrong(
            "sigmoid's slope",
            {"(1 - np.tanh(Z) ** 2)": "np.tanh(Z) * (1 - np.tanh(Z))"},
            "a (1 − a) is the slope of a sigmoid. These units are tanh.",
        ),
        Wrong(
            "last row dropped",
            {"[1:]": "[:-1]"},
            "You dropped the last row. The biases are the first column of "
            "`V` here, so the slope of the ones is the *first* row.",
        ),
        Wrong(
            "not transposed",
            {"V.T": "V"},
            "`V` is not transposed: it leads forward, and you go back. Only "
            "with one unit more above than here do the shapes fit.",
        ),
        Wrong(
            "divided by n",
            {"* M *": "* M / Z.shape[1] *"},
            "Your delta is divided by the number of samples. The mean is "
            "taken in the gradient, once.",
        ),
        Wrong(
            "sign",
            {"(V.T": "(-V.T"},
            "The sign is turned around. A delta is a slope; the minus comes "
            "with the step.",
        ),
        Wrong(
            "in place",
            """
            M *= 1 - np.tanh(Z) ** 2
            return (V.T @ delta)[1:] * M
            """,
        ),
    ),
    hints=(
        "Three factors: what the layer above pulls down, the mask, and the "
        "slope of tanh at `Z`.",
        "`V.T @ delta` has a row more than there are units. The ones lie on "
        "top, so `[1:]` is without them.",
    ),
    cases=thinned_cases,
    gradient=Gradient(thinned_cost, (0,)),
)


def network_cases(rng):
    """Yield weights, X and Y of networks of several depths."""
    for label, n, sizes, scale in (
        ("two layers", 6, [4, 5, 3], 1),
        ("three layers", 5, [3, 6, 4, 2], 1),
        ("one sample", 1, [3, 4, 2], 1),
        ("equal sizes", 3, [3, 3, 3], 1),
        ("outputs that are very sure", 4, [3, 4, 2], 1200),
    ):
        weights = [rng.normal(size=(m, 1 + k)) for k, m in pairwise(sizes)]
        weights[-1] = scale * weights[-1]
        X = rng.normal(size=(n, sizes[0]))
        yield label, weights, X, one_hot(np.arange(n) % sizes[-1], sizes[-1])


def network_cost(weights, X, Y):
    """Return the mean log-likelihood of tanh layers and a softmax."""
    A = X.T
    for V in weights:
        Z = V[:, 1:] @ A + V[:, :1]
        A = np.tanh(Z)
    losses = COSTS["log_likelihood"].losses(Z, softmax(Z, axis=0), Y.T, axis=0)
    return np.sum(losses) / len(X)


GRADIENTS = Exercise(
    name="bias-row-softmax/gradients",
    title="All of it: turned around, and back",
    statement="""
        The gradients of the design: tanh in the hidden layers, softmax at the
        output, the **mean** log-likelihood. The batch comes as rows and is
        turned into columns, with a row of ones on top. An output may be as
        sure as it likes: let no exponential overflow. The page measures your
        slopes with the referee.
    """,
    header='''
        def gradients(weights, X, Y):
            """Return the gradients of the mean loss, shaped like weights.

            weights : list of [b W], (d, 1 + d_in), the biases first.
            X, Y : (n, inputs) and one-hot (n, classes), a sample in each row.
            """
    ''',
    solution="""
        A1s, A, found = [], X.T, []
        for V in weights:
            A1s.append(np.vstack([np.ones(len(X)), A]))
            Z = V @ A1s[-1]
            A = np.tanh(Z)
        E = np.exp(Z - Z.max(axis=0))
        delta = E / E.sum(axis=0) - Y.T
        for V, A1 in zip(weights[::-1], A1s[::-1]):
            found.insert(0, delta @ A1.T / len(X))
            delta = (V.T @ delta * (1 - A1**2))[1:]
        return found
    """,
    rights=(
        """
        def back(A, layers):
            V, *above = layers
            Z = V[:, 1:] @ A + V[:, :1]
            if above:
                after = np.tanh(Z)
                pulled, found = back(after, above)
                delta = pulled * (1 - after * after)
            else:
                top = np.max(Z, axis=0)
                log_sum = top + np.log(np.exp(Z - top).sum(axis=0))
                delta, found = (np.exp(Z - log_sum) - Y.T) / len(X), []
            db = delta.sum(axis=1, keepdims=True)
            nabla = np.hstack([db, delta @ A.T])
            return V[:, 1:].T @ delta, [nabla, *found]

        return back(X.T, list(weights))[1]
        """,
        """
        found = [np.zeros(V.shape) for V in weights]
        for x, y in zip(X, Y):
            inputs = []
            for V in weights:
                inputs.append(np.append(1.0, x))
                z = V @ inputs[-1]
                x = np.tanh(z)
            e = np.exp(z - max(z))
            d = (e / e.sum() - y) / len(X)
            for k in range(len(weights) - 1, -1, -1):
                found[k] += np.outer(d, inputs[k])
                d = (d @ weights[k])[1:] * (1 - inputs[k][1:] ** 2)
        return found
        """,
    ),
    wrongs=(
        Wrong(
            "overflow",
            """
            A1s, A = [], X.T
            for V in weights:
                A1s.append(np.vstack([np.ones(len(X)), A]))
                Z = V @ A1s[-1]
                A = np.tanh(Z)
            with np.errstate(all="ignore"):
                E = np.exp(Z)
                delta = E / E.sum(axis=0) - Y.T
            found = []
            for V, A1 in zip(weights[::-1], A1s[::-1]):
                found.insert(0, delta @ A1.T / len(X))
                delta = (V.T @ delta * (1 - A1**2))[1:]
            return found
            """,
            "An exponential overflows where an output is very sure, and "
            "infinity over infinity is NaN. Subtract the largest z of the "
            "column first.",
        ),
        Wrong(
            "no mean",
            {"A1.T / len(X)": "A1.T"},
            "You summed over the batch; the cost is a mean. So the length of "
            "a step depends on how many rows a batch has.",
        ),
        Wrong(
            "softmax over the samples",
            {"E.sum(axis=0)": "E.sum(axis=1, keepdims=True)"},
            "Your softmax divides by the sum over the samples. From the first "
            "product on a sample is a *column*.",
        ),
        Wrong(
            "sigmoids at the output",
            {"E / E.sum(axis=0)": "1 / (1 + np.exp(-np.clip(Z, -700, 700)))"},
            "Your outputs are sigmoids. In a softmax the outputs of a sample "
            "share a sum of 1.",
        ),
        Wrong(
            "a slope too many",
            {"- Y.T": "- Y.T\nP = delta + Y.T\ndelta = delta * P * (1 - P)"},
            "You multiplied `A - Y` by a slope of the output. With softmax "
            "and log-likelihood it has canceled already.",
        ),
        Wrong(
            "ones below",
            {
                "[np.ones(len(X)), A]": "[A, np.ones(len(X))]",
                "[1:]": "[:-1]",
            },
            "Your ones lie below the activations. The biases are the first "
            "column of the weights here, so the ones come on top.",
        ),
        Wrong(
            "last row dropped",
            {"[1:]": "[:-1]"},
            "On the way back you drop the last row. The ones lie on top, so "
            "theirs is the first; now every unit has its neighbor's slope.",
        ),
        Wrong(
            "no slope of the tanh",
            {" * (1 - A1**2)": ""},
            "The slopes of the hidden units are missing.",
        ),
        Wrong(
            "slope at the activation",
            {"A1**2": "np.tanh(A1) ** 2"},
            "You took the tanh of the activations once more. tanh′(z) is "
            "1 − a², and `A1` holds the a.",
        ),
        Wrong(
            "sigmoid's slope",
            {"(1 - A1**2)": "A1 * (1 - A1)"},
            "a (1 − a) is the slope of a sigmoid. These units are tanh.",
        ),
        Wrong(
            "gradients transposed",
            {"delta @ A1.T": "A1 @ delta.T"},
            "Your gradients are transposed. A gradient has its parameter's "
            "shape, a row for each unit.",
        ),
        Wrong(
            "last layer first",
            {"found.insert(0, ": "found.insert(len(found), "},
            "Your list begins with the last layer. You walk backward, so each "
            "gradient belongs in front of the others.",
        ),
        Wrong(
            "new weights on the way back",
            {"(V.T @": "((V - found[0]).T @"},
            "A delta went back through weights that had moved already. Blame "
            "takes the road the signal came.",
        ),
        Wrong(
            "zeros for ones",
            {"np.ones(": "np.zeros("},
            "The row on top holds zeros, so no bias is ever added, and none "
            "has a slope. What comes in along a bias is 1.",
        ),
        Wrong(
            "sign",
            {"/ len(X)": "/ -len(X)"},
            "Every slope has the wrong sign: the output's delta is `A - Y`.",
        ),
    ),
    hints=(
        "Forward: the ones on top, one product, tanh, and keep what comes "
        "into each layer, ones included.",
        "At the output the softmax of the columns of Z, each less its "
        "largest entry, minus `Y.T`.",
        "Back: `delta @ A1.T / n`; then pull through `V.T`, multiply by "
        "1 − a², and drop the row on top.",
    ),
    cases=network_cases,
    gradient=Gradient(network_cost, (0,)),
)


EXERCISES = [DECAY, MOMENTUM, PENALTY, THINNED, GRADIENTS]
