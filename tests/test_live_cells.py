"""The Python half of the live cells: what runs in a page, tried here.

What the cells give is tried in the page itself, in `test_live_in_browser`.
"""

import _imp
import ast
import gzip
import hashlib
import http.client
import io
import json
import marshal
import re
import subprocess
import sys
import threading
import zipfile

import nbformat
import numpy as np
import pack_runtime
import pytest
import serve
from execute_notebooks import ROOT, toc_notebooks
from live_pages import APART, STATIC, assemble, cut_data, wheel_of_nnlib

from nnlib.datasets import files, mnist

LIVE = STATIC / "live"
sys.path.insert(0, str(LIVE))
import runner  # noqa: E402

THERE = {"numpy", "nnlib", *sys.stdlib_module_names}
NOT_THERE = ("nnlib.plotting", "nnlib.estimator")


def say(*sources):
    """Run cells in one session; return what they said, by kind."""
    said = []
    session = runner.Session(lambda kind, text: said.append((kind, text)))
    ended = [session.run(source) for source in sources]
    return said, ended


# What a cell gives.


def test_the_last_expression_is_shown_and_none_is_not():
    """Printed text first, then the value; names live on."""
    said, ended = say("x = 2\nprint('a')", "x + 1", "None", "y = 1")
    assert "".join(text for _, text in said) == "a\n3\n"
    assert ended == [True] * 4


def test_a_table_is_shown_as_html():
    """An object that draws itself does; all others are text."""
    source = "from nnlib.tables import Table\nTable(['a'], [[1]])"
    said, _ = say(source)
    assert said[0][0] == "html"
    assert "<table" in said[0][1]


def test_long_containers_take_several_lines():
    """A dict that is wider than the page is broken up, in its own order."""
    said, _ = say("{f'key {i}': i for i in range(9, 0, -1)}")
    lines = said[0][1].splitlines()
    assert len(lines) == 9
    assert "key 9" in lines[0]


def test_an_error_names_the_line_of_the_cell():
    """Two cells deep: each cell's own line, in its place."""
    said, ended = say("def f(x):\n    return 1 / x", "f(1)\nf(0)")
    assert ended == [True, False]
    kind, text = said[-1]
    assert kind == "error"
    assert "line 2\n    f(0)" in text
    assert "line 2\n    return 1 / x" in text
    assert text.endswith("ZeroDivisionError: division by zero\n")


def test_frames_of_the_library_are_folded():
    """The reader's line, a count, the message: no path of this machine."""
    said, _ = say(
        "import nnlib", "nnlib.DESIGNS['bias_row'].initialize([2, 1], rng=3)"
    )
    text = said[-1][1]
    assert "initialize([2, 1], rng=3)" in text
    assert re.search(r"and \d+ more inside the libraries", text)
    assert "ValueError: rng must be" in text
    assert str(ROOT) not in text


def test_a_slip_in_the_grammar_is_shown_where_it_is():
    """The line, and the mark under it."""
    said, ended = say("x = 1\ny = (")
    assert ended == [False]
    assert "In this cell, line 2" in said[0][1]
    assert "SyntaxError" in said[0][1]


def test_endless_output_is_ended():
    """A loop that prints without end stops at the limit."""
    said, ended = say("while True: print('x' * 1000)")
    assert ended == [False]
    assert sum(len(text) for _, text in said) < runner.OUTPUT_LIMIT + 1000
    assert "100,000 characters" in said[-1][1]


@pytest.mark.parametrize("source", ["exit()", "input()", "raise KeyError(1)"])
def test_no_cell_ends_the_session(source):
    """Whatever is raised, the next cell runs."""
    said, ended = say(source, "1")
    assert ended == [False, True]
    assert said[-1] == ("text", "1\n")


def test_display_shows_several_values():
    """As in a notebook, in the middle of a cell."""
    said, _ = say("display(1, 'a')\nprint('b')")
    assert "".join(text for _, text in said) == "1\n'a'\nb\n"


