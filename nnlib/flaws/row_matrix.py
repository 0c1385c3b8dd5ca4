"""Flaws of the row-matrix document, each beside its repair.

References
----------
Graesser, "A Neural Network program in Python: Part I", 2016, and the
program that goes with it.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlib import gradcheck
from nnlib.activations import ACTIVATIONS, sigmoid, softmax
from nnlib.costs import COSTS, cross_entropy, cross_entropy_from_z
from nnlib.designs.row_matrix import Matrix, RowMatrix
from nnlib.flaws.flaw import Effect, Flaw, outcome
from nnlib.initializers import normal_over_fan_out, scaled_normal
from nnlib.network import Network
from nnlib.regularizers import Penalty
from nnlib.training import minibatches
from nnlib.types import Array, Layer

# Which rows an epoch sees.


def batches_but_the_last(
    n_samples: int, batch_size: int, rng: np.random.Generator
) -> list[NDArray[np.intp]]:
    """Shuffle and cut, and stop a batch before the end."""
    order = rng.permutation(n_samples)
    starts = range(0, n_samples - batch_size, batch_size)
    return [order[start : start + batch_size] for start in starts]


def batches_of_all(
    n_samples: int, batch_size: int, rng: np.random.Generator
) -> list[NDArray[np.intp]]:
    """Shuffle and cut; the last batch holds what is left."""
    return list(minibatches(n_samples, batch_size, rng))


def measure_batches(rng: np.random.Generator) -> Effect:
    """Rows seen in an epoch, for three sizes of the training set."""
    sizes = [(100, 10), (101, 10), (4, 4)]
    return {
        form: {
            f"seen of {n}, in batches of {b}": sum(map(len, cut(n, b, rng)))
            for n, b in sizes
        }
        for form, cut in [
            ("broken", batches_but_the_last),
            ("fixed", batches_of_all),
        ]
    }


# What a step of L2 does to a weight.


def shrink_by_batch(
    learning_rate: float, l2: float, batch_size: int, n_train: int
) -> float:
    """Return the factor on a weight per step: 1 - ηλ / batch size."""
    return 1 - learning_rate * l2 / batch_size


def shrink_by_set(
    learning_rate: float, l2: float, batch_size: int, n_train: int
) -> float:
    """Return the factor on a weight per step: 1 - ηλ / N."""
    return 1 - learning_rate * l2 / n_train


def measure_shrink(rng: np.random.Generator) -> Effect:
    """Step over the penalty's slope, and what an epoch leaves of a weight."""
    eta, l2, batch_size, n_train = 0.1, 1.0, 10, 600
    w = rng.standard_normal((1, 1))
    slope = Penalty(l2, n_train=n_train).gradient(w).item()
    effect = {}
    for form, shrink in [
        ("broken", shrink_by_batch),
        ("fixed", shrink_by_set),
    ]:
        factor = shrink(eta, l2, batch_size, n_train)
        step = (1 - factor) * w.item()
        effect[form] = {
            "step over ηλw/N": step / (eta * slope),
            "left after an epoch": factor ** (n_train // batch_size),
        }
    return effect


# The same weights, three penalties.


def cost_over_rows(
    net: Network, X: Array, Y: Array, l2: float, n_train: int
) -> float:
    """Return the cost, its penalty divided by the rows handed in."""
    return net.cost(X, Y, l2=l2, n_train=len(X))


def cost_over_set(
    net: Network, X: Array, Y: Array, l2: float, n_train: int
) -> float:
    """Return the cost, its penalty divided by the training set's size."""
    return net.cost(X, Y, l2=l2, n_train=n_train)


def measure_penalties(rng: np.random.Generator) -> Effect:
    """Penalty of one network on a batch, on all rows, on held-out rows."""
    net = RowMatrix.initialize([4, 6, 1], rng=rng)
    X, Y = rng.random((600, 4)), rng.random((600, 1))
    parts = {"a batch of 10": 10, "all 600": 600, "200 held out": 200}
    return {
        form: {
            name: cost(net, X[:n], Y[:n], 1.0, 600) - net.cost(X[:n], Y[:n])
            for name, n in parts.items()
        }
        for form, cost in [
            ("broken", cost_over_rows),
            ("fixed", cost_over_set),
        ]
    }


# A cost with the penalty, gradients without.


def cost_and_bare_gradients(
    net: Network, X: Array, Y: Array, l2: float
) -> tuple[float, list[Layer]]:
    """Return the cost with its penalty, and gradients that lack it."""
    return net.cost(X, Y, l2=l2), net.gradients(X, Y)


def cost_and_gradients(
    net: Network, X: Array, Y: Array, l2: float
) -> tuple[float, list[Layer]]:
    """Return the cost with its penalty, and that cost's gradients."""
    return net.cost(X, Y, l2=l2), net.gradients(X, Y, l2=l2)


def measure_bare_gradients(rng: np.random.Generator) -> Effect:
    """What the referee says of the gradients that come with the cost."""
    net = RowMatrix.initialize([4, 6, 1], rng=rng)
    X, Y, l2 = rng.random((10, 4)), rng.random((10, 1)), 1.0
    effect = {}
    for form, both in [
        ("broken", cost_and_bare_gradients),
        ("fixed", cost_and_gradients),
    ]:
        claimed = both(net, X, Y, l2)[1]
        report = gradcheck.check(net, X, Y, claimed=claimed, l2=l2)
        effect[form] = {
            "largest error": report.error,
            "passes": report.passed,
        }
    return effect


# One-hot answers.


def one_hot_by_floor(outputs: Array) -> Array:
    """Divide each row by its largest output and round down."""
    with np.errstate(all="ignore"):
        return np.floor(outputs / outputs.max(axis=1, keepdims=True))


def one_hot_by_place(outputs: Array) -> Array:
    """Put a 1 where the largest output stands: the first, of equals."""
    return np.eye(outputs.shape[1])[outputs.argmax(axis=1)]


def measure_one_hot(rng: np.random.Generator) -> Effect:
    """Answers for a tie, for outputs of 0, and for negative outputs."""
    tie = np.array([[0.4, 0.4, 0.2]])
    negative = -np.array([[1.0, 2.0, 0.5]])
    return {
        form: {
            "ones, of (0.4, 0.4, 0.2)": int(np.sum(answer(tie) == 1)),
            "NaNs, of (0, 0, 0)": int(np.isnan(answer(0 * tie)).sum()),
            "place of (-1, -2, -0.5)": int(answer(negative).argmax()),
        }
        for form, answer in [
            ("broken", one_hot_by_floor),
            ("fixed", one_hot_by_place),
        ]
    }


# Labels that are no column.


def accuracy_by_broadcast(net: RowMatrix, X: Array, y: Array) -> float:
    """Count equal answers, whatever comes of the two shapes."""
    return np.sum(net.classify(X) == y).item() / len(X)


def accuracy_at_the_door(net: RowMatrix, X: Array, y: Array) -> float:
    """Return the accuracy, for targets of the outputs' shape."""
    return net.accuracy(X, y)


def measure_accuracy(rng: np.random.Generator) -> Effect:
    """Accuracy on 50 samples whose labels have shape (50,)."""
    net = RowMatrix.initialize([2, 3, 1], rng=rng)
    X, y = rng.random((50, 2)), (np.arange(50) % 2).astype(float)
    effect = {}
    for form, accuracy in [
        ("broken", accuracy_by_broadcast),
        ("fixed", accuracy_at_the_door),
    ]:
        word = outcome(accuracy, net, X, y)
        effect[form] = {
            "outcome": word,
            "accuracy": accuracy(net, X, y) if word == "ran" else None,
        }
    return effect


# Output deltas, against slopes measured without a derivative.


def measured_delta(loss: Callable[[Array], Array], z: Array) -> Array:
    """∂loss/∂z by complex steps, for a loss that gives one per row."""
    h = 1e-30
    steps = 1j * h * np.eye(z.shape[1])
    return np.column_stack([loss(z + step).imag / h for step in steps])


def relative_error(claimed: Array, measured: Array) -> float:
    """Return the length of the difference over the measured length."""
    error = np.linalg.norm(claimed - measured) / np.linalg.norm(measured)
    return float(error)


def _logits(rng: np.random.Generator, n_units: int) -> tuple[Array, Array]:
    """Return 100 rows of z, and one-hot targets for them."""
    rows = rng.integers(n_units, size=100)
    return rng.standard_normal((100, n_units)), np.eye(n_units)[rows]


def delta_by_diagonal(z: Array, y: Array) -> Array:
    """Multiply a - y by p (1 - p), the diagonal of softmax's Jacobian."""
    p = softmax(z)
    return (p - y) * p * (1 - p)


def delta_by_jacobian(z: Array, y: Array) -> Array:
    """Multiply a - y by the whole Jacobian of the softmax."""
    return ACTIVATIONS["softmax"].backward(z, softmax(z) - y)


def measure_diagonal(rng: np.random.Generator) -> Effect:
    """Error of the delta of softmax with the quadratic cost, ten units."""
    z, y = _logits(rng, 10)
    truth = measured_delta(
        lambda z: COSTS["quadratic"].loss(softmax(z), y, -1), z
    )
    return {
        form: {"relative error": relative_error(delta(z, y), truth)}
        for form, delta in [
            ("broken", delta_by_diagonal),
            ("fixed", delta_by_jacobian),
        ]
    }


def softmax_with_floor(z: Array) -> Array:
    """Add 0.001 to every exponential, and divide by their sum."""
    e = np.exp(z - z.real.max(axis=1, keepdims=True)) + 0.001
    return e / e.sum(axis=1, keepdims=True)


def measure_floor(rng: np.random.Generator) -> Effect:
    """Largest output of ten, and the error of a - y as the z grow."""
    z, y = _logits(rng, 10)
    effect = {}
    for form, f in [("broken", softmax_with_floor), ("fixed", softmax)]:

        def loss(z: Array, f: Any = f) -> Array:
            return COSTS["log_likelihood"].loss(f(z), y, -1)

        effect[form] = {
            "largest possible output": f(1000 * np.eye(1, 10)).max().item()
        } | {
            f"error of a - y, z times {scale}": relative_error(
                f(scale * z) - y, measured_delta(loss, scale * z)
            )
            for scale in (1, 20)
        }
    return effect


def delta_by_cost(cost: str, output: str, z: Array, y: Array) -> Array:
    """Look at the cost only: a - y for all but the quadratic."""
    f = ACTIVATIONS[output]
    error = f.forward(z) - y
    if cost != "quadratic":
        return error
    if output == "softmax":
        return delta_by_diagonal(z, y)
    return f.backward(z, error)


def delta_by_pair(cost: str, output: str, z: Array, y: Array) -> Array:
    """Take the cost's slope at a back through the output activation."""
    f = ACTIVATIONS[output]
    return f.backward(z, COSTS[cost].gradient(f.forward(z), y))


def measure_pairs(rng: np.random.Generator) -> Effect:
    """Error of the delta for the two pairs that swap their partners."""
    z, y = _logits(rng, 10)
    effect: Effect = {"broken": {}, "fixed": {}}
    for cost, output in [
        ("log_likelihood", "sigmoid"),
        ("cross_entropy", "softmax"),
    ]:
        f, loss = ACTIVATIONS[output], COSTS[cost].loss
        truth = measured_delta(
            lambda z, f=f, loss=loss: loss(f.forward(z), y, -1), z
        )
        for form, delta in [
            ("broken", delta_by_cost),
            ("fixed", delta_by_pair),
        ]:
            error = relative_error(delta(cost, output, z, y), truth)
            effect[form][f"{output} with {cost}"] = error
    return effect


def delta_of_two_costs(cost: str, output: str, z: Array, y: Array) -> Array:
    """Know two costs by name, and go on without a delta for a third."""
    error = ACTIVATIONS[output].forward(z) - y
    if cost == "quadratic":
        delta = ACTIVATIONS[output].backward(z, error)
    elif cost == "cross_entropy":
        delta = error
    return delta


def measure_third_cost(rng: np.random.Generator) -> Effect:
    """What comes of softmax with the log-likelihood, a pair to use."""
    z, y = _logits(rng, 10)
    return {
        form: {"outcome": outcome(delta, "log_likelihood", "softmax", z, y)}
        for form, delta in [
            ("broken", delta_of_two_costs),
            ("fixed", delta_by_pair),
        ]
    }


# Numbers that leave the range.


def cross_entropy_of_outputs(z: Array, y: Array) -> Array:
    """Take the logarithms of the sigmoid's outputs and of 1 minus them."""
    with np.errstate(all="ignore"):
        return cross_entropy(sigmoid(z), y)


def measure_cross_entropy(rng: np.random.Generator) -> Effect:
    """Loss of one sure output, right and wrong."""
    z = np.array([[40.0]])
    return {
        form: {
            "z = 40, target 1": loss(z, np.ones((1, 1))).item(),
            "z = 40, target 0": loss(z, np.zeros((1, 1))).item(),
        }
        for form, loss in [
            ("broken", cross_entropy_of_outputs),
            ("fixed", cross_entropy_from_z),
        ]
    }


def sigmoid_of_one_form(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)), as the formula has it."""
    return 1 / (1 + np.exp(-z))


def measure_sigmoid(rng: np.random.Generator) -> Effect:
    """Outcome far on the left, with warnings for errors."""
    effect = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for form, f in [("broken", sigmoid_of_one_form), ("fixed", sigmoid)]:
            effect[form] = {
                f"z = {z}": outcome(f, np.array([[float(z)]]))
                for z in (-700, -800)
            }
    return effect


# When the network is looked at.


def _step(
    net: RowMatrix, X: Array, Y: Array, learning_rate: float = 0.5
) -> None:
    nabla_b, nabla_w = net.backprop(X, Y)
    net.update_weights(nabla_w, nabla_b, learning_rate)


def epoch_with_many_looks(
    net: RowMatrix,
    train: tuple[Array, Array],
    held_out: tuple[Array, Array],
    batch_size: int,
    rng: np.random.Generator,
) -> list[float]:
    """Walk an epoch; the held-out cost after every batch."""
    X, Y = train
    costs = []
    for batch in minibatches(len(X), batch_size, rng):
        _step(net, X[batch], Y[batch])
        costs.append(net.cost(*held_out))
    return costs


def epoch_with_one_look(
    net: RowMatrix,
    train: tuple[Array, Array],
    held_out: tuple[Array, Array],
    batch_size: int,
    rng: np.random.Generator,
) -> list[float]:
    """Walk an epoch; the held-out cost at its end."""
    X, Y = train
    for batch in minibatches(len(X), batch_size, rng):
        _step(net, X[batch], Y[batch])
    return [net.cost(*held_out)]


def measure_looks(rng: np.random.Generator) -> Effect:
    """Rows that go forward to be looked at, for each row trained on."""
    X, Y = rng.random((100, 4)), rng.random((100, 1))
    net = RowMatrix.initialize([4, 6, 1], rng=rng)
    layers = net.to_layers()
    effect = {}
    for form, epoch in [
        ("broken", epoch_with_many_looks),
        ("fixed", epoch_with_one_look),
    ]:
        looks = epoch(net.with_layers(layers), (X, Y), (X, Y), 10, rng)
        effect[form] = {"rows looked at, per row": len(looks)}
    return effect


def curves_apart(
    net: RowMatrix, X: Array, Y: Array, n_steps: int
) -> tuple[list[float], list[float]]:
    """Record the training cost before each step, the other after."""
    training, validation = [], []
    for _ in range(n_steps):
        training.append(net.cost(X, Y))
        _step(net, X, Y)
        validation.append(net.cost(X, Y))
    return training, validation


def curves_together(
    net: RowMatrix, X: Array, Y: Array, n_steps: int
) -> tuple[list[float], list[float]]:
    """Record both costs after each step."""
    training, validation = [], []
    for _ in range(n_steps):
        _step(net, X, Y)
        training.append(net.cost(X, Y))
        validation.append(net.cost(X, Y))
    return training, validation


def measure_curves(rng: np.random.Generator) -> Effect:
    """Largest gap between two curves that look at the same data."""
    X, Y = rng.random((20, 4)), np.ones((20, 1))
    layers = RowMatrix.initialize([4, 6, 1], rng=rng).to_layers()
    layers[-1].b[:] = -1  # far from done
    effect = {}
    for form, curves in [
        ("broken", curves_apart),
        ("fixed", curves_together),
    ]:
        net = RowMatrix.from_layers(layers)
        both = np.array(curves(net, X, Y, 10))
        effect[form] = {"largest gap": float(np.ptp(both, axis=0).max())}
    return effect


def costs_with_one_name_wrong(
    net: Network, train: tuple[Array, Array], test: tuple[Array, Array]
) -> dict[str, float]:
    """Report the training set's cost as the test cost."""
    return {"test cost": net.cost(*train)}


