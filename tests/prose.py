"""What the tests of the prose share: the words of a page, without its code."""

import re
from functools import cache

import nbformat

NOT_PROSE = "literalinclude|math|bibliography|eval-rst|code-block|glossary"
NOT_PROSE += "|checked-versions|live-exercise|quiz"
STRIPPED = [
    (rf"^(`{{3,}}|:{{3,}})\{{(?:{NOT_PROSE})\}}.*?^\1 *$", ""),
    (r"^```(?:bash|text|console|bibtex)\n.*?^```", ""),
    (r"^(?:`{3,}|:{3,})[^\n]*$", ""),  # fences: what is between them is prose
    (r"^:[\w-]+:[^\n]*$", ""),  # options of a directive
    (r"<!--.*?-->", ""),
    (r"\$\$.*?\$\$|\$[^$]*\$", "MATH"),
    (r"\{glue:text\}`[^`]*`", "GLUED"),
    (r"\{cite[:\w]*\}`[^`]*`", "CITED"),
    (r"\{[\w:]+\}`[^`]*`", "ROLE"),
    (r"(`+)(?!`).+?(?<!`)\1(?!`)", "CODE"),
    (r"\]\([^)]*\)", "]"),
]


@cache
def markdown(path):
    """Return the Markdown of a page, cell by cell."""
    if path.suffix == ".md":
        return [path.read_text(encoding="utf-8")]
    cells = nbformat.read(path, as_version=4).cells
    return [c.source for c in cells if c.cell_type == "markdown"]


def prose(text):
    """Return the words of some Markdown, signs standing for the rest."""
    for pattern, sign in STRIPPED:
        text = re.sub(pattern, sign, text, flags=re.MULTILINE | re.DOTALL)
    return text


def sentences(text):
    """Return the sentences of some Markdown, each on a line of its own."""
    found = []
    for paragraph in re.split(r"\n\s*\n|\n(?=[-*|] )", prose(text)):
        for sentence in re.split(r"(?<=[.?!])\)?\s+", paragraph):
            found.append(" ".join(sentence.split()))
    return [s for s in found if s]
