"""A dictionary per layer: rows, with everything keyed by layer number.

The input is layer 1. a[i] (n, fan_in), w[i] (fan_in, fan_out), b[i]
(fan_out,), z[i + 1] = a[i] w[i] + b[i].
"""

from __future__ import annotations

from nnlib.layouts import LAYOUTS
from nnlib.network import Batches, Network
from nnlib.regularizers import Penalty
from nnlib.types import Array, Layer

LAYOUT = LAYOUTS["rows"]


class LayerDict(Network):
    """The design in which a layer is a number, and a key.

    State: ``w`` and ``b``, keyed by the layer they start from; each layer
    from 2 on has an activation of its own, in ``activations``, keyed by the
    layer itself. So ``w[1]`` leads to ``z[2]``, which ``activations[2]``
    turns into ``a[2]``.

    The document's methods: ``_feed_forward`` is `feed_forward`,
    ``_back_prop`` is `back_prop`, ``_update_w_b`` is `update_w_b`;
    ``fit`` keeps its name.

    References
    ----------
    Vink, "Programming a neural network from scratch", 2017.
    """

    default_hidden = "relu"
    default_initializer = "lecun_normal"

    def _hold(self, layers: list[Layer]) -> None:
        self.n_layers = len(layers) + 1
        self.w, self.b = {}, {}
        for i, layer in enumerate(layers, start=1):
            self.w[i], self.b[i] = LAYOUT.pack(layer)
        self.activations = dict(enumerate(self._activations, start=2))

    def to_layers(self) -> list[Layer]:
        """Return the parameters as canonical layers: new arrays."""
        return [LAYOUT.unpack((self.w[i], self.b[i])) for i in self.w]

    def feed_forward(
        self, x: Array
    ) -> tuple[dict[int, Array], dict[int, Array]]:
        """Return z, keyed from 2, and a, keyed from 1: the input itself."""
        z, a = {}, {1: x}
        for i in range(1, self.n_layers):
            z[i + 1] = a[i] @ self.w[i] + self.b[i]  # (n, fan_out)
            a[i + 1] = self.activations[i + 1].forward(z[i + 1])
        return z, a

    def _outputs(self, X: Array) -> tuple[Array, Array]:
        z, a = self.feed_forward(X)
        return z[self.n_layers], a[self.n_layers]

    def back_prop(
        self, z: dict[int, Array], a: dict[int, Array], y: Array
    ) -> dict[int, tuple[Array, Array]]:
        """Return {i: (dw, db)}: the gradient of the mean loss.

        ``z`` and ``a`` are `feed_forward`'s, ``y`` is (n, n_outputs).
        """
        last, n = self.n_layers, len(y)
        delta = self._cost.delta(z[last], a[last], y, self.activations[last])
        nablas = {}
        for i in reversed(range(1, last)):
            nablas[i] = a[i].T @ delta / n, delta.sum(axis=0) / n
            if i > 1:
                pulled = delta @ self.w[i].T  # (n, fan_in)
                delta = self.activations[i].backward(z[i], pulled)
        return nablas

    def _gradients(self, X: Array, Y: Array) -> list[Layer]:
        nablas = self.back_prop(*self.feed_forward(X), Y)
        return [LAYOUT.unpack(nablas[i]) for i in self.w]

    def update_w_b(
        self,
        index: int,
        dw: Array,
        db: Array,
        learning_rate: float,
        penalty: Penalty = Penalty(),
    ) -> None:
        """Take one step along these gradients, in layer ``index``."""
        w = self.w[index]
        self.w[index] = w - learning_rate * (dw + penalty.gradient(w))
        self.b[index] = self.b[index] - learning_rate * db

    def _epoch(
        self,
        X: Array,
        Y: Array,
        batches: Batches,
        learning_rate: float,
        penalty: Penalty,
    ) -> None:
        for batch in batches:
            nablas = self.back_prop(*self.feed_forward(X[batch]), Y[batch])
            for i, (dw, db) in nablas.items():
                self.update_w_b(i, dw, db, learning_rate, penalty)
