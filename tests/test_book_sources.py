"""The pages as they are stored: run in order, with outputs, nothing pasted.

Each check takes a notebook or a page's Markdown and returns its complaints.
Every check is shown a planted fault, then all the real pages.
"""

import ast
import re
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from execute_notebooks import ROOT, as_text, toc_files, toc_notebooks
from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from nbformat import v4

BOOK = ROOT / "book"
LONGEST_CELL = 20  # lines
WIDEST_CELL = 85  # columns: as many as fit beside the side bar

# Cells whose output differs from run to run, and why: {(page, cell id): why}.
TIMINGS = {
    ("column-vectors", "loop-timing"): "seconds per example",
    ("column-vectors", "loop-table"): "the same, as a table",
    ("column-vectors", "fig-loop"): "the same, drawn",
    ("bias-row", "timing"): "microseconds per gradient",
    ("bias-row", "glue-timing"): "the same, for the text",
    ("row-matrix", "overhead-run"): "microseconds, wrapped and plain",
    ("row-matrix", "glue-overhead"): "the same, for the text",
    ("sixth-design", "race-plain"): "what share the products have",
    ("sixth-design", "race-allocated"): "ratios to the bare products",
    ("sixth-design", "race-vector"): "the same, one change later",
    ("sixth-design", "race-gathered"): "the same, one change later",
    ("sixth-design", "choices-run"): "microseconds of single calls",
    ("sixth-design", "race-all"): "ratios to the bare products",
    ("sixth-design", "glue-race"): "the same, for the text",
    ("sixth-design", "fig-race"): "the same, drawn",
    ("sixth-design", "six-run"): "the same, of six designs",
    ("sixth-design", "ex-predict-run"): "the same, of other sizes",
    ("sixth-design", "ex-compare-run"): "the same, of another epoch",
    ("speed-and-memory", "live-run"): "microseconds per example",
    ("speed-and-memory", "order-run"): "microseconds per addition",
    ("speed-and-memory", "ex-outer-race"): "microseconds per example",
    # rounding, which depends on the processor's order of adding
    ("one-network", "gaps"): "differences between designs, in last digits",
    ("one-network", "glue-gaps"): "the same, for the text",
    ("one-network", "ways-run"): "sums in other orders, in last digits",
    ("one-network", "glue-ways"): "the same, for the text",
    ("how-they-learn", "apart"): "medians of runs with steps that are long",
    ("how-they-learn", "glue-apart"): "the same, for the text",
    ("one-network", "glue-race"): "where chaos leads from last digits",
    ("one-network", "glue-grid"): "the same, for other settings",
}

TAGS = {
    "hide-cell",
    "hide-input",
    "hide-output",
    "live",
    "nbval-ignore-output",
    "raises-exception",
    "remove-cell",
    "remove-input",
    "remove-output",
}
SHOWN_AS_TEXT = {"bash", "bibtex", "console", "text"}
NOT_MARKDOWN = {"bibliography", "literalinclude", "math"}
CODE_DIRECTIVES = {"code", "code-block", "code-cell", "sourcecode"}


def code_cells(nb):
    """Return the code cells of ``nb`` that are not empty."""
    cells = (c for c in nb.cells if c.cell_type == "code")
    return [c for c in cells if c.source.strip()]


def tags(cell):
    """Return the tags of ``cell``."""
    return set(cell.metadata.get("tags", []))


def run_order(nb):
    """Complain unless the code cells were run from 1 to n."""
    counts = [c.execution_count for c in code_cells(nb)]
    wanted = list(range(1, len(counts) + 1))
    return [] if counts == wanted else [f"run in the order {counts}"]


def missing_outputs(nb):
    """Complain about a cell that ends in a value and shows none."""
    return [
        f"{c.id}: ends in an expression and has no output"
        for c in code_cells(nb)
        if not c.outputs
        and not tags(c) & {"remove-cell", "remove-output"}
        and _ends_in_a_value(c.source)
    ]


def _ends_in_a_value(source):
    last = ast.parse(source).body[-1]
    if not isinstance(last, ast.Expr):
        return False
    called = ast.unparse(last).partition("(")[0]
    return not called.rpartition(".")[2].startswith("assert")


