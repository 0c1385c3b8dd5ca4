"""The reference: every public name has its place; every use leads there."""

import re
from collections import Counter
from functools import cache
from io import BytesIO

import api_reference
import glossary_links
import nnlib_names
import pytest
from bs4 import BeautifulSoup
from execute_notebooks import ROOT, toc_files
from name_links import Names, names_of
from sphinx.util.inventory import InventoryFile

BOOK, HTML = ROOT / "book", ROOT / "_build" / "html"
CHAPTERS = [
    name
    for name in toc_files()
    if not name.startswith(glossary_links.NOT_LINKED)
]


@cache
def page(name):
    """Return the built page; no test changes it."""
    html = (HTML / f"{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(html, "lxml")


def links(name):
    """Return the fragments of a page's links into the reference."""
    return {
        e["href"].partition("#")[2]
        for e in page(name).select("a[href*='api/']")
    }


# -- public names -------------------------------------------------------


def documented_modules():
    """Return the modules that the pages in book/api show."""
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in BOOK.glob("api/*.md")
    )
    return re.findall(r"^\.\. automodule:: (\S+)$", text, re.MULTILINE)


def test_every_module_has_one_place():
    """Each module of nnlib is shown on one page, and nothing else is."""
    shown, modules = documented_modules(), list(nnlib_names.modules())
    assert sorted(shown) == sorted(modules), "see book/api/*.md"


def test_every_public_name_is_in_the_reference():
    """The built reference has each public function, class, constant, method.

    Private ones and what a module only imports are not in it.
    """
    with (HTML / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(
            BytesIO(file.read()), "", lambda base, address: address
        )
    found = {
        name: address.partition("#")[0]
        for kind, entries in inventory.items()
        if kind.startswith("py:")
        for name, (*_, address, _) in entries.items()
    }
    assert set(found) == nnlib_names.public_names()
    assert all(a.startswith("book/api/") for a in found.values())


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("nnlib.costs.COSTS", "nnlib.costs.COSTS"),
        ("nnlib.DESIGNS", "nnlib.designs.DESIGNS"),
        ("nnlib.datasets.mnist", "nnlib.datasets.mnist.mnist"),
        ("nnlib.datasets.xor", "nnlib.datasets.small.xor"),
        ("nnlib.Network.fit", "nnlib.network.Network.fit"),
        (
            "nnlib.designs.bias_row.BiasRow.fit",
            "nnlib.network.Network.fit",
        ),
        ("nnlib.network.np", None),
        ("nnlib.network._penalty", None),
        ("nnlib.nothing", None),
        ("numpy.array", None),
    ],
)
def test_a_name_leads_to_where_it_is_defined(name, home):
    """Names that are imported, and methods that are inherited, too."""
    assert nnlib_names.origin(name) == home


def test_answers_are_not_in_the_reference():
    """What an exercise accepts is not shown."""
    assert not [n for n in nnlib_names.public_names() if ".bank" in n]


# -- docstrings -------------------------------------------------------


def test_a_field_is_a_name_with_its_text_below():
    """A text behind a name is no type; outside such sections it stays."""
    given = ["Sum.", "", "Raises", "------", "ValueError : no rows,", "    or"]
    assert api_reference.as_numpydoc(given)[4:] == [
        "ValueError",
        "    no rows,",
        "    or",
    ]
    assert api_reference.as_numpydoc(["State : all."]) == ["State : all."]


@pytest.mark.parametrize(
    ("line", "escaped"),
    [
        ("Σ |w|", r"Σ \|w\|"),
        ("a * b", r"a \* b"),
        ("*after* it", "*after* it"),
        ("classes_ : x", r"classes\_ : x"),
        ("`|w|` and ``a_``", "`|w|` and ``a_``"),
    ],
)
def test_signs_that_mean_something_elsewhere_are_themselves(line, escaped):
    """A docstring is words, not markup; code stays as it is."""
    assert api_reference.as_numpydoc([line]) == [escaped]


def test_a_constant_says_what_it_holds():
    """A registry lists its keys, and a number its value."""
    import nnlib

    words = api_reference.data_words
    costs = " ".join(words("nnlib.costs", "COSTS", nnlib.COSTS))
    assert all(f"``{name}``" in costs for name in nnlib.COSTS)
    leak = nnlib.activations.LEAK
    assert f"``{leak!r}``" in words("nnlib.activations", "LEAK", leak)


# -- names on a page -------------------------------------------------------

CELLS = [
    "import nnlib\nfrom nnlib.gradcheck import check as judge",
    "def update(x):\n    return x",
    "net = nnlib.FIVE['layer_dict']\nnet.fit(X, Y)\njudge(net)",
]


