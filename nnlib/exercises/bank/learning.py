"""Exercises of the chapter "Learning": steps, batches, when to stop."""

from __future__ import annotations

import numpy as np

from nnlib.exercises.exercise import Exercise, Wrong


def gorge(theta):
    """Return the slope of a parabola that is sharper along one way."""
    return np.array([[1.5, 1.0], [1.0, 3.0]]) @ (theta - 1)


def bowl(theta):
    """Return the slope of a valley whose curvature changes."""
    return theta + theta**3 / 4


WALK = Exercise(
    name="learning/walk",
    title="A walk downhill",
    statement=r"""
        Follow gradient descent, equation {eq}`eq-learning-step`, for a number
        of steps, and keep every point: the start first, the last point last.
    """,
    header='''
        def walk(slope, theta, eta, steps):
            """Return the points, (steps + 1, d).

            slope : a function, gives the gradient at a point, (d,).
            theta : (d,), the start.
            eta : the learning rate, a number.
            """
    ''',
    solution="""
        points = [theta]
        for _ in range(steps):
            points.append(points[-1] - eta * slope(points[-1]))
        return np.array(points)
    """,
    rights=(
        """
        points = np.empty((steps + 1, len(theta)), theta.dtype)
        points[0] = theta
        for before, after in zip(points, points[1:]):
            after[...] = before - eta * slope(before)
        return points
        """,
        """
        if not steps:
            return theta[None]
        rest = walk(slope, theta - eta * slope(theta), eta, steps - 1)
        return np.vstack([theta, rest])
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros((steps + 1, len(theta)))"),
        Wrong(
            "uphill",
            {"points[-1] - eta": "points[-1] + eta"},
            "You walk uphill: a slope points where the cost rises.",
        ),
        Wrong(
            "the start left out",
            {"np.array(points)": "np.array(points[1:]).reshape(steps, -1)"},
            "The start is missing: `steps` steps lead to `steps + 1` points.",
        ),
        Wrong(
            "the last step left out",
            {"np.array(points)": "np.array(points[:steps])"},
            "One step is missing at the end. The start is a point as well, "
            "so there are `steps + 1`.",
        ),
        Wrong(
            "the last point only",
            {"np.array(points)": "points[-1]"},
            "This is where the walk ends. Keep every point on the way.",
        ),
        Wrong(
            "the slope of the start",
            {"slope(points[-1])": "slope(points[0])"},
            "You asked for the slope once, at the start. It holds for that "
            "spot only: feel again after every step.",
        ),
        Wrong(
            "no learning rate",
            {"eta * slope": "slope"},
            "The learning rate is missing: you took steps of 1 times the "
            "slope.",
        ),
        Wrong(
            "steps of equal length",
            """
            points = [theta]
            for _ in range(steps):
                g = slope(points[-1])
                points.append(points[-1] - eta * g / np.linalg.norm(g))
            return np.array(points)
            """,
            "Your steps are all equally long. A step is the learning rate "
            "times the slope, so it shrinks where the ground is flat.",
        ),
        Wrong(
            "one coordinate after the other",
            """
            points = [theta]
            for _ in range(steps):
                point = points[-1].copy()
                for i in range(len(point)):
                    point[i] -= eta * slope(point)[i]
                points.append(point)
            return np.array(points)
            """,
            "A parameter moved before the slope of the next was taken. All "
            "slopes belong to the same point: find them, then move.",
        ),
        Wrong(
            "one array in every row",
            """
            theta, points = theta.copy(), []
            for _ in range(steps):
                points.append(theta)
                theta -= eta * slope(theta)
            return np.array([*points, theta])
            """,
            "Every row is the last point. `theta -= ...` changes the one "
            "array that all your entries are; `theta = theta - ...` makes a "
            "new one.",
        ),
        Wrong(
            "in place",
            """
            points = [theta.copy()]
            for _ in range(steps):
                theta -= eta * slope(theta)
                points.append(theta.copy())
            return np.array(points)
            """,
        ),
    ),
    hints=(
        "Begin a list with the start. Each new point comes from the last one "
        "in the list.",
        "`points[-1] - eta * slope(points[-1])` is the next point. "
        "`np.array(points)` puts them in rows.",
    ),
    cases=lambda rng: [
        ("a gorge", gorge, rng.normal(size=2), 0.3, 6),
        ("a bowl of three parameters", bowl, rng.normal(size=3), 0.1, 4),
        ("one parameter", bowl, np.array([2.0]), 0.5, 3),
        ("a rate beyond the limit", gorge, rng.normal(size=2), 0.52, 5),
        ("no step", bowl, rng.normal(size=3), 0.1, 0),
    ],
)


def curved(rng, *curvatures):
    """Return a symmetric matrix with these eigenvalues."""
    d = len(curvatures)
    Q, _ = np.linalg.qr(rng.normal(size=(d, d)))
    return Q * np.array(curvatures) @ Q.T


LIMIT = Exercise(
    name="learning/largest-rate",
    title="The fastest rate that does not leave",
    statement=r"""
        At the bottom of a valley the matrix $\mathbf H$ says how the gradient
        changes: its eigenvalues are the curvatures along its own directions,
        all of them positive here. Which learning rate is the limit? Below it
        every distance shrinks, whatever the direction; see
        {eq}`eq-learning-limit`.
    """,
    header='''
        def largest_rate(H):
            """Return the limit of the learning rate, one number.

            H : (d, d), symmetric, the second derivatives of the cost.
            """
    ''',
    solution="return 2 / np.linalg.eigvalsh(H).max()",
    rights=(
        "return 2 / np.linalg.svd(H, compute_uv=False)[0]",
        """
        curvatures, _ = np.linalg.eigh(H)
        return min(2 / kappa for kappa in curvatures)
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0.0"),
        Wrong(
            "one over the curvature",
            {"2 /": "1 /"},
            "With 1 / κ a step along the sharpest way lands at the bottom. "
            "It may overshoot, up to twice that, and still come nearer.",
        ),
        Wrong(
            "the flattest way",
            {"max()": "min()"},
            "You took the smallest curvature. The sharpest way sets the "
            "limit: along it that rate would throw you out.",
        ),
        Wrong(
            "mean curvature",
            {"max()": "mean()"},
            "You took the mean curvature. A walk that leaves along one "
            "direction has left; the sharpest decides.",
        ),
        Wrong(
            "the diagonal",
            "return 2 / np.max(np.diag(H))",
            "You looked at the diagonal. It has the curvatures along the "
            "parameters' own axes, and the sharpest way may lie between them.",
        ),
        Wrong(
            "the sum of all",
            "return 2 / np.trace(H)",
            "The trace is the sum of all curvatures. It gives a rate that is "
            "safe, and not the limit.",
        ),
        Wrong(
            "the length of the matrix",
            "return 2 / np.linalg.norm(H)",
            "`np.linalg.norm` of a matrix adds up the squares of all its "
            "entries. That is safe, and not the limit.",
        ),
        Wrong(
            "the product of all",
            "return 2 / np.linalg.det(H)",
            "The determinant is the product of all curvatures. One of them "
            "decides, the sharpest.",
        ),
        Wrong(
            "upside down",
            "return np.linalg.eigvalsh(H).max() / 2",
            "Upside down: the sharper the valley, the *shorter* the steps.",
        ),
        Wrong(
            "the curvature itself",
            "return np.linalg.eigvalsh(H).max()",
            "This is the sharpest curvature κ. The limit is the rate at "
            "which 1 − ηκ gets to −1.",
        ),
        Wrong(
            "the square root",
            "return 2 / np.sqrt(np.linalg.eigvalsh(H).max())",
            "No root is to be taken: the factor of a step is 1 − ηκ.",
        ),
    ),
    hints=(
        "Along one direction of curvature κ the distance is multiplied by "
        "1 − ηκ. For which η is that −1? And which direction is the first to "
        "get there?",
        "`np.linalg.eigvalsh(H)` gives the curvatures of a symmetric matrix, "
        "the smallest first.",
    ),
    cases=lambda rng: [
        ("two parameters", curved(rng, 0.5, 3.0)),
        ("a long narrow gorge", curved(rng, 0.001, 8.0)),
        ("four parameters", curved(rng, 0.1, 0.7, 0.9, 2.0)),
        ("one parameter", np.array([[1.5]])),
    ],
)


