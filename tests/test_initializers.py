"""Initializers: shapes, spreads, and what is drawn in which order."""

from __future__ import annotations

import numpy as np
import pytest

from nnlib import DESIGNS, INITIALIZERS

FAN_IN, FAN_OUT = 400, 250  # 100,000 weights

# Standard deviation of the weights, and of the biases.
U = 1 / np.sqrt(3)  # of U(-1, 1)
SPREADS = {
    "standard_normal": (1, 1),
    "scaled_normal": (1 / np.sqrt(FAN_IN), 1),
    "small_normal": (0.1, 0.1),
    "normal_over_fan_out": (1 / FAN_OUT, 1),
    "uniform": (U, U),
    "scaled_uniform": (U / np.sqrt(FAN_IN), U),
    "normalized_uniform": (np.sqrt(2 / (FAN_IN + FAN_OUT)), U),
    "lecun_normal": (1 / np.sqrt(FAN_IN), 0),
    "glorot_uniform": (np.sqrt(2 / (FAN_IN + FAN_OUT)), 0),
    "he_normal": (np.sqrt(2 / FAN_IN), 0),
}


def draw(name, fan_in=FAN_IN, fan_out=FAN_OUT, seed=0):
    """One layer, by a generator of its own."""
    return INITIALIZERS[name](fan_in, fan_out, np.random.default_rng(seed))


def test_every_initializer_has_its_spread_here():
    """No entry of the registry goes unmeasured."""
    assert set(SPREADS) == set(INITIALIZERS)


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize(("fan_in", "fan_out"), [(5, 3), (1, 4), (4, 1)])
def test_shapes_are_canonical(name, fan_in, fan_out):
    """W is (fan_in, fan_out), b is (fan_out,), both float64."""
    W, b = draw(name, fan_in, fan_out)
    assert W.shape == (fan_in, fan_out)
    assert b.shape == (fan_out,)
    assert W.dtype == b.dtype == np.float64


@pytest.mark.parametrize("name", INITIALIZERS)
def test_weights_have_the_spread_that_is_promised(name):
    """Over 100,000 weights: mean 0 and the spread, within 2 per cent."""
    W, _ = draw(name)
    spread, _ = SPREADS[name]
    assert abs(W.mean()) < 0.02 * spread
    np.testing.assert_allclose(W.std(), spread, rtol=0.02)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_biases_have_the_spread_that_is_promised(name):
    """Over 100,000 biases: mean 0 and the spread, or all of them 0."""
    _, b = draw(name, fan_in=1, fan_out=100_000)
    _, spread = SPREADS[name]
    assert abs(b.mean()) <= 0.02 * spread
    np.testing.assert_allclose(b.std(), spread, rtol=0.02)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_kind_of_distribution(name):
    """A uniform draw ends at √3 spreads; a normal one goes beyond 3."""
    W, _ = draw(name)
    farthest = abs(W).max() / SPREADS[name][0]
    if "uniform" in name:
        np.testing.assert_allclose(farthest, np.sqrt(3), rtol=0.001)
    else:
        assert farthest > 3.5


@pytest.mark.parametrize("name", INITIALIZERS)
def test_weights_are_drawn_before_biases(name):
    """W is the generator's first numbers, scaled, and b its next ones."""
    rng = np.random.default_rng(0)
    numbers = (
        (lambda shape: rng.uniform(-1, 1, shape))
        if "uniform" in name
        else rng.standard_normal
    )
    W, b = draw(name, 3, 2)
    factors = W / numbers((3, 2))
    np.testing.assert_allclose(factors, factors[0, 0], rtol=1e-12)
    factors = b / numbers(2)
    np.testing.assert_allclose(factors, factors[0], rtol=1e-12)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_seed_decides_everything(name):
    """The same seed gives the same layer, another seed another."""
    np.testing.assert_array_equal(draw(name).W, draw(name).W)
    np.testing.assert_array_equal(draw(name).b, draw(name).b)
    assert (draw(name).W != draw(name, seed=1).W).all()


@pytest.mark.parametrize("initializer", INITIALIZERS)
@pytest.mark.parametrize("design", DESIGNS)
def test_designs_start_alike_from_one_seed(design, initializer):
    """Layer by layer from one generator, in every design."""
    net = DESIGNS[design].initialize(
        [4, 3, 2], rng=np.random.default_rng(7), initializer=initializer
    )
    rng = np.random.default_rng(7)
    expected = [INITIALIZERS[initializer](*s, rng) for s in ((4, 3), (3, 2))]
    for layer, other in zip(net.to_layers(), expected, strict=True):
        np.testing.assert_array_equal(layer.W, other.W)
        np.testing.assert_array_equal(layer.b, other.b)


@pytest.mark.parametrize("design", DESIGNS)
def test_the_default_is_the_document_s_own(design):
    """Leaving the initializer out is naming the design's default."""
    Net = DESIGNS[design]
    left_out, named = (
        Net.initialize([4, 3, 2], rng=np.random.default_rng(7), **settings)
        for settings in ({}, {"initializer": Net.default_initializer})
    )
    for layer, other in zip(
        left_out.to_layers(), named.to_layers(), strict=True
    ):
        np.testing.assert_array_equal(layer.W, other.W)
        np.testing.assert_array_equal(layer.b, other.b)
