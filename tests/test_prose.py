"""The prose of the pages, linted: numbers, spelling, links, anatomy.

Each check takes a page's Markdown cells and returns its complaints.  Every
check is shown a planted fault, then all the real pages.
"""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
import yaml
from execute_notebooks import ROOT, toc_files
from prose import markdown, prose, sentences

PAGES = {
    name.removeprefix("book/"): path
    for name in toc_files()
    for path in (ROOT / f"{name}.md", ROOT / f"{name}.ipynb")
    if path.exists()
}
CHAPTERS = [
    Path(chapter["file"]).name
    for part in yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"]
    if part.get("numbered")
    for chapter in part["chapters"]
]
LINKS = ROOT / "tests/external_links.txt"

# -- numbers -------------------------------------------------------

NUMBER = re.compile(
    r"""(?<![\w.])[−-]?\d[\d,]*\.\d+(?![\w.]*\d)  # with a decimal point
      | \d[\d.,]*\s?%
      | \b(?!GLUED)[\w½-]+\s+per\s?cent\b
    """,
    re.VERBOSE,
)
# What stands before a number that was chosen and not found.
CHOSEN = re.compile(
    r"""\b(?:rates?|decay|momentum|penalty|steps?|threshold|slope|tolerance
        |within|differ(?:s|ing)?\ by|start(?:s|ing)?|dropout
        |NumPy|Python|CC\ BY(?:-SA)?|GPL|Attribution)\b
        (?:,|-|\ of|\ is|\ to|\ at|\ about|\ from|\ than|\ by)*[\ -]?
        (?:MATH\ |CODE\ )?
        (?:[−-]?[\d.]+(?:,\ |\ and\ |\ or\ |\ to\ ))*$
    """,
    re.VERBOSE | re.IGNORECASE,
)
# An exercise says when it is done, and a question asks.
ASKING = re.compile(r"You are done when|\?$")
ALLOWED = {
    "a setting of the run or the exercise, chosen and not found": {
        "neuron-to-network": ["0.65"],
        "costs": ["0.55", "0.7", "0.2", "0.1"],
        "backpropagation": ["0.01", "0.3"],
        "learning": ["0.0001", "70%", "1.5", "0.5"],
        "bias-row": ["0.1"],
        "row-matrix": ["0.1", "0.001"],
        "layer-dict": ["30 percent"],
        "bias-row-softmax": ["0.99", "0.9", "0.5", "0.1"],
        "how-they-learn": ["0.1"],
        "initialization": ["0.1"],
        "regularization": ["0.1", "0.8"],
        "reproduction-study": ["0.5", "0.001", "0.95", "0.9500"],
        "optimizers": ["0.1", "0.001"],
        "sixth-design": ["0.1"],
    },
    "a bound that is asked for, or that runs are counted against": {
        "neuron-to-network": ["99 percent"],
        "referee": ["0.01"],
        "learning": ["0.001"],
        "bias-row": ["0.01"],
        "layer-dict": ["a percent"],
        "how-they-learn": ["90%"],
        "regularization": ["0.01"],
        "reproduction-study": ["90 percent"],
        "speed-and-memory": ["−0.1"],
    },
    "a wrong answer that tempts": {
        "costs": ["0.8"],
        "bias-row": ["0.5"],
        "bias-row-softmax": ["1.9", "99%"],
        "one-network": ["0.015"],
        "regularization": ["few percent"],
    },
    "arithmetic with the numbers beside it": {
        "initialization": ["5.7", "1.01"],
        "one-network": ["0.001"],
        "optimizers": ["3.8"],
        "reproduction-study": ["0.991"],
        "row-matrix": ["0.991"],
    },
    "a claim that a document makes, quoted from the page that cites it": {
        "bias-row-softmax": ["95 percent"],
        "reproduction-study": ["95 percent", "1.00", "0.000291"],
    },
    "what a program needs, measured when it was chosen": {
        "instructors-guide": ["2.4"],
    },
    "what no network can exceed, or what a story is about": {
        "problems-and-data": ["Ninety percent"],
        "row-matrix": ["100 percent"],
        "bug-museum": ["1.00", "thousand percent"],
    },
}


