"""`make execute`: the same bytes twice, warnings are errors."""

import nbformat
import pytest
from execute_notebooks import executed
from nbclient.exceptions import CellExecutionError
from nbformat import v4

DRAWING = """\
import matplotlib.pyplot as plt

_ = plt.plot([1, 2])
"""
TIMING = "import time\n\ntime.perf_counter_ns()"


@pytest.fixture
def notebook(tmp_path):
    """Return a function that stores a notebook of cells, given as sources."""

    def store(*sources):
        cells = [v4.new_code_cell(source) for source in sources]
        for number, cell in enumerate(cells):
            cell.id = f"cell-{number}"
            if "perf_counter" in cell.source:
                cell.metadata.tags = ["nbval-ignore-output"]
        path = tmp_path / "page.ipynb"
        nbformat.write(v4.new_notebook(cells=cells), path)
        return path

    return store


def run_and_store(path):
    """Return the notebook after a run, which is stored as well."""
    path.write_text(executed(path), encoding="utf-8")
    return nbformat.read(path, as_version=4)


def test_a_second_run_writes_the_same_bytes(notebook):
    """A drawing and a timing come out of a second run unchanged."""
    path = notebook("print(1)\nprint(2)", DRAWING, TIMING)
    nb = run_and_store(path)
    assert "image/png" in nb.cells[1].outputs[-1].data
    assert [cell.execution_count for cell in nb.cells] == [1, 2, 3]
    assert executed(path) == path.read_text(encoding="utf-8")


def test_a_timing_is_taken_again_when_asked(notebook):
    """A stored timing gives way to a new one only on request."""
    path = notebook(TIMING)
    run_and_store(path)
    again = executed(path, refresh_timings=True)
    assert again != path.read_text(encoding="utf-8")


def test_a_timing_is_taken_again_when_its_cell_changes(notebook):
    """The timing stored for other code than the cell's is not kept."""
    path = notebook(TIMING)
    nb = run_and_store(path)
    nb.cells[0].source = TIMING.replace("perf_counter_ns()", "perf_counter()")
    nbformat.write(nb, path)
    (output,) = run_and_store(path).cells[0].outputs
    assert "." in output.data["text/plain"]


@pytest.mark.parametrize(
    "category", ["UserWarning", "RuntimeWarning", "DeprecationWarning"]
)
def test_a_warning_on_a_page_is_an_error(notebook, category):
    """No page warns: what it does to be warned of is mended instead."""
    path = notebook(f"import warnings\n\nwarnings.warn('x', {category})")
    with pytest.raises(CellExecutionError, match=category):
        executed(path)


def test_the_setting_up_leaves_no_name_behind(notebook):
    """A page that forgets an import fails here as it would for a reader."""
    path = notebook("warnings.simplefilter('ignore')")
    with pytest.raises(CellExecutionError, match="NameError"):
        executed(path)
