"""Every name of nnlib that a page uses leads to its place in the reference.

A local Sphinx extension. In the text a name in code type is a link the first
time that it stands there. At the end of the page is a list of all that its
text and its cells use.
"""

import ast
import re
from collections import Counter
from pathlib import Path

import nbformat
from docutils import nodes
from nnlib_names import (
    definitions,
    imports_of,
    methods,
    modules,
    origin,
    public_names,
)
from sphinx import addnodes

REFERENCE = ("book/api/", "genindex")
NAME = re.compile(r"(?P<name>[A-Za-z]\w*(\.[A-Za-z]\w*)*)(\(.*\))?", re.DOTALL)
INSIDE = (nodes.reference, nodes.title, addnodes.pending_xref)
NETWORK = "nnlib.network.Network"
INCLUDED = re.compile(
    r"\{literalinclude\} \.\./(nnlib/[\w/]+)\.py\n:pyobject: ([\w.]+)"
)


class Names:
    """What the names on a page stand for.

    Parameters
    ----------
    stem : the page's file name without its suffix. On a design's own page
        `net` is that design.
    cells : the sources of the page's code cells.
    shown : those that a reader sees; all if left out.
    """

    def __init__(self, stem, cells=(), shown=None):
        trees = [ast.parse(cell) for cell in cells]
        seen = trees if shown is None else [ast.parse(c) for c in shown]
        self.imports = {"nnlib": "nnlib"}
        self.own = set()
        for tree in trees:
            self.imports |= imports_of(tree)
            self.own |= set(_defined_here(tree))
        self.own -= set(self.imports)
        self.design = _design_of(stem)
        dotted = {name for tree in seen for name in _dotted_names(tree)}
        self.called = {d.partition(".")[2] for d in dotted if d[:4] == "net."}
        self.used = {full for d in dotted if (full := self.find(d))}

    def find(self, text):
        """Return the public name in full that ``text`` stands for, or None.

        ``text`` is a name, perhaps with a call's parentheses behind it.
        """
        match = NAME.fullmatch(text)
        if not match:
            return None
        first, _, rest = match["name"].partition(".")
        if first in self.imports:
            full = ".".join(filter(None, [self.imports[first], rest]))
            return origin(full)
        if first in ("net", "Net", "Network") and rest:
            return self._method(rest)
        if first in self.own:
            return None
        if not rest and first in DESIGN_NAMES:
            return DESIGN_NAMES[first]
        own = methods(*self.design.rsplit(".", 1))
        if first in self.called or (self.design != NETWORK and first in own):
            return self._method(match["name"])
        return _unmistakable(match["name"])

    def _method(self, name):
        return origin(f"{self.design}.{name}") or origin(f"{NETWORK}.{name}")


def _designs():
    """Return {module's name: its Network in full} of the designs."""
    found = {}
    for module in modules():
        if module.startswith("nnlib.designs."):
            for name, statement in definitions(module).items():
                bases = getattr(statement, "bases", [])
                if [ast.unparse(b) for b in bases] == ["Network"]:
                    found[module.rpartition(".")[2]] = f"{module}.{name}"
    return found


DESIGN_NAMES = _designs()


def _design_of(stem):
    stem = {"sixth-design": "workspace"}.get(stem, stem)
    return DESIGN_NAMES.get(stem.replace("-", "_"), NETWORK)


def _unmistakable(name):
    """Return the one public name that ends in ``name``, if there is one.

    A single small word, such as `cost`, could be anything: it has to be
    imported on the page. `Network` and `append_ones_row` could not.
    """
    if name in modules() or f"nnlib.{name}" in modules():
        return f"nnlib.{name}".replace("nnlib.nnlib", "nnlib")
    if not re.search(r"[A-Z_.]", name) or len(name) < 4:
        return None
    hits = {full for full in public_names() if full.endswith(f".{name}")}
    return hits.pop() if len(hits) == 1 else None


def _defined_here(tree):
    """Yield the names that a cell itself gives a meaning."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def _dotted_names(tree):
    """Yield `a.b.c` and `a` for the names that a cell reads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            text = ast.unparse(node)
            if re.fullmatch(r"[\w.]+", text):
                yield text
            elif ast.unparse(node.value).startswith("nets["):
                yield f"net.{node.attr}"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)


