"""Shapes: what a design calls its arrays, and which way they lie.

No shape is written down here. A network takes one gradient by its own
methods, is watched while it does, and the shapes are read off the arrays
that it held. What is written down is names, and every name is evaluated.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from nnlib import checks
from nnlib.activations import Activation, CoupledActivation
from nnlib.costs import Cost
from nnlib.designs import DESIGNS
from nnlib.network import Network
from nnlib.types import Array

# The symbols of the equations, and what they stand for.
SYMBOLS = {
    "x": ("x", "the input, as the first product takes it"),
    "W": ("W^l", "the weights of layer l"),
    "b": ("b^l", "the biases of layer l"),
    "z": ("z^l", "the pre-activations of layer l"),
    "a": ("a^l", "the activations of hidden layer l, as the next takes them"),
    "output": ("a^L", "the output"),
    "y": ("y", "the target, as the cost takes it"),
    "delta": ("δ^l", "the slope of the loss at z"),
    "nabla_W": ("∇W^l", "the gradient of the weights"),
    "nabla_b": ("∇b^l", "the gradient of the biases"),
}

# What each design's code calls them, for layer l of 1 .. L.
NAMES = {
    "column_vectors": {
        "x": "x",
        "W": "weights[l - 1]",
        "b": "biases[l - 1]",
        "z": "zs[l - 1]",
        "a": "activations[l]",
        "output": "activations[-1]",
        "y": "y",
        "nabla_W": "nabla_w[l - 1]",
        "nabla_b": "nabla_b[l - 1]",
    },
    "bias_row": {
        "x": "A1s[0]",
        "W": "weights[l - 1]",
        "b": "weights[l - 1][:, -1]",
        "z": "Zs[l - 1]",
        "a": "A1s[l]",
        "output": "As[-1]",
        "y": "Y.T",
        "nabla_W": "nablas[l - 1]",
        "nabla_b": "nablas[l - 1][:, -1]",
    },
    "row_matrix": {
        "x": "As[0]",
        "W": "weights[l - 1]",
        "b": "biases[l - 1]",
        "z": "Zs[l - 1]",
        "a": "As[l]",
        "output": "As[-1]",
        "y": "Y",
        "nabla_W": "nabla_w[l - 1]",
        "nabla_b": "nabla_b[l - 1]",
    },
    "layer_dict": {
        "x": "a[1]",
        "W": "w[l]",
        "b": "b[l]",
        "z": "z[l + 1]",
        "a": "a[l + 1]",
        "output": "a[n_layers]",
        "y": "y",
        "nabla_W": "nablas[l][0]",
        "nabla_b": "nablas[l][1]",
    },
    "bias_row_softmax": {
        "x": "A1s[0]",
        "W": "weights[l - 1]",
        "b": "weights[l - 1][:, 0]",
        "z": "Zs[l - 1]",
        "a": "A1s[l]",
        "output": "A",
        "y": "Y.T",
        "nabla_W": "nablas[l - 1]",
        "nabla_b": "nablas[l - 1][:, 0]",
    },
}


class Held(NamedTuple):
    """One kind of array: its name in the code, its shape in each layer.

    A name that does not speak of l has one shape.
    """

    name: str
    shapes: list[tuple[int, ...]]


def shapes(net: Network, X: Any, Y: Any) -> dict[str, Held]:
    """Return what the design holds while it takes a gradient.

    The keys are those of `SYMBOLS`.

    Parameters
    ----------
    net : a network of one of the designs.
    X, Y : (n_samples, n_inputs) and (n_samples, n_outputs).

    Raises
    ------
    ValueError : what ``net.gradients`` refuses, or a design that `NAMES`
        does not list.
    """
    X, Y = net._check_batch(X, Y)
    known = {DESIGNS[key].__name__: names for key, names in NAMES.items()}
    names = known[checks.check_name("design", type(net).__name__, known)]
    held = watch(net, X, Y)
    deltas = [delta.shape for delta in held.pop("deltas")]
    return _read(names, held, net) | {"delta": Held("delta", deltas)}


def watch(net: Network, X: Array, Y: Array) -> dict[str, Any]:
    """Return all names that the design's methods have during a gradient.

    Its attributes, and the local names of its methods as they stand when
    the method returns (of one called again and again, the last time).
    "deltas" are all deltas of that last time, the first layer's first.

    Notes
    -----
    Python calls what ``sys.setprofile`` was given whenever a function
    returns, with its local names still in place. A delta is what the
    shared cost, or a shared activation's ``backward``, hands back.
    """
    held, deltas = dict(vars(net)), []

    def note(frame: FrameType, event: str, result: Any) -> None:
        if event != "return":
            return
        if frame.f_locals.get("self") is net:
            held.update(frame.f_locals)
        elif frame.f_code in DELTAS and frame.f_back.f_code not in DELTAS:
            deltas.insert(0, result)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        net._gradients(X, Y)
    finally:
        sys.setprofile(before)
    return held | {"deltas": deltas[: len(net.sizes) - 1]}


DELTAS = [
    method.__code__
    for method in (Cost.delta, Activation.backward, CoupledActivation.backward)
]


def _read(
    names: Mapping[str, str], held: Mapping[str, Any], net: Network
) -> dict[str, Held]:
    """Evaluate the names, in every layer that has such an array."""
    found = {}
    for key, name in names.items():
        stop = len(net.sizes) - (key == "a")  # hidden layers only
        layers = range(1, stop) if "[l" in name else [1]
        arrays = [eval(name, {**held, "l": layer}) for layer in layers]
        found[key] = Held(
            name,
            [np.shape(getattr(array, "array", array)) for array in arrays],
        )
    return found


def in_letters(
    shape: tuple[int, ...], sizes: list[int], n: int, layer: int
) -> str:
    """Return a shape met in ``layer`` with letters for its numbers.

    Numbers are recognized by their value: with 3 units in the layer,
    (5, 3) reads "(n, d_{l})" if n is 5, and 4 would read "d_{l} + 1".

    Raises
    ------
    ValueError : numbers that cannot be told from each other.
    """
    fan_in, fan_out = sizes[layer - 1], sizes[layer]
    letters = {
        1: "1",
        n: "n",
        fan_in: "d_{l-1}",
        fan_in + 1: "d_{l-1} + 1",
        fan_out: "d_{l}",
        fan_out + 1: "d_{l} + 1",
    }
    if len(letters) < 6:
        raise ValueError(
            "n and the sizes must differ by 2 or more, and from 1, to be "
            f"told apart; got n = {n} and sizes {sizes}"
        )
    comma = "," if len(shape) == 1 else ""
    return f"({', '.join(letters[number] for number in shape)}{comma})"


class ShapeTable:
    """The arrays of several networks side by side, shapes in letters.

    Parameters
    ----------
    nets : one network of each design, with a hidden layer or more.
    X, Y : as for `shapes`.

    Raises
    ------
    ValueError : what `shapes` and `in_letters` refuse.
    """

    def __init__(self, nets: Mapping[str, Network], X: Any, Y: Any) -> None:
        self.columns = {
            design: _lettered(shapes(net, X, Y), net.sizes, len(X))
            for design, net in nets.items()
        }

    def __repr__(self) -> str:
        return "\n".join(
            f"{key:8} {design:17} {name:28} {pattern}"
            for key in SYMBOLS
            for design, column in self.columns.items()
            for name, pattern in [column[key]]
        )

    def _repr_html_(self) -> str:
        designs = "".join(_cell("th", _code(name)) for name in self.columns)
        bodies = "".join(map(self._body, SYMBOLS))
        head = f"<thead><tr>{designs}</tr></thead>"
        return f'<table class="dataframe">{head}{bodies}</table>'

    def _body(self, key: str) -> str:
        """Return a symbol's two rows: what it is, how each design has it."""
        symbol, meaning = SYMBOLS[key]
        what = _cell(
            f'th colspan="{len(self.columns)}" scope="rowgroup"',
            f"{_bold(symbol)}&ensp;{meaning}",
            "font-weight: normal",
        )
        cells = (column[key] for column in self.columns.values())
        how = "".join(
            _cell("td", f"{_code(name)}<br>{_math(pattern)}")
            for name, pattern in cells
        )
        return f"<tbody><tr>{what}</tr><tr>{how}</tr></tbody>"


