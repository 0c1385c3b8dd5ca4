"""What is particular to the flaws of the bias-row document."""

import numpy as np
import pytest

from nnlib.datasets import xor
from nnlib.designs.bias_row import BiasRow
from nnlib.flaws import bias_row as flaws


def test_planes_and_one_product_are_the_same_gradient():
    """The two forms agree to 1e-12, and with a loop over the rows."""
    rng = np.random.default_rng(0)
    delta, A1 = rng.standard_normal((5, 9)), rng.random((8, 9))
    wanted = sum(np.outer(d, a) for d, a in zip(delta.T, A1.T))
    for form in (flaws.gradient_by_planes, flaws.gradient_by_product):
        np.testing.assert_allclose(form(delta, A1), wanted, atol=1e-12)


def test_the_planes_take_as_many_numbers_as_the_formula_says():
    """n (fan_in + 1) fan_out floats, and the product takes none of that."""
    rng = np.random.default_rng(0)
    delta, A1 = rng.standard_normal((30, 50)), rng.random((401, 50))
    planes = flaws.peak_memory(flaws.gradient_by_planes, delta, A1)
    product = flaws.peak_memory(flaws.gradient_by_product, delta, A1)
    gradient = 8 * 401 * 30
    assert planes == pytest.approx(51 * gradient, rel=0.01)
    assert product == pytest.approx(gradient, rel=0.1)


def test_the_shared_list_is_the_class_s():
    """Two networks of the broken form hold one list, of the fixed form two."""
    rng = np.random.default_rng(0)
    for kind, shared in [
        (flaws.SharedWeights, True),
        (flaws.OwnWeights, False),
    ]:
        Net = type("Net", (kind,), {"weights": []})
        a, b = Net([2, 2, 1], rng), Net([2, 2, 1], rng)
        assert (a.weights is b.weights) == shared
    assert flaws.SharedWeights.weights == []  # nobody used the class itself


def test_training_in_place_is_the_design_s_training():
    """`train` takes the steps that `BiasRow` takes at four times the rate."""
    data, net = (
        xor(),
        BiasRow.initialize([2, 2, 1], rng=np.random.default_rng(0)),
    )
    weights = [W1.copy() for W1 in net.weights]
    flaws.train(weights, data.X, data.Y, steps=20)
    for _ in range(20):
        net.update(net.back_prop(data.X, data.Y), 0.8)
    for mine, its in zip(weights, net.weights, strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-12)


def test_both_reports_take_the_same_step():
    """They differ in what they return, not in where they go."""
    data, net = (
        xor(),
        BiasRow.initialize([2, 2, 1], rng=np.random.default_rng(0)),
    )
    a, b = net.with_layers(net.to_layers()), net.with_layers(net.to_layers())
    before = flaws.squared_error(net.predict(data.X), data.Y)
    assert flaws.step_and_error_before(a, data.X, data.Y, 0.2) == before
    assert flaws.step_and_error_after(b, data.X, data.Y, 0.2) != before
    for one, other in zip(a.weights, b.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_row_of_one_number_slips_through():
    """With a single input a flat array happens to be read as the rows."""
    x = np.arange(4.0)
    np.testing.assert_array_equal(
        flaws.inputs_as_they_come(x), flaws.inputs_as_rows(x[:, None])
    )