# Which cells must run first.

CELLS = [
    "import numpy as np",
    "rng = np.random.default_rng(0)",
    "W = rng.random(3)",
    "b = np.zeros(2)",
    "W @ W",
    "b + rng.random()",
    "def f(x):\n    return x @ W",
    "f(b)",
    "W += 1",
    "net.fit(W, b)",
    "b[0] = 2",
    "np.sqrt(b, out=b)",
    "this is not Python",
    "b",
]


@pytest.mark.parametrize(
    ("index", "wanted"),
    [
        (0, []),
        (1, [0]),
        (4, [0, 1, 2]),
        (5, [0, 1, 2, 3]),  # the draws above it come first
        (7, [0, 1, 2, 3, 6]),
        (8, [0, 1, 2]),
        (13, [0, 3, 6, 7, 10, 11, 1, 2, 8]),
    ],
)
def test_a_cell_needs_what_made_and_changed_its_names(index, wanted):
    """What is used must have been made, drawn and changed as on the page."""
    assert runner.needed(CELLS, index) == sorted(wanted)


def test_a_function_sees_what_changed_after_it():
    """Calling f, which uses W, needs the cell that changes W."""
    cells = ["W = 1", "def f():\n    return W", "W = 2", "f()"]
    assert runner.needed(cells, 3) == [0, 1, 2]


def test_a_name_that_the_cell_makes_itself_needs_no_cell():
    """Unless it is read first. What made it before is not needed either."""
    cells = ["f = W = 1", "def f():\n    return 2\n\n\nf()"]
    assert runner.needed(cells, 1) == []
    assert runner.needed([*cells, "W = W + f()"], 2) == [0, 1]
    assert runner.needed([*cells, "W = 3\nW + 1"], 2) == []
    assert runner.needed([*cells, "W\nW = 3"], 2) == [0]
    reader = "def g():\n    return W\n\n\ng()\nW = 3"
    assert runner.needed([*cells, reader], 2) == [0]
    assert runner.needed([*cells, "from a import f", "f"], 3) == [2]
    assert runner.needed([*cells, "f = f + 1", "f"], 3) == [0, 1, 2]
    wrapped = "def f(x=f):\n    return x"
    assert runner.needed([cells[0], wrapped], 1) == [0]