def _lettered(
    found: Mapping[str, Held], sizes: list[int], n: int
) -> dict[str, tuple[str, str]]:
    """Return each name, and its shape in letters: one for all layers."""
    lettered = {}
    for key, (name, numbers) in found.items():
        last = key in ("output", "y")
        first = len(sizes) - 1 if last else 1
        patterns = [
            in_letters(shape, sizes, n, layer)
            for layer, shape in enumerate(numbers, start=first)
        ]
        (pattern,) = set(patterns)
        if last or key == "x":
            pattern = pattern.replace("{l}", "{L}").replace("{l-1}", "{0}")
        lettered[key] = name, pattern
    return lettered


def _cell(tag: str, content: str, style: str = "white-space: nowrap") -> str:
    name = tag.partition(" ")[0]
    style = f"text-align: left; padding: 0.2em 0.4em; {style}"
    return f'<{tag} style="{style}">{content}</{name}>'


def _code(name: str) -> str:
    return f"<code>{name}</code>"


def _bold(symbol: str) -> str:
    """Set W^l as it is printed."""
    return re.sub(
        r"([A-Za-zδ])(\^(.))?",
        lambda m: f"<b>{m[1]}</b>" + (f"<sup>{m[3]}</sup>" if m[3] else ""),
        symbol,
    )


def _math(pattern: str) -> str:
    """Set d_{l-1} as it is printed."""
    letters = re.sub("([lLdn])", r"<i>\1</i>", pattern.replace("-", "−"))
    return re.sub(r"_\{(.*?)\}", r"<sub>\1</sub>", letters)
