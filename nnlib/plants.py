"""Planted mistakes: gradients that are wrong on purpose.

Each plant claims a gradient for a network and a batch, of the right shapes
and without an error. A check of gradients is worth the plants it catches.
"""

from __future__ import annotations

from collections.abc import Callable

from nnlib.activations import Activation, CoupledActivation, relu
from nnlib.costs import Cost
from nnlib.network import Network
from nnlib.types import Array, Layer

AnyActivation = Activation | CoupledActivation
Plant = Callable[[Network, Array, Array, float], list[Layer]]


# One plain backward pass, in rows. Its steps are arguments, so that a plant
# can put a wrong one in the place of a right one.


def output_delta(
    cost: Cost, z: Array, a: Array, y: Array, f: AnyActivation
) -> Array:
    """∂loss/∂z of the output layer, (n, n_outputs)."""
    return cost.delta(z, a, y, f)


def pull(delta: Array, W: Array, nabla_w: Array) -> Array:
    """∂loss/∂a of the layer below, (n, fan_in): δ Wᵀ."""
    return delta @ W.T


def through(f: AnyActivation, z: Array, a: Array, gradient: Array) -> Array:
    """∂loss/∂z of a hidden layer, from ``gradient`` = ∂loss/∂a."""
    return f.backward(z, gradient)


def backward(
    net: Network,
    X: Array,
    Y: Array,
    l2: float = 0.0,
    *,
    output_delta: Callable[..., Array] = output_delta,
    pull: Callable[..., Array] = pull,
    through: Callable[..., Array] = through,
) -> list[Layer]:
    """Return the gradient of the cost, or of what the steps make of it.

    Parameters
    ----------
    net : a network of any design.
    X, Y : (n, n_inputs) and (n, n_outputs).
    l2 : strength of the penalty, as in ``net.cost``.
    output_delta, pull, through : the steps, called like those above.
    """
    layers, fs = net.to_layers(), net._activations
    Zs, As = [], [X]
    for (W, b), f in zip(layers, fs):
        Zs.append(As[-1] @ W + b)  # (n, fan_out)
        As.append(f.forward(Zs[-1]))
    delta = output_delta(net._cost, Zs[-1], As[-1], Y, fs[-1])
    nablas: list[Layer] = []
    for i in range(len(layers) - 1, -1, -1):
        W = layers[i].W
        nabla_w = (As[i].T @ delta + l2 * W) / len(X)
        nablas.insert(0, Layer(nabla_w, delta.mean(axis=0)))
        if i > 0:
            gradient = pull(delta, W, nabla_w)  # (n, fan_in)
            delta = through(fs[i - 1], Zs[i - 1], As[i], gradient)
    return nablas


# Mistakes in the bookkeeping: the right gradient, spoiled afterwards.


def unsolved(net: Network, X: Array, Y: Array, l2: float = 0.0) -> list[Layer]:
    """Return zeros: an exercise that nobody has started."""
    return _times(net.to_layers(), 0, 0)


def sign_flipped(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Return minus the gradient: y - a where a - y should be."""
    return _times(backward(net, X, Y, l2), -1, -1)


def twice(net: Network, X: Array, Y: Array, l2: float = 0.0) -> list[Layer]:
    """Return twice the gradient: the ½ of the cost is forgotten."""
    return _times(backward(net, X, Y, l2), 2, 2)


def sum_not_mean(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Return n times the gradient: the 1/n is forgotten."""
    return _times(backward(net, X, Y, l2), len(X), len(X))


def sum_and_mean(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Add up the weights' gradients, and average the biases'."""
    return _times(backward(net, X, Y, l2), len(X), 1)


def biases_forgotten(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Return zeros for every bias."""
    return _times(backward(net, X, Y, l2), 1, 0)


def last_layer_forgotten(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Return zeros for the last layer: the loop ends one too early."""
    *first, last = backward(net, X, Y, l2)
    return first + _times([last], 0, 0)


def one_weight_forgotten(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Return zero for one single weight, the last of the first layer."""
    nablas = backward(net, X, Y, l2)
    nablas[0].W[-1, -1] = 0
    return nablas


def penalty_forgotten(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Return the gradient of the mean loss alone."""
    return backward(net, X, Y)


def biases_penalized(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Add the penalty's slope to the biases too, which have none."""
    return [
        Layer(nabla.W, nabla.b + l2 * layer.b / len(X))
        for nabla, layer in zip(backward(net, X, Y, l2), net.to_layers())
    ]


def _times(layers: list[Layer], w: float, b: float) -> list[Layer]:
    return [Layer(w * layer.W, b * layer.b) for layer in layers]


# Mistakes in a step of the backward pass.


def slope_forgotten(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Leave f' out in the hidden layers."""
    return backward(net, X, Y, l2, through=lambda f, z, a, gradient: gradient)


def slope_at_a(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Take f' at a instead of z in the hidden layers."""
    return backward(net, X, Y, l2, through=lambda f, z, a, g: f.backward(a, g))


def relu_from_output(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Let the ReLU pass where its *output* is not negative: everywhere."""

    def through(
        f: AnyActivation, z: Array, a: Array, gradient: Array
    ) -> Array:
        if getattr(f, "function", None) is relu:
            return gradient * (a >= 0)
        return f.backward(z, gradient)

    return backward(net, X, Y, l2, through=through)


def softmax_diagonal(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Treat the output as if unit k's p depended on its own z alone."""

    def output_delta(
        cost: Cost, z: Array, a: Array, y: Array, f: AnyActivation
    ) -> Array:
        return cost.gradient(a, y) * a * (1 - a)

    return backward(net, X, Y, l2, output_delta=output_delta)


def transposed(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Go back through W instead of Wᵀ, wherever W is square."""

    def pull(delta: Array, W: Array, nabla_w: Array) -> Array:
        square = W.shape[0] == W.shape[1]
        return delta @ (W if square else W.T)

    return backward(net, X, Y, l2, pull=pull)


def updated_too_early(
    net: Network, X: Array, Y: Array, l2: float = 0.0
) -> list[Layer]:
    """Go back through weights that have taken their step (η = 0.1)."""
    return backward(
        net, X, Y, l2, pull=lambda delta, W, nw: delta @ (W - 0.1 * nw).T
    )


PLANTS: dict[str, Plant] = {
    "unsolved: all zero": unsolved,
    "sign flipped": sign_flipped,
    "twice too large": twice,
    "sum, not mean": sum_not_mean,
    "only biases averaged": sum_and_mean,
    "biases forgotten": biases_forgotten,
    "last layer forgotten": last_layer_forgotten,
    "one weight forgotten": one_weight_forgotten,
    "penalty forgotten": penalty_forgotten,
    "biases penalized": biases_penalized,
    "hidden slope forgotten": slope_forgotten,
    "slope at a, not z": slope_at_a,
    "ReLU slope from its output": relu_from_output,
    "softmax: diagonal only": softmax_diagonal,
    "W for its transpose": transposed,
    "updated too early": updated_too_early,
}