@pytest.mark.parametrize(
    ("text", "stands_for"),
    [
        ("nnlib.COSTS", "nnlib.costs.COSTS"),
        ("judge", "nnlib.gradcheck.check"),
        ("judge(net, X, Y)", "nnlib.gradcheck.check"),
        ("append_ones_row", "nnlib.layouts.append_ones_row"),
        ("net.predict", "nnlib.network.Network.predict"),
        ("fit", "nnlib.network.Network.fit"),  # the page calls net.fit
        ("layer_dict", "nnlib.designs.layer_dict.LayerDict"),
        ("update", None),  # the page's own
        ("cost", None),  # could be anything
        ("W.shape", None),
        ("x = 1", None),
    ],
)
def test_what_a_name_on_a_page_stands_for(text, stands_for):
    """What a page imports, calls, or names without doubt; nothing else."""
    assert Names("any-page", CELLS).find(text) == stands_for


def test_on_a_designs_own_page_its_methods_are_meant():
    """`backprop` on a design's page is that design's."""
    name = "nnlib.designs.column_vectors.ColumnVectors.backprop"
    assert Names("column-vectors").find("backprop") == name
    assert Names("costs").find("backprop") is None


def test_hidden_cells_count_for_imports_only():
    """What only a hidden cell uses is not among a page's names."""
    names = Names("any-page", CELLS, CELLS[:1])
    assert names.find("judge")
    assert "nnlib.network.Network.fit" not in names.used


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_name_that_a_chapter_uses_is_a_link(name):
    """The built page links each name in its shown cells and in its text."""
    (path,) = BOOK.parent.glob(f"{name}.[im]*")
    linked = {fragment.removeprefix("module-") for fragment in links(name)}
    assert names_of(path).used - {"nnlib"} - linked == set()


# -- words -------------------------------------------------------

WORDS = [
    "activation",
    "activation function",
    "bias",
    "cost",
    "hidden layer",
    "mini-batch",
]


def uses(*texts):
    """Return the words as they stand in the texts, where each is linked."""
    found = glossary_links.first_uses(texts, WORDS)
    return [texts[n][start:end] for n, start, end, _ in found]


@pytest.mark.parametrize(
    ("texts", "linked"),
    [
        (["A bias, and a bias."], ["bias"]),
        (["A bias,", "a bias."], ["bias"]),
        (["An activation function."], ["activation function"]),
        (["Hidden\nlayers."], ["Hidden\nlayers"]),
        (["Biases and mini-batches"], ["Biases", "mini-batches"]),
        (["unbiased, bias-free"], []),
        (["That costs time.", "The cost"], ["cost"]),
    ],
)
def test_a_word_is_found_where_it_first_stands(texts, linked):
    """Once, in the plural too, the longer before the shorter, whole words."""
    assert uses(*texts) == linked


def test_the_glossary_is_in_order():
    """Its words follow the alphabet, and none is there twice."""
    words = [word.lower() for word in glossary_links.terms()]
    assert words == sorted(set(words))


def term_links(name):
    """Return the links from a page to the glossary's words."""
    return page(name).select("a[href*='glossary.html#term-']")


def test_every_word_of_the_glossary_is_used():
    """Each word is linked from some page; the list has no others."""
    ids = {e["id"] for e in page("book/glossary").select("dt[id]")}
    used = {
        e["href"].partition("#")[2] for n in CHAPTERS for e in term_links(n)
    }
    assert used == ids


@pytest.mark.parametrize("name", CHAPTERS)
def test_words_are_linked_once_and_in_running_text(name):
    """No word twice; none in a heading, in code or in a box's title."""
    found = term_links(name)
    assert found, "no word of the glossary"
    assert max(Counter(e["href"] for e in found).values()) == 1
    wrong = page(name).select(
        ":is(h1, h2, h3, h4, code, pre, .admonition-title, figcaption)"
        " a[href*='glossary.html#term-']"
    )
    assert wrong == []


# -- the way to them -------------------------------------------------------


@pytest.mark.parametrize("name", CHAPTERS)
def test_notation_and_glossary_are_one_step_away(name):
    """The line under the title leads to both, or to the other one."""
    shown = [e.get_text() for e in page(name).select(".reading-time a")]
    both = {"notation", "glossary"} - {name.rpartition("/")[2]}
    assert set(shown) == both


def test_the_contents_lead_to_the_index():
    """Every page's table of contents ends with the index."""
    last = page(CHAPTERS[-1]).select(".bd-sidebar-primary nav a")[-1]
    assert last["href"].endswith("genindex.html")