BATCHES = Exercise(
    name="learning/batches",
    title="No row left out",
    statement="""
        Cut an epoch into batches of `size` rows. The rows are shuffled
        already. Every row comes once; the last batch holds what is left over,
        and may be smaller.
    """,
    header='''
        def batches(order, size):
            """Return the batches, a list of arrays of row numbers.

            order : (n,), the numbers 0 to n - 1, shuffled.
            size : the number of rows of a batch, which may be more than n.
            """
    ''',
    solution="""
        starts = range(0, len(order), size)
        return [order[start : start + size] for start in starts]
    """,
    rights=(
        "return np.split(order, np.arange(size, len(order), size))",
        """
        found = []
        while len(order):
            found.append(order[:size])
            order = order[size:]
        return found
        """,
    ),
    wrongs=(
        Wrong(
            "zeros",
            {"order[start : start + size]": "0 * order[start : start + size]"},
        ),
        Wrong(
            "stops one batch early",
            {"len(order), size)": "len(order) - size, size)"},
            "Your starts end at n − size, so the last batch is missing, the "
            "full one too. With one batch of everything no row is left, and "
            "nobody gets an error message.",
        ),
        Wrong(
            "the odd rows left out",
            {"len(order), size)": "len(order) - size + 1, size)"},
            "A last batch that is not full is dropped. Its rows count: a "
            "mean over fewer rows is a mean.",
        ),
        Wrong(
            "the number of batches",
            "return np.array_split(order, size)",
            "You made `size` batches. `size` is how many rows a batch has.",
        ),
        Wrong(
            "not shuffled",
            {
                "return [": "rows = np.arange(len(order))\nreturn [",
                "order[start : start": "rows[start : start",
            },
            "These are the rows in their old order. Take the numbers out of "
            "`order`.",
        ),
        Wrong(
            "overlapping",
            {"len(order), size)": "len(order))"},
            "A batch begins at every row, so the rows come several times. "
            "The next batch begins where this one ends.",
        ),
        Wrong(
            "one row too many",
            {"start + size]": "start + size + 1]"},
            "Each batch has a row too many, which comes again in the next. "
            "A slice ends before its end.",
        ),
        Wrong(
            "one row too few",
            {"start + size]": "start + size - 1]"},
            "Each batch is a row short: a slice ends before its end already.",
        ),
        Wrong(
            "filled up",
            {
                "order[start : start + size]": (
                    "order.take(range(start, start + size), mode='wrap')"
                )
            },
            "You filled up the last batch with rows from the beginning. They "
            "come twice in this epoch.",
        ),
        Wrong(
            "the rest in the last batch",
            """
            n_full = max(len(order) // size, 1)
            ends = [size * k for k in range(1, n_full)]
            return np.split(order, ends)
            """,
            "The odd rows have gone into the last full batch. They make a "
            "batch of their own.",
        ),
        Wrong(
            "one batch",
            "return [order]",
            "This is one batch of everything, whatever the size.",
        ),
        Wrong(
            "every so many",
            """
            n = -(-len(order) // size)
            return [order[k::n] for k in range(n)]
            """,
            "You took every so-manieth row. The batches are pieces of "
            "`order`, one after the other, and all but the last are full.",
        ),
    ),
    hints=(
        "Where does each batch begin? `range` with three arguments counts in "
        "steps, and ends before its end.",
        "`order[start : start + size]` is a batch; a slice that goes beyond "
        "the end stops there by itself.",
    ),
    cases=lambda rng: [
        (label, rng.permutation(n), size)
        for label, n, size in (
            ("10 rows, batches of 4", 10, 4),
            ("6 rows, batches of 3", 6, 3),
            ("4 rows in one batch", 4, 4),
            ("batches larger than the data", 3, 5),
            ("batches of one row", 5, 1),
        )
    ],
)


