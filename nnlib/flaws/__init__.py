"""What the documents got wrong, each flaw beside its repair."""

from nnlib.flaws import column_vectors
from nnlib.flaws.flaw import Flaw

FLAWS: dict[str, Flaw] = {flaw.name: flaw for flaw in column_vectors.FLAWS}
