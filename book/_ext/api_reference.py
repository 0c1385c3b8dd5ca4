"""The API pages: nnlib's docstrings in the words that Sphinx expects.

A local Sphinx extension beside autodoc and napoleon.
"""

import ast
import re
import sys
from importlib import import_module
from pathlib import Path

from nnlib_names import definitions, methods, modules, origin
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.nodes import make_refnode

FIELD = re.compile(r"(?P<names>[^\s:][^:]*?) : (?P<text>\S.*)")
SECTION = re.compile(r"Parameters|Attributes|Raises|Returns|Yields")
CODE = re.compile(r"(``.+?``|`[^`]+`)")
EMPHASIS = re.compile(r"(?<![\w*])(\*\w[^*]*?\w\*)(?![\w*])")
SPECIAL = re.compile(r"(\||\*|(?<=\w)_(?!\w))")


def _escape(line):
    """Take the signs of reStructuredText out of what is not code."""
    pieces = CODE.split(line)
    for i in range(0, len(pieces), 2):
        inner = EMPHASIS.split(pieces[i])
        inner[::2] = [SPECIAL.sub(r"\\\1", part) for part in inner[::2]]
        pieces[i] = "".join(inner)
    return "".join(pieces)


def as_numpydoc(lines):
    """Write "name : text" as a name and, indented below it, its text.

    numpydoc would take the text for a type.
    """
    result, section = [], ""
    for i, line in enumerate(lines):
        if i + 1 < len(lines) and re.fullmatch(r"-{3,}", lines[i + 1]):
            section = line
        field = SECTION.fullmatch(section) and FIELD.fullmatch(line)
        if field:
            result += [field["names"], f"    {_escape(field['text'])}"]
        else:
            result.append(_escape(line))
    return result


def comment(module, name):
    """Return the comment above a name's definition, or behind it."""
    path = Path(import_module(module).__file__)
    source = path.read_text(encoding="utf-8").splitlines()
    first = definitions(module)[name].lineno - 1
    behind = re.search(r"  # (.+)", source[first])
    above = []
    while first and source[first - 1].startswith("# "):
        first -= 1
        above.insert(0, source[first][2:])
    return above or ([behind[1]] if behind else [])


def data_words(module, name, thing):
    """Return the lines on a constant: its comment; its keys or its value."""
    lines = [_escape(line) for line in comment(module, name)]
    if lines:
        lines[0] = lines[0][0].upper() + lines[0][1:]
    if lines and not lines[-1].endswith((".", ":", "?")):
        lines[-1] += "."
    statement = definitions(module)[name]
    if isinstance(thing, dict) and all(isinstance(k, str) for k in thing):
        lines += ["", "Keys: " + ", ".join(f"``{k}``" for k in thing) + "."]
    elif isinstance(thing, (int, float, str)) and len(repr(thing)) < 100:
        lines += ["", f"``{thing!r}``"]
    elif len(value := ast.unparse(statement.value)) < 100:
        lines += ["", f"``{value}``"]
    return lines


def announce_data(app):
    """Tell autodoc of every constant, and the order of the sources.

    It would see only those that have a comment in a form of its own.
    """
    for module in modules():
        analyzer = ModuleAnalyzer.for_module(module)
        analyzer.analyze()
        for name, statement in definitions(module).items():
            analyzer.tagorder[name] = statement.lineno
            if isinstance(statement, (ast.Assign, ast.AnnAssign)):
                analyzer.attr_docs["", name] = [name]
            for own, method in methods(module, name).items():
                analyzer.tagorder[f"{name}.{own}"] = method.lineno


def describe(app, what, name, thing, options, lines):
    """Prepare a docstring for napoleon, which comes next."""
    if what != "data":
        lines[:] = as_numpydoc(lines)


def describe_data(app, what, name, thing, options, lines):
    """Say what a constant is, after napoleon."""
    if what == "data":
        module, _, own = name.rpartition(".")
        lines[:] = data_words(module, own, thing)


def _arguments(function, drop_first):
    """Return a function's arguments as they stand in the source."""
    arguments = function.args
    if drop_first:
        arguments = ast.arguments(**dict(ast.iter_fields(arguments)))
        arguments.args = arguments.args[1:]
    return f"({ast.unparse(arguments)})"


def signature(app, what, name, thing, options, text, returned):
    """Write a signature with the types as they stand in the source."""
    module, _, own = name.rpartition(".")
    if what == "function" and isinstance(
        node := definitions(module).get(own), ast.FunctionDef
    ):
        return _arguments(node, False), node.returns and ast.unparse(
            node.returns
        )
    if what == "method":
        module, _, kind = module.rpartition(".")
        node = methods(module, kind).get(own)
        if node:
            static = any(
                ast.unparse(d) == "staticmethod" for d in node.decorator_list
            )
            return _arguments(node, not static), node.returns and ast.unparse(
                node.returns
            )
    if what == "class":
        node = definitions(module).get(own)
        if isinstance(node, ast.ClassDef):
            return _class_arguments(node, text), None
    return None


def _class_arguments(node, text):
    """Return what a class is called with: its __init__'s, or its fields."""
    for statement in node.body:
        if getattr(statement, "name", "") == "__init__":
            return _arguments(statement, True)
    if not any(isinstance(s, ast.AnnAssign) for s in node.body):
        return "()" if text is None else re.sub(r": [^,)=]+", "", text)
    fields = [
        ast.unparse(s)
        for s in node.body
        if isinstance(s, ast.AnnAssign)
        and not ast.unparse(s.annotation).startswith("ClassVar")
    ]
    return f"({', '.join(fields)})"


def skip(app, what, name, thing, skipped, options):
    """Leave out what a module only imports, and a class's bare attributes.

    Attributes with words are in the class's docstring.
    """
    module = app.env.temp_data["autodoc:module"]
    if what == "module":
        return name not in definitions(module)
    return name not in methods(module, app.env.temp_data["autodoc:class"])


def resolve_type(app, env, node, contnode):
    """Link a type in a signature, or leave it plain if it is not nnlib's.

    The documentation of Python and NumPy does not come with the book.
    """
    if node.get("refdomain") != "py" or node.get("reftype") not in (
        "class",
        "obj",
        "exc",
    ):
        return None
    target = node["reftarget"]
    module = node.get("py:module") or "nnlib"
    full = origin(target) or origin(f"{module}.{target}")
    entry = env.get_domain("py").objects.get(full)
    if entry:
        return make_refnode(
            app.builder,
            node["refdoc"],
            entry.docname,
            entry.node_id,
            contnode,
            full,
        )
    return contnode if is_foreign(module, target) else None


def is_foreign(module, target):
    """Tell whether a type is from Python or from another package."""
    root = target.split(".")[0]
    if root in modules():
        return False
    space = {**vars(__import__("builtins")), **vars(import_module(module))}
    if root not in space:
        return root in sys.modules
    home = getattr(space[root], "__module__", None) or getattr(
        space[root], "__name__", ""
    )
    return home.split(".")[0] != "nnlib"


def setup(app):
    """Register the steps, before and after napoleon's."""
    app.connect("builder-inited", announce_data)
    app.connect("autodoc-process-docstring", describe, priority=100)
    app.connect("autodoc-process-docstring", describe_data, priority=900)
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-skip-member", skip)
    app.connect("missing-reference", resolve_type)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