def costs_with_their_names(
    net: Network, train: tuple[Array, Array], test: tuple[Array, Array]
) -> dict[str, float]:
    """Report the test set's cost as the test cost."""
    return {"test cost": net.cost(*test)}


def measure_names(rng: np.random.Generator) -> Effect:
    """How far the reported test cost is from the test set's cost."""
    net = RowMatrix.initialize([4, 6, 1], rng=rng)
    train, test = (
        (rng.random((20, 4)), np.full((20, 1), label)) for label in (0.0, 1.0)
    )
    return {
        form: {
            "off by": abs(
                report(net, train, test)["test cost"] - net.cost(*test)
            )
        }
        for form, report in [
            ("broken", costs_with_one_name_wrong),
            ("fixed", costs_with_their_names),
        ]
    }


# The wrapper, and what is in it when.


class ProductMatrix:
    """A matrix of which ``*`` is the matrix product, and ``+`` broadcasts."""

    def __init__(self, matrix: Array) -> None:
        self.matrix = matrix

    def __mul__(self, other: Any) -> ProductMatrix:
        return ProductMatrix(self.matrix @ other.matrix)

    def __add__(self, other: Any) -> ProductMatrix:
        return ProductMatrix(self.matrix + other.matrix)

    __radd__ = __add__


def measure_wrapper(rng: np.random.Generator) -> Effect:
    """What comes of a wrapped matrix beside arrays and numbers."""
    array = rng.random((2, 2))
    tries: dict[str, Callable[[Any], Any]] = {
        "A + array": lambda A: A + array,
        "array + A": lambda A: array + A,
        "A * 2": lambda A: A * 2,
        "2 * A": lambda A: 2 * A,
        "A.T": lambda A: A.T,
    }
    effect: Effect = {}
    for form, wrap in [("broken", ProductMatrix), ("fixed", Matrix)]:
        A = wrap(array)
        effect[form] = {name: outcome(f, A) for name, f in tries.items()}
        effect[form]["a row of labels"] = outcome(wrap, array[0])
    return effect