def errors(nb):
    """Complain about an exception that is not meant, or meant and absent."""
    complaints = []
    for c in code_cells(nb):
        raised = any(o.output_type == "error" for o in c.outputs)
        if raised != ("raises-exception" in tags(c)):
            complaints.append(
                f"{c.id}: raises and is not tagged raises-exception"
                if raised
                else f"{c.id}: is tagged raises-exception and does not raise"
            )
    return complaints


def stderr(nb):
    """Complain about text on stderr: a warning, or a progress bar."""
    return [
        f"{c.id}: writes to stderr: {o.text[:60]!r}"
        for c in code_cells(nb)
        for o in c.outputs
        if o.get("name") == "stderr"
    ]


def long_cells(nb):
    """Complain about a cell that does not fit on a screen."""
    return [
        f"{c.id}: {n} lines, more than {LONGEST_CELL}"
        for c in code_cells(nb)
        if (n := len(c.source.splitlines())) > LONGEST_CELL
    ]


def wide_cells(nb):
    """Complain about a shown line that runs out of its box."""
    return [
        f"{c.id}: {len(line)} columns, more than {WIDEST_CELL}: {line}"
        for c in code_cells(nb)
        if not tags(c) & {"remove-cell", "remove-input"}
        for line in c.source.splitlines()
        if len(line) > WIDEST_CELL
    ]


def figures(nb):
    """Complain about a figure without alt text, caption or name."""
    complaints = []
    for c in code_cells(nb):
        images = [
            o
            for o in c.outputs
            if any(mime.startswith("image/") for mime in o.get("data", {}))
        ]
        if not images or "remove-output" in tags(c):
            continue
        style = c.metadata.get("mystnb", {})
        alt = style.get("image", {}).get("alt", "")
        figure = style.get("figure", {})
        if len(images) > 1:
            complaints.append(f"{c.id}: {len(images)} figures, one alt text")
        if not is_description(alt):
            complaints.append(f"{c.id}: {alt!r} does not say what is seen")
        complaints += [
            f"{c.id}: a figure without mystnb.figure.{key}"
            for key in ("caption", "name")
            if not figure.get(key, "").strip()
        ]
    return complaints


def is_description(alt):
    """Tell whether ``alt`` is words, rather than nothing or a file's name."""
    name = re.fullmatch(r"\S+\.\w{2,4}|[\w/-]*[0-9a-f]{16}[\w./-]*", alt)
    return len(alt.split()) >= 3 and not name


def unknown_tags(nb):
    """Complain about a tag that means nothing here, or is misspelt."""
    return [
        f"{c.id}: unknown tag {tag}"
        for c in nb.cells
        for tag in sorted(tags(c) - TAGS)
    ]


def unlisted_timings(nb, page="", listed=TIMINGS):
    """Complain about an output that nothing compares, unless it is listed."""
    return [
        f"{c.id}: nbval-ignore-output, and not listed in TIMINGS"
        for c in nb.cells
        if "nbval-ignore-output" in tags(c) and (page, c.id) not in listed
    ]


def blocks(text):
    """Yield name, argument and body of the code blocks and directives."""
    markdown = MarkdownIt("commonmark").use(colon_fence_plugin)
    for token in markdown.parse(text):
        if token.type == "code_block":
            yield "an indented block", "", token.content
        elif token.type in ("fence", "colon_fence"):
            name, _, argument = token.info.strip().partition(" ")
            yield name, argument.strip(), token.content
            if name.startswith("{") and name.strip("{}") not in NOT_MARKDOWN:
                yield from blocks(token.content)


def pasted_code(text, folder=BOOK):
    """Complain about code that is neither run nor taken from nnlib."""
    complaints = []
    for name, argument, body in blocks(text):
        directive = name.strip("{}") if name.startswith("{") else None
        language = argument if directive in CODE_DIRECTIVES else name
        if directive == "literalinclude":
            source = (folder / argument).resolve()
            if not source.is_relative_to(ROOT / "nnlib"):
                complaints.append(f"literalinclude of {argument}, not nnlib")
            elif not source.is_file():
                complaints.append(f"literalinclude of {argument}: no file")
            elif ":pyobject:" not in body:
                complaints.append(f"literalinclude of the whole {argument}")
        elif (
            directive is None or directive in CODE_DIRECTIVES
        ) and language not in SHOWN_AS_TEXT:
            shown = body.strip().partition("\n")[0][:50]
            complaints.append(f"pasted code ({name or 'plain'}): {shown}")
    return complaints


