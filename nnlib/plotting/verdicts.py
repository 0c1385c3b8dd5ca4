"""Who sees what: a mark for every pair of a flaw and a detector."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes

# Verdict -> marker, size, face and edge. Told apart by shape, not by color.
MARKS = {
    "seen": ("o", 9.0, "#222222", "#222222"),
    "stops": ("s", 8.0, "#222222", "#222222"),
    "raises": ("^", 9.0, "#fdb863", "#b35806"),
    "passes": ("o", 3.5, "white", "#767676"),
    "–": ("_", 6.0, "#767676", "#767676"),
}


def plot_verdicts(
    ax: Axes, verdicts: Mapping[str, Mapping[str, str]], lines: float = 1.0
) -> Axes:
    """Draw a row of marks per flaw and a column per detector.

    Parameters
    ----------
    verdicts : flaw -> detector -> one of `MARKS`; the first flaw on top,
        and for all flaws the same detectors.
    lines : between two rows there is a faint line, of this width.
    """
    names = list(next(iter(verdicts.values())))
    for word, (marker, size, face, edge) in MARKS.items():
        places = [
            (column, row)
            for row, marks in enumerate(verdicts.values())
            for column, name in enumerate(names)
            if marks[name] == word
        ]
        x, y = zip(*places) if places else ((), ())
        ax.plot(
            x, y, marker, ms=size, mfc=face, mec=edge, ls="none", label=word
        )
    for row in range(1, len(verdicts)):
        ax.axhline(row - 0.5, color="0.9", lw=lines, zorder=0)
    ax.set_xticks(range(len(names)), names, rotation=55, ha="left")
    for label in ax.get_xticklabels():
        label.set_rotation_mode("anchor")
    ax.set_yticks(range(len(verdicts)), list(verdicts))
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.set(xlim=(-0.6, len(names) - 0.4), ylim=(len(verdicts) - 0.5, -0.5))
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return ax