STOPPED = Exercise(
    name="learning/when-to-stop",
    title="Waiting long enough, and no longer",
    statement="""
        You are given the held-out cost after every epoch of a long run. After
        which epoch would it have ended, if it stops as soon as the lowest
        cost so far lies `patience` epochs back? Epochs count from 1. An equal
        cost is no lower cost. A run that is never stopped ends with its last
        epoch.
    """,
    header='''
        def stopped(costs, patience):
            """Return the epoch after which the run ends, an integer.

            costs : (epochs,), the held-out cost after each epoch.
            patience : 1 or more.
            """
    ''',
    solution="""
        for epoch in range(1, len(costs) + 1):
            best = 1 + np.argmin(costs[:epoch])
            if epoch - best >= patience:
                break
        return epoch
    """,
    rights=(
        """
        best = 0
        for i in range(len(costs)):
            if costs[i] < costs[best]:
                best = i
            if i - best == patience:
                break
        return i + 1
        """,
        """
        lows = np.minimum.accumulate(costs)
        best = np.array([np.argmax(costs == low) for low in lows])
        done = np.flatnonzero(np.arange(len(costs)) - best >= patience)
        return 1 + (done[0] if len(done) else len(costs) - 1)
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0"),
        Wrong(
            "one epoch too late",
            {">=": ">"},
            "You wait an epoch too long: when the lowest cost lies "
            "`patience` epochs back, it is time.",
        ),
        Wrong(
            "counted from 0",
            {"return epoch": "return epoch - 1"},
            "Your epochs count from 0. After the first of them one has been "
            "done: count from 1.",
        ),
        Wrong(
            "the best epoch",
            """
            for epoch in range(1, len(costs) + 1):
                best = 1 + np.argmin(costs[:epoch])
                if epoch - best >= patience:
                    break
            return best
            """,
            "This is the epoch with the lowest cost. The run goes on after "
            "it: only later can it be known that it was the lowest.",
        ),
        Wrong(
            "the first rise",
            """
            for i in range(1, len(costs)):
                if costs[i] >= costs[i - 1]:
                    return i + 1
            return len(costs)
            """,
            "You stop at the first epoch that is no better. A single bad "
            "epoch may be noise; that is what the patience is for.",
        ),
        Wrong(
            "since the last fall",
            """
            waited = 0
            for i in range(len(costs)):
                falls = i == 0 or costs[i] < costs[i - 1]
                waited = 0 if falls else waited + 1
                if waited == patience:
                    break
            return i + 1
            """,
            "You begin to wait anew whenever the cost is lower than in the "
            "epoch before. What counts is the lowest so far: a cost that "
            "rises and falls above it makes no progress.",
        ),
        Wrong(
            "rises counted in all",
            """
            rises = 0
            for i in range(len(costs)):
                rises += costs[i] > costs[:i].min(initial=np.inf)
                if rises == patience:
                    break
            return i + 1
            """,
            "You add up all bad epochs of the run. A new lowest cost has to "
            "set the count back to 0.",
        ),
        Wrong(
            "looks ahead",
            "return min(1 + np.argmin(costs) + patience, len(costs))",
            "You looked for the lowest cost of the whole list. At the time of "
            "stopping nobody knows what comes later.",
        ),
        Wrong(
            "ties count",
            """
            best = 0
            for i in range(len(costs)):
                if costs[i] <= costs[best]:
                    best = i
                if i - best >= patience:
                    break
            return i + 1
            """,
            "An equal cost starts your waiting anew. It is no lower cost.",
        ),
        Wrong(
            "never stops",
            "return len(costs)",
            "The run is never stopped. Is it the training cost that you "
            "have in mind, which falls to the end?",
        ),
    ),
    hints=(
        "After each epoch: which one has been the lowest so far, and how long "
        "ago was it?",
        "`np.argmin(costs[:epoch])` looks at the epochs so far, and gives the "
        "first of equal ones, counted from 0.",
    ),
    cases=lambda rng: [
        (label, np.array(costs, float), patience)
        for label, costs, patience in (
            ("a dip that comes too late", [9, 7, 5, 6, 7, 8, 4, 3], 3),
            ("a bad epoch on the way", [9, 7, 8, 6, 5, 7, 6, 8, 7, 6, 9], 4),
            ("two equal lows", [5, 3, 4, 3, 4, 4, 3], 3),
            ("a cost that falls to the end", [5, 4, 3, 2, 1], 2),
            ("a patience of 1", [5, 4, 4, 1], 1),
            ("one epoch", [5], 2),
        )
    ],
)


def neuron_slope(theta, x, y):
    """Return the gradient of a sigmoid neuron's cross-entropy, (d,)."""
    return (1 / (1 + np.exp(-x @ theta)) - y) * x


def neuron_cost(theta, X, Y):
    """Return the mean cross-entropy of a sigmoid neuron."""
    Z = X @ theta
    return np.mean(np.logaddexp(0, Z) - Y * Z)


def line_slope(theta, x, y):
    """Return the gradient of a straight line's quadratic loss, (d,)."""
    return (x @ theta - y) * x


def line_cost(theta, X, Y):
    """Return the mean quadratic loss of a straight line."""
    return np.mean((X @ theta - Y) ** 2) / 2


def swinging():
    """Return a run that is best in its second epoch, and good in the last.

    The parameter swings to and fro: 4, -3.6, 3.2, -2.9, 2.6.
    """
    data = np.array([[1.0], [0.8], [1.2]]), np.zeros(3)
    held_out = np.array([[1.0], [2.0]]), np.array([3.2, 6.4])
    orders = np.tile(np.array([2, 0, 1]), (4, 1))
    theta, functions = np.array([4.0]), (line_slope, line_cost)
    return theta, *functions, data, held_out, 1.85, 3, orders


def run_cases(rng):
    """Yield theta, slope, cost, data, held_out, eta, size and orders."""
    yield "a rate near the limit", *swinging()
    for label, n, d, eta, size, epochs in (
        ("one batch of everything", 5, 3, 1.0, 5, 2),
        ("5 rows, batches of 2", 5, 2, 3.0, 2, 2),
        ("batches of one row", 3, 3, 1.0, 1, 1),
        ("one epoch", 6, 1, 0.5, 4, 1),
    ):
        data, held_out = (
            (rng.normal(size=(k, d)), rng.integers(2, size=k).astype(float))
            for k in (n, 6)
        )
        orders = np.array([rng.permutation(n) for _ in range(epochs)])
        theta = 2 * rng.normal(size=d)
        functions = neuron_slope, neuron_cost
        yield label, theta, *functions, data, held_out, eta, size, orders


RUN = Exercise(
    name="learning/whole-run",
    title="All of it: a run, and the best of it",
    statement="""
        In each epoch go through the rows in the order that is given for it,
        `size` of them at a time, the odd rows at the end too. Step along the
        **mean** gradient of each batch; you are handed the gradient of one
        sample. After each epoch write down the cost of the held-out rows. Give
        back the parameters of the epoch with the lowest one, and all of these
        costs.
    """,
    header='''
        def train(theta, slope, cost, data, held_out, eta, size, orders):
            """Return the best parameters, (d,), and the held-out costs.

            slope : slope(theta, x, y) is one sample's gradient, (d,).
            cost : cost(theta, X, Y) is the mean loss of many.
            data, held_out : tuples (X, Y), a sample in each row.
            orders : (epochs, n), the row numbers, shuffled.
            """
    ''',
    solution="""
        (X, Y), costs, now, best = data, [], theta, theta
        for order in orders:
            for i in range(0, len(order), size):
                rows = order[i : i + size]
                slopes = [slope(now, X[k], Y[k]) for k in rows]
                now = now - eta * np.mean(slopes, axis=0)
            costs.append(cost(now, *held_out))
            best = now if costs[-1] == min(costs) else best
        return best, costs
    """,
    rights=(
        """
        points = [theta]
        for order in orders:
            after = points[-1]
            for rows in np.split(order, range(size, len(order), size)):
                before, share = after, eta / len(rows)
                for x, y in zip(data[0][rows], data[1][rows]):
                    after = after - share * slope(before, x, y)
            points.append(after)
        costs = [cost(point, *held_out) for point in points[1:]]
        return points[1:][np.argmin(costs)], costs
        """,
        """
        def after(theta, X, Y):
            if not len(X):
                return theta
            pairs = zip(X[:size], Y[:size])
            total = sum(slope(theta, x, y) for x, y in pairs)
            moved = theta - eta * total / len(X[:size])
            return after(moved, X[size:], Y[size:])

        costs, lowest, now = [], np.inf, theta
        for order in orders:
            now = after(now, *(part[order] for part in data))
            costs.append(cost(now, *held_out))
            if costs[-1] < lowest:
                lowest, best = costs[-1], now
        return best, costs
        """,
    ),
    wrongs=(
        Wrong(
            "the last parameters",
            {"return best, costs": "return now, costs"},
            "These are the parameters of the last epoch. The best ones were "
            "there earlier; keep them when they come by.",
        ),
        Wrong(
            "better than the epoch before",
            {"costs[-1] == min(costs)": "costs[-1] <= costs[-2:][0]"},
            "You keep the parameters whenever the cost is lower than in the "
            "epoch before. Lowest means lower than in all of them.",
        ),
        Wrong(
            "summed",
            {"np.mean(": "np.sum("},
            "You stepped along a sum. Then the step grows with the batch, "
            "and the same rate means something else for every size.",
        ),
        Wrong(
            "divided by the full size",
            {"np.mean(slopes, axis=0)": "np.sum(slopes, axis=0) / size"},
            "You divided by `size`. The last batch may have fewer rows, and "
            "its mean is over those.",
        ),
        Wrong(
            "divided by all rows",
            {"np.mean(slopes, axis=0)": "np.sum(slopes, axis=0) / len(X)"},
            "You divided by the number of all rows. The gradient is that of "
            "the batch.",
        ),
        Wrong(
            "stops one batch early",
            {"len(order), size)": "len(order) - size, size)"},
            "The last batch of each epoch is left out, even a full one: your "
            "`range` ends too early.",
        ),
        Wrong(
            "not shuffled",
            {"order[i : i + size]": "range(len(X))[i : i + size]"},
            "You took the rows as they come. Each epoch has an order of its "
            "own in `orders`.",
        ),
        Wrong(
            "the same order again",
            {"for order in orders": "for order in [orders[0]] * len(orders)"},
            "Every epoch takes the first epoch's order. Each has its own.",
        ),
        Wrong(
            "a step for each row",
            {
                "slopes = [slope(now, X[k], Y[k]) for k in rows]": (
                    "for k in rows:\n"
                    "            now = now - eta * slope(now, X[k], Y[k])"
                ),
                "        now = now - eta * np.mean(slopes, axis=0)\n": "",
            },
            "You step after every row. A batch makes one step, along the "
            "mean of its gradients, all taken at the same point.",
        ),
        Wrong(
            "the slope of the start",
            {"slope(now,": "slope(theta,"},
            "All your gradients are those of the first parameters. They "
            "change with every step.",
        ),
        Wrong(
            "the cost of the training rows",
            {"cost(now, *held_out)": "cost(now, *data)"},
            "You wrote down the cost of the rows that you train on. It says "
            "nothing of overfitting; look at the held-out ones.",
        ),
        Wrong(
            "the cost before the epoch",
            {
                "for i in range": (
                    "costs.append(cost(now, *held_out))\n    for i in range"
                ),
                "    costs.append(cost(now, *held_out))\n    best": (
                    "    best"
                ),
            },
            "Each cost is that of the parameters before the epoch. Take it "
            "after the last step of the epoch.",
        ),
        Wrong(
            "uphill",
            {"now - eta": "now + eta"},
            "You walk uphill: step against the slope.",
        ),
        Wrong(
            "in place",
            {
                "now = now - eta * np": "now -= eta * np",
                "best = now if": "best = now.copy() if",
            },
        ),
    ),
    hints=(
        "Two loops: the epochs, and in each the batches. The held-out cost "
        "comes after the inner one.",
        "A step: a list of `slope(now, X[k], Y[k])` for the rows of the "
        "batch, and its `np.mean` along the samples.",
        "`costs[-1] == min(costs)` says that this epoch is the best so far.",
    ),
    cases=run_cases,
    equivalent={
        "if costs[-1] <= lowest:": "no two epochs have the same cost",
    },
)


EXERCISES = [WALK, LIMIT, BATCHES, STOPPED, RUN]
