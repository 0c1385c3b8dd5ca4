"""Many starts side by side are the same networks as one by one."""

import numpy as np
import pytest

from nnlib import DESIGNS
from nnlib.datasets import xor
from nnlib.gradcheck import complex_step
from nnlib.many_starts import ManyStarts
from nnlib.types import flatten, unflatten

BiasRow = DESIGNS["bias_row"]


def start(seed, sizes=(2, 2, 1), **settings):
    """Return a network with weights from N(0, 1)."""
    return BiasRow.initialize(
        sizes,
        rng=np.random.default_rng(seed),
        initializer="standard_normal",
        **settings,
    )


@pytest.mark.parametrize("sizes", [(2, 2, 1), (2, 4, 1), (2, 3, 3, 1)])
def test_three_starts_walk_as_each_does_alone(sizes):
    """After 400 steps all weights agree with `BiasRow` to 1e-12."""
    data, nets = xor(), [start(seed, sizes) for seed in range(3)]
    stack = ManyStarts(nets)
    walk = stack.walk(data.X, data.Y, learning_rate=0.8, steps=400)
    outputs = list(walk)
    assert len(outputs) == 401
    for i, net in enumerate(nets):
        for step in range(400):
            if step in (0, 1, 399):
                np.testing.assert_allclose(
                    outputs[step][i], net.predict(data.X), atol=1e-12
                )
            net.update(net.back_prop(data.X, data.Y), 0.8)
        for V1, W1 in zip(stack.weights, net.weights, strict=True):
            np.testing.assert_allclose(V1[i], W1, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(
            outputs[-1][i], net.predict(data.X), atol=1e-12
        )


def test_a_step_follows_the_measured_slope():
    """The step's gradient agrees with the complex step, in every entry."""
    data, net = xor(), start(5)
    layers, stack = net.to_layers(), ManyStarts([net])
    before = [V1[0].copy() for V1 in stack.weights]
    stack.step(stack.forward(data.X), data.Y, 1.0)
    moved = [old - V1[0] for old, V1 in zip(before, stack.weights)]
    claimed = np.concatenate(
        [np.append(nabla[:, :-1].T.ravel(), nabla[:, -1]) for nabla in moved]
    )

    def cost(theta):
        other = net.with_layers(unflatten(theta, layers), dtype=complex)
        return other.cost(data.X, data.Y)

    measured = [complex_step(cost, flatten(layers), v) for v in np.eye(9)]
    np.testing.assert_allclose(claimed, measured, rtol=1e-10, atol=1e-14)


def test_the_networks_that_are_stacked_do_not_move():
    """Training works on copies."""
    data, net = xor(), start(0)
    before = [W1.copy() for W1 in net.weights]
    for _ in ManyStarts([net]).walk(data.X, data.Y, learning_rate=1, steps=3):
        pass
    for old, W1 in zip(before, net.weights, strict=True):
        np.testing.assert_array_equal(old, W1)


def test_some_of_the_starts_go_on_alone():
    """Those taken have their own weights and leave the others behind."""
    data, stack = xor(), ManyStarts([start(seed) for seed in range(4)])
    some = stack.take(np.array([False, True, False, True]))
    np.testing.assert_array_equal(
        some.outputs(data.X), stack.outputs(data.X)[[1, 3]]
    )


@pytest.mark.parametrize(
    "nets",
    [
        [],
        [start(0, hidden="tanh")],
        [start(0), start(1, cost="cross_entropy")],
    ],
    ids=["none", "tanh", "another cost"],
)
def test_other_networks_are_refused(nets):
    """Only sigmoids with the quadratic cost are walked here."""
    with pytest.raises(ValueError, match="sigmoid networks"):
        ManyStarts(nets)
