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
    plot_curves,
    plot_distributions,
    plot_errors,
    plot_runs,
    plot_scaling,
)
from nnlib.plotting.plane import (
    plot_boundary,
    plot_classes,
    plot_landscape,
    plot_path,
    plot_regions,
)
from nnlib.plotting.style import (
    CLASS_LOOKS,
    COST_LOOKS,
    LOOKS,
    SHADES,
    TARGET,
    Look,
    use_style,
)

__all__ = [
    "CLASS_LOOKS",
    "COST_LOOKS",
    "LOOKS",
    "SHADES",
    "TARGET",
    "Block",
    "Look",
    "plot_boundary",
    "plot_classes",
    "plot_curves",
    "plot_designs",
    "plot_distributions",
    "plot_equation",
    "plot_errors",
    "plot_images",
    "plot_landscape",
    "plot_network",
    "plot_path",
    "plot_regions",
    "plot_runs",
    "plot_scaling",
    "use_style",
]