def unlike_the_contents(files, contents):
    """Complain about pages left out, missing, or there in two forms."""
    pages = [Path(f) for f in files if Path(f).suffix in (".md", ".ipynb")]
    stems = [str(p.with_suffix("")) for p in pages]
    return (
        [f"{s}: both .md and .ipynb" for s in set(stems) if stems.count(s) > 1]
        + [f"{s}: not in _toc.yml" for s in sorted(set(stems) - set(contents))]
        + [f"{s}: no such page" for s in sorted(set(contents) - set(stems))]
    )


# -- the planted faults ----------------------------------------------------


def notebook(source="1 + 1", outputs=("2",), count=1, **metadata):
    """Return a notebook of one cell."""
    cell = v4.new_code_cell(source, execution_count=count, metadata=metadata)
    cell.outputs = [
        o
        if isinstance(o, dict)
        else v4.new_output(
            "execute_result", {"text/plain": o}, execution_count=count
        )
        for o in outputs
    ]
    return v4.new_notebook(cells=[cell])


ERROR = v4.new_output("error", ename="ValueError", evalue="", traceback=[])
WARNING = v4.new_output("stream", name="stderr", text="RuntimeWarning")
IMAGE = v4.new_output("display_data", {"image/png": "", "text/plain": "F"})
FIGURE = {"caption": "The cost falls.", "name": "fig-cost"}
ALT = {"alt": "The cost falls from 0.9 to 0.1."}

FAULTS = [
    (run_order, notebook(count=None), "[None]"),
    (run_order, notebook(count=3), "[3]"),
    (missing_outputs, notebook(outputs=()), "no output"),
    (missing_outputs, notebook("net.predict(X)", ()), "no output"),
    (errors, notebook(outputs=[ERROR]), "not tagged"),
    (errors, notebook(tags=["raises-exception"]), "does not raise"),
    (stderr, notebook(outputs=[WARNING]), "RuntimeWarning"),
    (long_cells, notebook("\n".join(["x = 1"] * 21)), "21 lines"),
    (wide_cells, notebook(f"x = {10**90}"), "95 columns"),
    (figures, notebook(outputs=[IMAGE]), "mystnb.figure.caption"),
    (
        figures,
        notebook(outputs=[IMAGE], mystnb={"figure": FIGURE}),
        "does not say what is seen",
    ),
    (
        figures,
        notebook(
            outputs=[IMAGE],
            mystnb={"figure": FIGURE, "image": {"alt": "../img/0f3a.png"}},
        ),
        "does not say what is seen",
    ),
    (
        figures,
        notebook(
            outputs=[IMAGE, IMAGE], mystnb={"figure": FIGURE, "image": ALT}
        ),
        "2 figures",
    ),
    (unknown_tags, notebook(tags=["hide_input"]), "hide_input"),
    (unknown_tags, notebook(tags=["nbval-skip"]), "nbval-skip"),
    (unlisted_timings, notebook(tags=["nbval-ignore-output"]), "TIMINGS"),
    (pasted_code, "```python\nx = 1\n```\n", "x = 1"),
    (pasted_code, "```\nx = 1\n```\n", "plain"),
    (pasted_code, "Text.\n\n    x = 1\n", "indented"),
    (pasted_code, "~~~py\nx = 1\n~~~\n", "x = 1"),
    (pasted_code, ":::{code-block} python\nx = 1\n:::\n", "x = 1"),
    (pasted_code, "````{note}\n```python\nx = 1\n```\n````\n", "x = 1"),
    (pasted_code, "```{literalinclude} ../conftest.py\n```\n", "not nnlib"),
    (pasted_code, "```{literalinclude} ../nnlib/no.py\n```\n", "no file"),
    (pasted_code, "```{literalinclude} ../nnlib/types.py\n```\n", "whole"),
]


@pytest.mark.parametrize(("check", "page", "complaint"), FAULTS)
def test_a_planted_fault_is_found(check, page, complaint):
    """Each check complains about the fault that it is there for."""
    complaints = check(page)
    assert complaints
    assert complaint in " ".join(complaints)