class ArraysAtFirst:
    """A layer whose parameters are plain arrays until they are drawn."""

    def __init__(self, fan_in: int, fan_out: int) -> None:
        self.W = np.zeros((fan_in, fan_out))
        self.b = np.zeros((1, fan_out))

    def feedforward(self, X: Array) -> Array:
        """Return the pre-activations; needs wrapped parameters."""
        return (ProductMatrix(X) * self.W + self.b).matrix


def drawn_later(
    fan_in: int, fan_out: int, rng: np.random.Generator
) -> ArraysAtFirst:
    """Make a layer that somebody has to initialize before it works."""
    return ArraysAtFirst(fan_in, fan_out)


def drawn_at_once(
    fan_in: int, fan_out: int, rng: np.random.Generator
) -> RowMatrix:
    """Make a layer that works."""
    return RowMatrix.initialize([fan_in, fan_out], rng=rng)


def measure_drawing(rng: np.random.Generator) -> Effect:
    """What comes of using a network as soon as it is made."""
    X = rng.random((5, 4))
    return {
        form: {"outcome": outcome(make(4, 3, rng).feedforward, X)}
        for form, make in [("broken", drawn_later), ("fixed", drawn_at_once)]
    }


# Where the numbers come from.


def start_with_its_own_seed(
    sizes: list[int], rng: np.random.Generator
) -> RowMatrix:
    """Seed NumPy's global generator with 1, and draw from that."""
    np.random.seed(1)  # noqa: NPY002  this is the flaw
    draw = np.random.uniform
    layers = [
        Layer(draw(-1, 1, (i, o)) / np.sqrt(i), draw(-1, 1, o))
        for i, o in pairwise(sizes)
    ]
    return RowMatrix.from_layers(layers)