# Data, part by part.


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site's data folder, read as a page reads it; and what was read."""
    parts = cut_data(tmp_path / "data")
    (tmp_path / "parts.json").write_text(json.dumps(parts))
    source = (LIVE / "browser_data.py").read_text()
    (tmp_path / "browser_data.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "browser_data", raising=False)
    monkeypatch.setattr(files, "read", files.read)  # put back afterwards
    fetched = []

    class Bytes(bytes):
        def to_py(self):
            return memoryview(self)

    def read_part(name):
        fetched.append(name)
        return Bytes((tmp_path / "data" / name).read_bytes())

    import browser_data

    browser_data.install(read_part, lambda text: None)
    return tmp_path / "data", fetched


def test_few_images_need_few_parts(site):
    """10,000 training images come with two of the ten parts."""
    wanted = mnist("train", 10_000)
    _, fetched = site
    images = [name for name in fetched if "images" in name]
    assert len(images) == 2
    assert wanted.X.shape == (10_000, 784)
    assert mnist("train", 100).X.shape == (100, 784)
    assert len([name for name in fetched if "images" in name]) == 2


def test_the_parts_make_the_same_data(monkeypatch, site):
    """All 10,000 test images, byte for byte."""
    theirs = mnist("test")
    monkeypatch.undo()
    np.testing.assert_array_equal(theirs.X, mnist("test").X)
    np.testing.assert_array_equal(theirs.labels, mnist("test").labels)


def test_a_damaged_part_is_refused(site):
    """Its name is in the message."""
    folder, _ = site
    part = sorted(folder.glob("t10k-images*"))[0]
    part.write_bytes(part.read_bytes()[:-1])
    with pytest.raises(RuntimeError, match=rf"{part.name} is damaged"):
        mnist("test")


# What lies beside the pages.


def test_the_wheel_is_nnlib_without_mnist_and_runs_by_itself(tmp_path):
    """Unpacked by itself it imports, and trains on what it holds."""
    name, wheel = wheel_of_nnlib("0.1.0")
    assert (name, wheel) == wheel_of_nnlib("0.1.0")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    assert not [n for n in names if n.endswith(tuple(APART))]
    assert len(wheel) < 500_000
    code = (
        "import nnlib, numpy as np\n"
        "Net, rng = nnlib.DESIGNS['layer_dict'], np.random.default_rng(0)\n"
        "digits = nnlib.datasets.digits()\n"
        "cost = Net.initialize([64, 10], rng=rng).cost(digits.X, digits.Y)\n"
        "print(nnlib.__file__, cost)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.startswith(str(tmp_path))


def test_the_list_of_files_is_complete_and_true(tmp_path):
    """Every file of the list exists, with the bytes that it says."""
    target = tmp_path / "_static/live"
    total = assemble(target)
    listing = json.loads((target / "files.json").read_text())
    assert sum(f["bytes"] for f in listing["files"]) == total
    for file in listing["files"]:
        there = [base / file["path"] for base in (target, LIVE)]
        assert file["bytes"] in [p.stat().st_size for p in there if p.exists()]


def test_the_runtime_is_the_one_that_is_distributed():
    """The SHA-256 of every file, unpacked where it is stored packed."""
    for line in (pack_runtime.PACKED / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        folders = pack_runtime.DISTRIBUTED, pack_runtime.PACKED
        found = [f / name for f in folders if (f / name).exists()]
        content = (
            found[0].read_bytes()
            if found
            else gzip.decompress(
                (pack_runtime.PACKED / f"{name}.gz").read_bytes()
            )
        )
        assert hashlib.sha256(content).hexdigest() == digest, name


def badly_packed(distributed, packed):
    """Return the files of a packed archive that are not the distributed's.

    Bytecode is compared by the hash of its source that it carries, and, where
    this Python is the browser's, by the code itself.
    """
    magic = bytes.fromhex("cb0d0d0a")  # CPython 3.12
    key = int.from_bytes(magic, "little")
    wanted = {n for n in distributed.namelist() if pack_runtime.wanted(n)}
    sources = {f"{n}c" if n.endswith(".py") else n: n for n in wanted}
    bad = list(sources.keys() ^ set(packed.namelist()))
    for name in sources.keys() & set(packed.namelist()):
        source = distributed.read(sources[name])
        content = packed.read(name)
        if not sources[name].endswith(".py"):
            good = content == source
        else:  # flags 1: with a hash, not compared at import
            head = magic + (1).to_bytes(4, "little")
            good = content[:16] == head + _imp.source_hash(key, source)
            if good and sys.version_info[:2] == pack_runtime.PYTHON:
                code = compile(source, sources[name], "exec", optimize=0)
                good = marshal.loads(content[16:]) == code
        bad += [] if good else [name]
    return bad


@pytest.mark.parametrize(
    "archive",
    sorted(pack_runtime.DISTRIBUTED.iterdir()),
    ids=lambda path: path.name.partition("-")[0],
)
def test_the_packed_runtime_is_made_of_what_is_distributed(archive):
    """Every module from its source, every other file as it was."""
    packed = (pack_runtime.PACKED / f"{archive.name}.gz").read_bytes()
    with zipfile.ZipFile(archive) as distributed:
        unpacked = io.BytesIO(gzip.decompress(packed))
        with zipfile.ZipFile(unpacked) as made:
            assert badly_packed(distributed, made) == []


def test_another_source_or_a_missing_module_is_noticed(tmp_path):
    """The same comparison, with one line changed and one file gone."""

    def archive(name, **files):
        with zipfile.ZipFile(tmp_path / name, "w") as made:
            for file, content in files.items():
                made.writestr(file.replace("_py", ".py"), content)
        return zipfile.ZipFile(tmp_path / name)

    def pyc(source):
        key = int.from_bytes(bytes.fromhex("cb0d0d0a"), "little")
        head = bytes.fromhex("cb0d0d0a01000000")
        code = compile(source, "a.py", "exec", optimize=0)
        return head + _imp.source_hash(key, source) + marshal.dumps(code)

    distributed = archive("old", a_py="x = 1", b_py="y = 2", c="text")
    right = {"a_pyc": pyc(b"x = 1"), "b_pyc": pyc(b"y = 2"), "c": "text"}
    assert badly_packed(distributed, archive("same", **right)) == []
    wrong = {"a_pyc": pyc(b"x = 3"), "c": "texts"}
    bad = badly_packed(distributed, archive("new", **wrong))
    assert sorted(bad) == ["a.pyc", "b.pyc", "c"]


# The server.


@pytest.fixture
def server(tmp_path):
    """The book's server on a folder with one page; asks it for a path."""
    (tmp_path / "index.html").write_text(
        "<script>let a = 1</script><script src='x.js'></script>"
    )
    (tmp_path / "live-worker.js").write_text("")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor/a.js").write_text("")
    handler = serve.partial(serve.Handler, directory=str(tmp_path))
    with serve.http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), handler
    ) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()

        def ask(path):
            connection = http.client.HTTPConnection(*running.server_address)
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer

        yield ask
        running.shutdown()


@pytest.mark.parametrize("path", ["/", "/index.html"])
def test_a_page_may_run_its_own_scripts_only(server, path):
    """Inline scripts by their hash, no eval, nothing from elsewhere."""
    policy = server(path).headers["Content-Security-Policy"]
    scripts = policy.split("script-src")[1]
    assert scripts.count("'sha256-") == 1
    assert "unsafe" not in scripts
    assert "default-src 'none'" in policy


def test_only_the_worker_may_evaluate(server):
    """The reader's Python runs there."""
    policy = server("/live-worker.js").headers["Content-Security-Policy"]
    assert "'unsafe-eval'" in policy
    assert "immutable" in server("/vendor/a.js").headers["Cache-Control"]


def test_serving_without_a_book_says_what_to_do(tmp_path, monkeypatch):
    """No traceback: one sentence."""
    monkeypatch.setattr(sys, "argv", ["serve.py", str(tmp_path)])
    with pytest.raises(SystemExit, match="run make book first"):
        serve.main()


# The pages' own cells.


def live_cells(nb):
    """Return the cells tagged live."""
    return [c for c in nb.cells if "live" in c.metadata.get("tags", [])]


PAGES = {
    path.stem: live_cells(nbformat.read(path, 4)) for path in toc_notebooks()
}
# Two pages are for looking up, and one is about scikit-learn, which a browser
# does not have.
ELSEWHERE = {"estimator", "index", "notation"}
CHAPTERS = [name for name in PAGES if name not in ELSEWHERE]


def foreign(source):
    """Return what a cell imports that a page does not have."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{a.name}" for a in node.names]
    return [
        name
        for name in names
        if name.partition(".")[0] not in THERE or name.startswith(NOT_THERE)
    ]


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_live_cell_imports_what_a_page_has(page):
    """NumPy, nnlib but for what draws, and Python's own."""
    assert [n for cell in PAGES[page] for n in foreign(cell.source)] == []


@pytest.mark.parametrize(
    "source",
    [
        "import matplotlib.pyplot as plt",
        "def f():\n    from sklearn import datasets",
        "from nnlib import plotting",
        "import nnlib.estimator",
    ],
)
def test_a_planted_import_is_found(source):
    """At the top, in a function, of a part of nnlib."""
    good = "import json\nfrom nnlib import costs"
    assert foreign(good) == []
    assert len(foreign(f"{good}\n{source}")) == 1


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_has_at_least_three_live_cells(page):
    """Cells that a reader would want to poke."""
    assert len(PAGES[page]) >= 3
