"""The designs: one module each, none importing another."""

from typing import Any

from nnlib import storage
from nnlib.designs.bias_row import BiasRow
from nnlib.designs.bias_row_softmax import BiasRowSoftmax
from nnlib.designs.column_vectors import ColumnVectors
from nnlib.designs.layer_dict import LayerDict
from nnlib.designs.row_matrix import RowMatrix
from nnlib.designs.workspace import Workspace
from nnlib.network import Network

# The documents' five, in book order, and with the sixth all of them.
FIVE: dict[str, type[Network]] = {
    "column_vectors": ColumnVectors,
    "bias_row": BiasRow,
    "row_matrix": RowMatrix,
    "layer_dict": LayerDict,
    "bias_row_softmax": BiasRowSoftmax,
}
DESIGNS: dict[str, type[Network]] = {**FIVE, "workspace": Workspace}


def load(path: Any, *, sizes: list[int] | None = None) -> Network:
    """Return the network that `Network.save` wrote to a file.

    Parameters
    ----------
    path : the file.
    sizes : what is expected, such as [784, 30, 10]; anything if left out.

    Raises
    ------
    ValueError : the file is damaged, or from another version, or holds a
        network of other sizes.
    FileNotFoundError : there is none.
    """
    header, layers = storage.read(path)
    classes = {Net.__name__: Net for Net in DESIGNS.values()}
    name = header.get("class")
    if name not in classes:
        raise ValueError(
            f"{path} must hold one of {', '.join(classes)}, got {name!r}: "
            "it was saved by another version of nnlib"
        )
    net = classes[name].from_layers(layers, **header["settings"])
    want = header["sizes"] if sizes is None else list(sizes)
    if net.sizes != want:
        raise ValueError(
            f"{path} must hold a network of sizes {want}, got {net.sizes}"
        )
    return net
