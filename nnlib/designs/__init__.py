"""The designs, in book order: one module each, none importing another."""

from nnlib.designs.bias_row import BiasRow
from nnlib.designs.bias_row_softmax import BiasRowSoftmax
from nnlib.designs.column_vectors import ColumnVectors
from nnlib.designs.layer_dict import LayerDict
from nnlib.designs.row_matrix import RowMatrix
from nnlib.network import Network

DESIGNS: dict[str, type[Network]] = {
    "column_vectors": ColumnVectors,
    "bias_row": BiasRow,
    "row_matrix": RowMatrix,
    "layer_dict": LayerDict,
    "bias_row_softmax": BiasRowSoftmax,
}
