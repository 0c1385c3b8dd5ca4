"""Many starts of one small network, trained side by side.

The weights of S bias-row networks lie in one array per layer, V1 of shape
(S, fan_out, fan_in + 1), and ``@`` multiplies matrix by matrix along the
first axis. A small network spends its time in Python; S of them share it.
Sigmoids and the quadratic cost only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from nnlib.designs.bias_row import BiasRow
from nnlib.types import Array


class ManyStarts:
    """Networks of one shape, each with weights of its own.

    State: ``weights``, one array (n_starts, fan_out, fan_in + 1) per layer.

    Parameters
    ----------
    nets : bias-row networks of one shape, sigmoid and quadratic.

    Raises
    ------
    ValueError : other activations, another cost, or no network.
    """

    def __init__(self, nets: Sequence[BiasRow]) -> None:
        kinds = {name for net in nets for name in _kinds(net)}
        if kinds != {"sigmoid", "quadratic"}:
            raise ValueError(
                "nets must be sigmoid networks with the quadratic cost, got "
                f"{sorted(kinds) or 'none'}"
            )
        self.weights = [
            np.stack(layer) for layer in zip(*(net.weights for net in nets))
        ]

    def forward(self, X: Array) -> list[Array]:
        """Return each layer's A1, and the outputs (n_starts, K, n) last."""
        passed, A = [], X.T[None]  # every network has the same inputs
        for V1 in self.weights:
            ones = np.ones((len(A), 1, len(X)))
            passed.append(np.concatenate([A, ones], axis=1))
            Z = V1 @ passed[-1]  # (n_starts, fan_out, n)
            A = (1 + np.tanh(Z / 2)) / 2  # σ(Z), in one call
        return [*passed, A]

    def outputs(self, X: Array) -> Array:
        """Return every network's outputs, (n_starts, n, K)."""
        return self.forward(X)[-1].swapaxes(1, 2)

    def step(
        self, passed: list[Array], Y: Array, learning_rate: float
    ) -> None:
        """Take one step along each network's gradient of the mean loss."""
        *A1s, A = passed
        delta = (A - Y.T) * A * (1 - A)  # (n_starts, K, n)
        for layer in reversed(range(len(A1s))):
            nabla = delta @ A1s[layer].swapaxes(1, 2) / len(Y)
            if layer:
                H = A1s[layer][:, :-1]  # without the ones
                pulled = self.weights[layer].swapaxes(1, 2) @ delta
                delta = pulled[:, :-1] * H * (1 - H)
            self.weights[layer] = self.weights[layer] - learning_rate * nabla

    def walk(
        self, X: Array, Y: Array, *, learning_rate: float, steps: int
    ) -> Iterator[Array]:
        """Yield the outputs (n_starts, n, K) before, between and after steps.

        What comes i-th, counted from 0, belongs to the weights after i
        steps; ``weights`` are those weights at that moment.
        """
        for _ in range(steps):
            passed = self.forward(X)
            yield passed[-1].swapaxes(1, 2)
            self.step(passed, Y, learning_rate)
        yield self.outputs(X)

    def take(self, starts: Array) -> ManyStarts:
        """Return some of the networks: a slice, numbers, or a mask."""
        some = object.__new__(ManyStarts)
        some.weights = [V1[starts] for V1 in self.weights]
        return some


def _kinds(net: BiasRow) -> set[str]:
    s = net.settings
    return {*s.hidden, s.output, s.cost}