def typed_numbers(cells, page=""):
    """Yield the numbers that are neither glued, cited, nor chosen."""
    for sentence in (s for text in cells for s in sentences(text)):
        if "CITED" in sentence or ASKING.search(sentence):
            continue
        for match in NUMBER.finditer(sentence):
            if not CHOSEN.search(sentence[: match.start()]):
                yield match[0], sentence


def numbers(cells, page=""):
    """Complain about a typed number that is not in the list above."""
    allowed = {n for pages in ALLOWED.values() for n in pages.get(page, [])}
    return [
        f"{number} is typed: {sentence[:90]}"
        for number, sentence in typed_numbers(cells)
        if number not in allowed
    ]


# -- spelling -------------------------------------------------------

MEANT = "fro,writeable,quation"  # to and fro; NumPy's; part of a pattern
DICTIONARIES = "clear,rare,en-GB_to_en-US"
BRITISH = re.compile(  # words of the field that codespell does not have
    r"""\b(?:initial|regular|optim|normal|vector|random|general|penal|factor
        |parametr|standard|minim|maxim|categor|final|serial)
        is(?:e[drs]?|ers|ing|ation)\b""",
    re.VERBOSE | re.IGNORECASE,
)


def misspelt(text):
    """Return codespell's complaints about some words."""
    options = ["--builtin", DICTIONARIES, "--ignore-words-list", MEANT]
    done = subprocess.run(
        [sys.executable, "-m", "codespell_lib", *options, "-"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    found = re.findall(r"\S+ ==> .*", done.stdout)
    return found + [f"{m[0]}: British" for m in BRITISH.finditer(text)]


def spelling(cells, page=""):
    """Complain about a misspelt word, or one spelt as in Britain."""
    return misspelt("\n".join(prose(text) for text in cells))


# -- links -------------------------------------------------------

ADDRESS = re.compile(
    r"\bhttps?://\w[^\s{<>\"'`{}|\\^]*[^\s<>\"'`{}|\\^.,;:!?)\]]"
)
WANT_OF_SLASHES = re.compile(r"\]\((?:www\.|https?:/?[^/])")


def external_links(cells):
    """Return the addresses outside the book that a text names."""
    return {a for text in cells for a in ADDRESS.findall(text)}


def addresses(cells, page=""):
    """Complain about an address that is badly formed."""
    complaints = [
        f"{m[0]}: not an address"
        for text in cells
        for m in WANT_OF_SLASHES.finditer(text)
    ]
    for address in sorted(external_links(cells)):
        parts = urlsplit(address)
        if not re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,}", parts.netloc):
            complaints.append(f"{address}: no such host")
        elif "//" in parts.path:
            complaints.append(f"{address}: two slashes in a row")
    return complaints


# -- anatomy -------------------------------------------------------

BOX = re.compile(r"^`{3,}\{admonition\} (.+)$", re.MULTILINE)
EXERCISE = re.compile(
    r"^`{3,}\{exercise-start\}.*?^:label: (\S+)$(.*?)\{exercise-end\}",
    re.MULTILINE | re.DOTALL,
)
LAST = ["Exercises", "Summary", "References"]


def anatomy(cells, page=""):
    """Complain about a part that a chapter lacks, or has out of order."""
    text = "\n\n".join(cells)
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    boxes = BOX.findall(text)
    opening = re.search(r"^# .+\n\n(?![`:#])", text, re.MULTILINE)
    checks = {
        "does not open with a paragraph": opening,
        "has no box 'You will be able to'": "You will be able to" in boxes,
        "does not say what you need": re.search(r"\*\*You need\*\*", text),
        "has no idea in words": heads and "The idea in words" in heads,
        "does not ask you to predict twice": (
            boxes.count("Predict, then run") >= 2
        ),
        f"does not end with {', '.join(LAST)}": (
            [h for h in heads if h != "Quiz"][-3:] == LAST
        ),
    }
    return [words for words, holds in checks.items() if not holds]


def exercises(cells, page=""):
    """Complain about an exercise without an end, or without a solution."""
    text = "\n\n".join(cells)
    found = EXERCISE.findall(text)
    solved = re.findall(r"\{solution-start\} (\S+)", text)
    return [
        f"{label}: does not say when you are done"
        for label, body in found
        if not re.search(r"[Yy]ou are\s+done", body)
    ] + [f"{label}: no solution" for label, _ in found if label not in solved]


# -- captions -------------------------------------------------------

VERB = re.compile(
    r"""\b(?:is|are|was|were|has|have|had|does|do|can|may|cannot|falls?|rises?
        |[a-z]{3,}(?<!ou)s|[a-z]{2,}ed)\b""",
    re.VERBOSE,
)


KEY = re.compile(r"The (?:dashed|dotted|gray|black) |\w+ is (?:output|the) ")


def is_finding(caption):
    """Tell whether a caption has a sentence, beside labels and a key."""
    clauses = re.split(r"(?<=[.?!:;])\s", caption.strip())
    return caption.strip().endswith((".", "?", "!", ")")) and any(
        len(c.split()) >= 4 and VERB.search(prose(c)) and not KEY.match(c)
        for c in clauses
    )


def captions(nb):
    """Complain about a caption that only says what is drawn."""
    found = [
        (c.id, c.metadata.get("mystnb", {}).get("figure", {}).get("caption"))
        for c in nb.cells
    ]
    return [
        f"{id_}: {caption!r} is not a finding"
        for id_, caption in found
        if caption and not is_finding(caption)
    ]


# -- the planted faults -------------------------------------------------------

CHAPTER = """# Costs

What is wrong?

```{admonition} You will be able to
- say it.
```

**You need** nothing.

## The idea in words

```{admonition} Predict, then run
Which?
```

```{admonition} Predict, then run
How many?
```

## Exercises

```{exercise-start} Trace
:label: ex-a
```
Trace it. You are done when it agrees.
```{exercise-end}
```

```{solution-start} ex-a
```
So.
```{solution-end}
```

## Summary

## References
"""


def without(part, instead=""):
    """Return the chapter above without a part."""
    assert part in CHAPTER
    return CHAPTER.replace(part, instead, 1)


FAULTS = [
    (numbers, "It reads 95.3 of them.", "95.3"),
    (numbers, "It reads 95% of them.", "95%"),
    (numbers, "It reads ninety percent.", "ninety percent"),
    (numbers, "At a rate of 0.1 the cost is 0.25.", "0.25"),
    (numbers, "```{note}\nIt is 0.25.\n```\n", "0.25"),
    (spelling, "It is recieved.", "received"),
    (spelling, "The initialiser of the layer.", "British"),
    (spelling, "Its colour and its behaviour.", "color"),
    (addresses, "[x](http://example)", "no such host"),
    (addresses, "[x](https://exa mple.org)", "no such host"),
    (addresses, "[x](https://example.org//a)", "two slashes"),
    (addresses, "[x](www.example.org)", "not an address"),
    (addresses, "[x](http:/example.org)", "not an address"),
    (anatomy, without("What is wrong?\n\n"), "open with a paragraph"),
    (anatomy, without("You will be able to", "Note"), "be able to"),
    (anatomy, without("**You need**"), "what you need"),
    (anatomy, without("## The idea in words"), "idea"),
    (anatomy, without("Predict, then run", "Guess"), "predict twice"),
    (anatomy, without("## Summary"), "does not end with"),
    (anatomy, CHAPTER + "\n## More\n", "does not end with"),
    (exercises, without("You are done when"), "ex-a: does not say"),
    (exercises, without("{solution-start} ex-a", "{note}"), "no solution"),
]


@pytest.mark.parametrize(("check", "text", "complaint"), FAULTS)
def test_a_planted_fault_is_found(check, text, complaint):
    """Each check complains about the fault that it is there for."""
    complaints = check([text])
    assert complaints
    assert complaint in " ".join(complaints)


GOOD = """At a rate of 0.1 and a decay of 0.5 it reads {glue:text}`a:.1%`.

It needs Python 3.11. {cite:t}`tang2021` reports 95.3%. The cost is $0.25$, and
`x = 0.25`. You are done when it is within 0.1. Is it 0.25? See
[there](https://example.org/a_(b)). The initializer's color is gray.

```bash
echo 0.25
```
"""
CHECKS = [numbers, spelling, addresses]


@pytest.mark.parametrize("check", CHECKS)
def test_good_prose_passes(check):
    """No check complains about what is glued, cited, chosen, or asked."""
    assert check([GOOD]) == []


@pytest.mark.parametrize("check", [anatomy, exercises])
def test_a_good_chapter_passes(check):
    """No check complains about a chapter that has its parts."""
    assert check([CHAPTER]) == []


@pytest.mark.parametrize(
    ("caption", "finding"),
    [
        ("The cost falls, then rests.", True),
        ("Ten runs end alike; one does not.", True),
        ("Cost against epoch.", False),
        ("Cost against epoch, on the training set.", False),
        ("The cost falls and then rests", False),
    ],
)
def test_a_finding_is_a_sentence(caption, finding):
    """A label says what is drawn; a finding says what is seen."""
    assert is_finding(caption) == finding


# -- the real pages -------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("page", PAGES)
def test_page(page, check):
    """Every page of the book passes every check above."""
    assert check(markdown(PAGES[page]), page) == []


@pytest.mark.parametrize("check", [anatomy, exercises])
@pytest.mark.parametrize("page", CHAPTERS)
def test_chapter(page, check):
    """Every chapter has its parts, every exercise an end and a solution."""
    assert check(markdown(PAGES[page]), page) == []


NOTEBOOKS = [page for page in PAGES if PAGES[page].suffix == ".ipynb"]


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_every_caption_is_a_finding(page):
    """Under a figure stands what it shows, in a sentence."""
    assert captions(nbformat.read(PAGES[page], as_version=4)) == []


def test_every_allowed_number_is_still_there():
    """The list of typed numbers names none that is gone."""
    listed = {
        (page, number)
        for pages in ALLOWED.values()
        for page in set(pages) & set(PAGES)
        for number in pages[page]
    }
    there = {
        (page, number)
        for page, path in PAGES.items()
        for number, _ in typed_numbers(markdown(path))
    }
    assert listed - there == set()


SOURCES = [*ROOT.glob("nnlib/**/*.py"), *ROOT.glob("tests/*.py")]
SOURCES += [*ROOT.glob("tools/*.py"), *ROOT.glob("book/**/*.py")]
SOURCES += [*ROOT.glob("*.md"), ROOT / "NOTICE"]


def test_the_sources_are_spelt_as_the_pages_are():
    """Docstrings, comments and the files at the top, too."""
    texts = [
        path.read_text(encoding="utf-8")
        for path in sorted(SOURCES)
        if path != Path(__file__)
    ]
    assert misspelt("\n".join(texts)) == []


@cache
def all_external_links():
    """Return every address outside the book in pages, sources, top files."""
    texts = [t for path in PAGES.values() for t in markdown(path)]
    own = {"tests", "tools", "_ext"}  # they make addresses
    files = [p for p in SOURCES if p.parent.name not in own]
    files += [ROOT / "book/references.bib", ROOT / "CITATION.cff"]
    return external_links(
        [*texts, *(p.read_text(encoding="utf-8") for p in files)]
    )


def test_external_links_are_listed():
    """A new address is looked at once by a person, and then listed.

    Nothing here fetches them: the tests need no network.
    """
    listed = LINKS.read_text(encoding="utf-8").split()
    assert sorted(all_external_links() - set(listed)) == []
    assert listed == sorted(set(listed))
    assert addresses(listed) == []
