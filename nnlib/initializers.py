"""Initializers: one random layer from fan_in, fan_out and a generator.

The documents' own stand beside the three that the field settled on. What
differs is the spread of the weights and whether the biases start at 0.
W is drawn before b, each in one call.
"""

from __future__ import annotations

import numpy as np

from nnlib.types import Layer


def standard_normal(
    fan_in: int, fan_out: int, rng: np.random.Generator
) -> Layer:
    """W and b from N(0, 1): the column-vectors document's."""
    return Layer(
        rng.standard_normal((fan_in, fan_out)), rng.standard_normal(fan_out)
    )


def scaled_normal(
    fan_in: int, fan_out: int, rng: np.random.Generator
) -> Layer:
    """W from N(0, 1) / √fan_in, b from N(0, 1): Nielsen's later default."""
    W, b = standard_normal(fan_in, fan_out, rng)
    return Layer(W / np.sqrt(fan_in), b)


def small_normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> Layer:
    """W and b from N(0, 0.1²): the bias-row document's."""
    W, b = standard_normal(fan_in, fan_out, rng)
    return Layer(0.1 * W, 0.1 * b)


def normal_over_fan_out(
    fan_in: int, fan_out: int, rng: np.random.Generator
) -> Layer:
    """W from N(0, 1) / fan_out, b from N(0, 1): the row-matrix third."""
    W, b = standard_normal(fan_in, fan_out, rng)
    return Layer(W / fan_out, b)


def uniform(fan_in: int, fan_out: int, rng: np.random.Generator) -> Layer:
    """W and b from U(-1, 1): the bias-row-softmax document's."""
    return Layer(
        rng.uniform(-1, 1, (fan_in, fan_out)), rng.uniform(-1, 1, fan_out)
    )


def scaled_uniform(
    fan_in: int, fan_out: int, rng: np.random.Generator
) -> Layer:
    """W from U(-1, 1) / √fan_in, b from U(-1, 1): the row-matrix first."""
    W, b = uniform(fan_in, fan_out, rng)
    return Layer(W / np.sqrt(fan_in), b)


def normalized_uniform(
    fan_in: int, fan_out: int, rng: np.random.Generator
) -> Layer:
    """Glorot's W, but b from U(-1, 1): the row-matrix second."""
    W, b = uniform(fan_in, fan_out, rng)
    return Layer(W * np.sqrt(6 / (fan_in + fan_out)), b)


def lecun_normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> Layer:
    """W from N(0, 1) / √fan_in, b = 0: the layer-dict document's.

    References
    ----------
    LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998.
    """
    W = rng.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in)
    return Layer(W, np.zeros(fan_out))


def glorot_uniform(
    fan_in: int, fan_out: int, rng: np.random.Generator
) -> Layer:
    """W from U(-1, 1) √(6 / (fan_in + fan_out)), b = 0.

    References
    ----------
    Glorot and Bengio, "Understanding the difficulty of training deep
    feedforward neural networks", 2010.
    """
    limit = np.sqrt(6 / (fan_in + fan_out))
    return Layer(
        rng.uniform(-limit, limit, (fan_in, fan_out)), np.zeros(fan_out)
    )


def he_normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> Layer:
    """W from N(0, 2 / fan_in), b = 0: made for ReLU layers.

    References
    ----------
    He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.
    """
    W = rng.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)
    return Layer(W, np.zeros(fan_out))


INITIALIZERS = {
    "standard_normal": standard_normal,
    "scaled_normal": scaled_normal,
    "small_normal": small_normal,
    "normal_over_fan_out": normal_over_fan_out,
    "uniform": uniform,
    "scaled_uniform": scaled_uniform,
    "normalized_uniform": normalized_uniform,
    "lecun_normal": lecun_normal,
    "glorot_uniform": glorot_uniform,
    "he_normal": he_normal,
}
