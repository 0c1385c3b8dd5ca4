"""Every figure of the book; the only place that imports Matplotlib.

Each function draws on the axes it is given and returns them; none calls
``show``. What is drawn is what was handed in: numbers are computed
elsewhere, and tests read them back from the axes.
"""

from nnlib.plotting.arrays import (
    Block,
    plot_designs,
    plot_equation,
    plot_images,
    plot_network,
)
from nnlib.plotting.curves import (
    plot_bars,
    plot_claims,
    plot_curves,
    plot_distributions,
    plot_errors,
    plot_points,
    plot_ratios,
    plot_runs,
    plot_scaling,
    plot_shares,
    plot_strips,
)
from nnlib.plotting.plane import (
    plot_boundary,
    plot_classes,
    plot_landscape,
    plot_outputs,
    plot_path,
    plot_regions,
)
from nnlib.plotting.style import (
    CLASS_LOOKS,
    COST_LOOKS,
    LEGIBLE,
    LOOKS,
    OPTIMIZER_LOOKS,
    SHADES,
    TARGET,
    Look,
    contrast,
    ink,
    use_style,
)
from nnlib.plotting.verdicts import MARKS, plot_verdicts

__all__ = [
    "CLASS_LOOKS",
    "COST_LOOKS",
    "LEGIBLE",
    "LOOKS",
    "MARKS",
    "OPTIMIZER_LOOKS",
    "SHADES",
    "TARGET",
    "Block",
    "Look",
    "contrast",
    "ink",
    "plot_bars",
    "plot_boundary",
    "plot_claims",
    "plot_classes",
    "plot_curves",
    "plot_designs",
    "plot_distributions",
    "plot_equation",
    "plot_errors",
    "plot_images",
    "plot_landscape",
    "plot_network",
    "plot_outputs",
    "plot_path",
    "plot_points",
    "plot_ratios",
    "plot_regions",
    "plot_runs",
    "plot_scaling",
    "plot_shares",
    "plot_strips",
    "plot_verdicts",
    "use_style",
]
