"""What the documents got wrong, each flaw beside its repair."""

from nnlib.flaws import (
    bias_row,
    bias_row_softmax,
    column_vectors,
    layer_dict,
    row_matrix,
)
from nnlib.flaws.flaw import Flaw

DOCUMENTS = [  # in book order
    column_vectors,
    bias_row,
    row_matrix,
    layer_dict,
    bias_row_softmax,
]

FLAWS: dict[str, Flaw] = {
    flaw.name: flaw for document in DOCUMENTS for flaw in document.FLAWS
}