def start_from_rng(sizes: list[int], rng: np.random.Generator) -> RowMatrix:
    """Draw from the generator that was handed in."""
    return RowMatrix.initialize(sizes, rng=rng)


def measure_seed(rng: np.random.Generator) -> Effect:
    """Whether two networks start alike, and the caller's numbers come back.

    The state of the global generator is put back afterwards.
    """
    state = np.random.get_state()  # noqa: NPY002
    effect = {}
    for form, start in [
        ("broken", start_with_its_own_seed),
        ("fixed", start_from_rng),
    ]:
        draws, weights = [], []
        for _ in range(2):
            weights.append(start([4, 3], rng).weights[0].array)
            draws.append(np.random.random())  # noqa: NPY002
        effect[form] = {
            "two networks alike": bool(np.array_equal(*weights)),
            "the caller's numbers repeat": draws[0] == draws[1],
        }
    np.random.set_state(state)  # noqa: NPY002
    return effect


def measure_spread(rng: np.random.Generator) -> Effect:
    """Spread of z without bias, 784 inputs of variance 1, by fan-out."""
    X = rng.standard_normal((100, 784))
    return {
        form: {
            f"spread of z in {n} units": (X @ draw(784, n, rng).W).std().item()
            for n in (10, 1000)
        }
        for form, draw in [
            ("broken", normal_over_fan_out),
            ("fixed", scaled_normal),
        ]
    }