GOOD = [
    notebook(),
    notebook("x = 1", ()),
    notebook("use_style()", (), tags=["remove-cell"]),
    notebook("np.testing.assert_allclose(a, b)", ()),
    notebook(outputs=[ERROR], tags=["raises-exception"]),
    notebook(outputs=[IMAGE], mystnb={"figure": FIGURE, "image": ALT}),
]
NOTEBOOK_CHECKS = [
    run_order,
    missing_outputs,
    errors,
    stderr,
    long_cells,
    wide_cells,
    figures,
    unknown_tags,
]


@pytest.mark.parametrize("nb", GOOD)
def test_a_good_notebook_passes_every_check(nb):
    """No check complains about a cell that is as it should be."""
    assert [c for check in NOTEBOOK_CHECKS for c in check(nb)] == []


def test_good_markdown_passes():
    """Shell commands, mathematics and code from nnlib are accepted."""
    text = """\
```bash
make book
```

:::{math}
    x = 1
:::

````{tab-item} Rows
```{literalinclude} ../nnlib/types.py
:pyobject: Layer
```
````
"""
    assert pasted_code(text) == []


def test_a_listed_timing_passes():
    """A timing cell is accepted when the list says why it is one."""
    nb = notebook(tags=["nbval-ignore-output"])
    listed = {("speed", nb.cells[0].id): "a timing"}
    assert unlisted_timings(nb, "speed", listed) == []


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (["a.md", "a.ipynb"], "a: both .md and .ipynb"),
        (["a.md", "b.ipynb"], "b: not in _toc.yml"),
        ([], "a: no such page"),
    ],
)
def test_a_page_unlike_the_contents_is_found(files, complaint):
    """A page in two forms, left out, or missing is complained of."""
    assert unlike_the_contents(files, ["a"]) == [complaint]


# -- the real pages ---------------------------------------------------------

NOTEBOOKS = {path.stem: path for path in toc_notebooks()}
PAGES = {
    path.stem: path
    for name in toc_files()
    for path in (ROOT / f"{name}.md", ROOT / f"{name}.ipynb")
    if path.exists()
}


@pytest.mark.parametrize("check", NOTEBOOK_CHECKS)
@pytest.mark.parametrize("page", NOTEBOOKS)
def test_notebook(page, check):
    """Every notebook of the book passes every check above."""
    assert check(nbformat.read(NOTEBOOKS[page], as_version=4)) == []


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_only_listed_timings_are_not_compared(page):
    """nbval compares every output except the timings listed above."""
    nb = nbformat.read(NOTEBOOKS[page], as_version=4)
    assert unlisted_timings(nb, page) == []


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_notebook_is_stored_as_make_execute_writes_it(page):
    """A notebook holds nothing about when, by whom and where it was run."""
    nb = nbformat.read(NOTEBOOKS[page], as_version=4)
    stored = NOTEBOOKS[page].read_text(encoding="utf-8")
    assert as_text(nb) == stored, "run `make execute`"


@pytest.mark.parametrize("page", PAGES)
def test_no_code_is_pasted(page):
    """Code on a page is run there, or shown from nnlib itself."""
    path = PAGES[page]
    if path.suffix == ".md":
        texts = [path.read_text(encoding="utf-8")]
    else:
        cells = nbformat.read(path, as_version=4).cells
        texts = [c.source for c in cells if c.cell_type == "markdown"]
    assert [c for t in texts for c in pasted_code(t, path.parent)] == []


def test_the_contents_list_every_page():
    """The table of contents and the folder of pages agree."""
    files = [path.relative_to(ROOT) for path in BOOK.rglob("*")]
    hidden = re.compile(r"/[._]")  # the extension, checkpoints
    pages = [f for f in files if not hidden.search(f.as_posix())]
    assert unlike_the_contents(pages, toc_files()) == []


def test_every_listed_timing_exists():
    """The list of timings names no cell that is gone."""
    cells = {
        (page, cell.id)
        for page, path in NOTEBOOKS.items()
        for cell in nbformat.read(path, as_version=4).cells
    }
    assert set(TIMINGS) <= cells


def test_jupyter_book_is_version_1():
    """Jupyter Book 2 is another program, which ignores _config.yml."""
    assert version("jupyter-book").startswith("1.")