def _xref(full, docname, content):
    kind = "mod" if full in modules() else "obj"
    return addnodes.pending_xref(
        "",
        content,
        refdomain="py",
        reftype=kind,
        reftarget=full,
        refdoc=docname,
        refexplicit=True,
        refwarn=True,
    )


def names_of(path):
    """Return the `Names` of the page at ``path``."""
    path = Path(path)
    if path.suffix != ".ipynb":
        return Names(path.stem)
    cells = nbformat.read(path, as_version=4).cells
    code = [c for c in cells if c.cell_type == "code"]
    hidden = {"remove-cell", "remove-input"}
    names = Names(
        path.stem,
        [c.source for c in code],
        [
            c.source
            for c in code
            if not hidden & set(c.metadata.get("tags", []))
        ],
    )
    for cell in cells:
        for module, name in INCLUDED.findall(cell.source):
            full = f"{module.replace('/', '.')}.{_public_part(name)}"
            names.used |= {full} & public_names()
    return names


def _public_part(name):
    """Return a dotted name up to its first private part."""
    return re.split(r"\._", name)[0]


def _inside(node, kinds):
    while node is not None:
        if isinstance(node, kinds):
            return True
        node = node.parent
    return False


def link_names(app, doctree):
    """Link the names in a page's text, and list them at its end."""
    env, docname = app.env, app.env.docname
    if docname.startswith(REFERENCE):
        return link_docstrings(doctree, docname)
    names = names_of(env.doc2path(docname))
    linked = set()
    for literal in list(doctree.findall(nodes.literal)):
        if _inside(literal, INSIDE):
            continue
        full = names.find(literal.astext())
        if not full or full == "nnlib":
            continue
        names.used.add(full)
        if full not in linked:
            linked.add(full)
            literal.replace_self(_xref(full, docname, literal.deepcopy()))
    return add_list(doctree, docname, names.used - {"nnlib"})


def add_list(doctree, docname, used):
    """Put a paragraph with a link for every name at the end of the page."""
    section = next(doctree.findall(nodes.section), None)
    if section is None or not used:
        return
    line = nodes.paragraph(classes=["names-used"])
    line += nodes.Text("In the reference: ")
    shorts = Counter(map(_short, used))
    for number, full in enumerate(sorted(used, key=_by_last)):
        line += nodes.Text(", " * bool(number))
        alone = shorts[_short(full)] == 1
        shown = _short(full) if alone else full.removeprefix("nnlib.")
        line += _xref(full, docname, nodes.literal(text=shown))
    line += nodes.Text(".")
    section += line


def _short(full):
    """Return a name without its module; a method keeps its class."""
    if full in modules():
        return full
    module = full.rpartition(".")[0]
    while module not in modules():
        module = module.rpartition(".")[0]
    return full.removeprefix(f"{module}.")


def _by_last(full):
    return _short(full).rpartition(".")[2].lower(), full


def link_docstrings(doctree, docname):
    """Link the names in docstrings, which know their own module."""
    for alias in list(doctree.findall(_says_alias)):
        alias.parent.remove(alias)  # the source says it shorter
    for xref in doctree.findall(addnodes.pending_xref):
        if xref.get("refdomain") == "py" and "py:module" in xref:
            full = origin(f"{xref['py:module']}.{xref['reftarget']}")
            xref["reftarget"] = full or xref["reftarget"]
    for literal in list(doctree.findall(nodes.literal)):
        home = literal.parent
        while home is not None and not isinstance(home, addnodes.desc):
            home = home.parent
        if home is None or _inside(literal, INSIDE):
            continue
        signature = home[0]
        module, own = signature["module"], signature["fullname"]
        text = literal.astext()
        kind = own.partition(".")[0]
        full = (
            origin(text)
            or origin(f"{module}.{kind}.{text}")
            or origin(f"{module}.{text}")
        )
        if full and full != f"{module}.{own}":
            literal.replace_self(_xref(full, docname, literal.deepcopy()))


def _says_alias(node):
    return isinstance(node, nodes.paragraph) and node.astext().startswith(
        "alias of "
    )


def setup(app):
    """Register the links, after what else is done to a page."""
    app.connect("doctree-read", link_names, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