_flaw = functools.partial(Flaw, document="row_matrix")

FLAWS = [
    _flaw(
        name="dropped-last-batch",
        source="SGD: batches start in range(0, N - batch size, batch size)",
        effect="never sees the end of the shuffled rows, or any row at all",
        broken=batches_but_the_last,
        fixed=batches_of_all,
        measure=measure_batches,
    ),
    _flaw(
        name="decay-by-batch-size",
        source="SGD: the batch size is handed to update_weights as n",
        effect="the penalty acts N / batch size times as strongly as it says",
        broken=shrink_by_batch,
        fixed=shrink_by_set,
        measure=measure_shrink,
    ),
    _flaw(
        name="three-penalties",
        source="compute_cost: n is the number of rows handed in",
        effect="curves of one run have three different penalties in them",
        broken=cost_over_rows,
        fixed=cost_over_set,
        measure=measure_penalties,
    ),
    _flaw(
        name="penalty-in-cost-only",
        source="backprop: returns a cost with L2 and gradients without",
        effect="what is returned as the gradient is not the cost's",
        broken=cost_and_bare_gradients,
        fixed=cost_and_gradients,
        measure=measure_bare_gradients,
    ),
    _flaw(
        name="one-hot-by-floor",
        source="predict: outputs over their largest, rounded down",
        effect="several ones in a tie, NaN for zeros, wrong below zero",
        broken=one_hot_by_floor,
        fixed=one_hot_by_place,
        measure=measure_one_hot,
    ),
    _flaw(
        name="labels-without-columns",
        source="accuracy: compares (n, 1) with whatever shape comes",
        effect="labels of shape (n,) give an accuracy of more than 1",
        broken=accuracy_by_broadcast,
        fixed=accuracy_at_the_door,
        measure=measure_accuracy,
    ),
    _flaw(
        name="softmax-diagonal",
        source="the softmax class: its prime is p (1 - p)",
        effect="with the quadratic cost the gradient is wrong",
        broken=delta_by_diagonal,
        fixed=delta_by_jacobian,
        measure=measure_diagonal,
    ),
    _flaw(
        name="softmax-with-floor",
        source="the softmax class: 0.001 is added to every exponential",
        effect="no output is sure, and a - y is not the cost's slope",
        broken=softmax_with_floor,
        fixed=softmax,
        measure=measure_floor,
    ),
    _flaw(
        name="unchecked-pairs",
        source="backprop: the output delta is chosen by the cost alone",
        effect="for other pairs a - y is the slope of another cost",
        broken=delta_by_cost,
        fixed=delta_by_pair,
        measure=measure_pairs,
    ),
    _flaw(
        name="no-third-cost",
        source="backprop: the post names two costs, then goes on",
        effect="softmax with the log-likelihood has no delta and stops",
        broken=delta_of_two_costs,
        fixed=delta_by_pair,
        measure=measure_third_cost,
    ),
    _flaw(
        name="cross-entropy-of-outputs",
        source="CrossEntropyCost: logarithms of rounded outputs",
        effect="NaN for a sure output that is right, infinity if wrong",
        broken=cross_entropy_of_outputs,
        fixed=cross_entropy_from_z,
        measure=measure_cross_entropy,
    ),
    _flaw(
        name="sigmoid-of-one-form",
        source="SigmoidActivation: exp(-x) for every x",
        effect="warns of an overflow below -709",
        broken=sigmoid_of_one_form,
        fixed=sigmoid,
        measure=measure_sigmoid,
    ),
    _flaw(
        name="look-at-every-batch",
        source="SGD: the validation cost is taken after every batch",
        effect="spends most of an epoch looking instead of learning",
        broken=epoch_with_many_looks,
        fixed=epoch_with_one_look,
        measure=measure_looks,
    ),
    _flaw(
        name="curves-apart",
        source="SGD: training cost before the step, validation cost after",
        effect="the two curves are a step apart, on different rows",
        broken=curves_apart,
        fixed=curves_together,
        measure=measure_curves,
    ),
    _flaw(
        name="training-cost-called-test",
        source="SGD: the line that reports the final test cost",
        effect="the number is the training set's",
        broken=costs_with_one_name_wrong,
        fixed=costs_with_their_names,
        measure=measure_names,
    ),
    _flaw(
        name="wrapper-alone",
        source="Matrix: two operators, which take each other's kind only",
        effect="no number, array or transpose goes with it",
        broken=ProductMatrix,
        fixed=Matrix,
        measure=measure_wrapper,
    ),
    _flaw(
        name="arrays-at-first",
        source="__init__: plain zeros, wrapped by an initializer later",
        effect="a network that nobody initialized fails at its first use",
        broken=drawn_later,
        fixed=drawn_at_once,
        measure=measure_drawing,
    ),
    _flaw(
        name="seeds-itself",
        source="the initializers: each calls np.random.seed(1)",
        effect="ten runs are one run, and the caller's stream starts over",
        broken=start_with_its_own_seed,
        fixed=start_from_rng,
        measure=measure_seed,
    ),
    _flaw(
        name="divided-by-fan-out",
        source="initialize_variables_alt: weights over the units they feed",
        effect="how far z spreads depends on the layer's width",
        broken=normal_over_fan_out,
        fixed=scaled_normal,
        measure=measure_spread,
    ),
]
