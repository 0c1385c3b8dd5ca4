"""Which names of nnlib are public, and where each is defined.

Public is what a module's source defines under a name without a leading
underscore, and the methods of a class that are named like that.
"""

import ast
from functools import cache
from importlib import import_module
from pathlib import Path

NNLIB = Path(__file__).resolve().parents[2] / "nnlib"
# The answers are in there.
HIDDEN = ("nnlib.exercises.bank", "nnlib.exercises.quizzes")


@cache
def modules():
    """Return {dotted name: parsed source} of all of nnlib's modules."""
    found = {}
    for path in sorted(NNLIB.rglob("*.py")):
        parts = path.relative_to(NNLIB.parent).with_suffix("").parts
        name = ".".join(p for p in parts if p != "__init__")
        if not name.startswith(HIDDEN) and parts[-1] != "__main__":
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def assigned(statement):
    """Return the plain names that an assignment gives a value."""
    targets = getattr(statement, "targets", None) or [statement.target]
    return [
        n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)
    ]


@cache
def definitions(module):
    """Return {name: statement} of what a module itself makes public."""
    found = {}
    for statement in modules()[module].body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            found[statement.name] = statement
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            found |= dict.fromkeys(assigned(statement), statement)
    return {n: s for n, s in found.items() if not n.startswith("_")}


@cache
def methods(module, name):
    """Return {name: statement} of a class's public methods."""
    statement = definitions(module).get(name)
    if not isinstance(statement, ast.ClassDef):
        return {}
    return {
        s.name: s
        for s in statement.body
        if isinstance(s, ast.FunctionDef) and not s.name.startswith("_")
    }


@cache
def public_names():
    """Return the names, in full, of all modules, what is in them, methods."""
    names = set(modules())
    for module in modules():
        for name in definitions(module):
            names.add(f"{module}.{name}")
            names |= {f"{module}.{name}.{m}" for m in methods(module, name)}
    return names


@cache
def imported(module):
    """Return {local name: full name} of what a module imports from nnlib."""
    return imports_of(modules()[module])


def imports_of(tree):
    """Return {local name: full name} of all imports from nnlib in a tree."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            if (node.module or "").split(".")[0] == "nnlib":
                found |= {
                    a.asname or a.name: f"{node.module}.{a.name}"
                    for a in node.names
                }
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "nnlib":
                    local = alias.asname or "nnlib"
                    found[local] = alias.name if alias.asname else "nnlib"
    return found


@cache
def origin(name):
    """Return the public name that ``name``, in full, stands for, or None.

    `nnlib.DESIGNS` is defined in `nnlib.designs`; a method that a design
    inherits is `nnlib.network.Network`'s. A function that a package takes
    from the module of the same name is what the name means.
    """
    package, _, own = name.rpartition(".")
    if package in modules() and imported(package).get(own, name) != name:
        return origin(imported(package)[own])
    if name in public_names():
        return name
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module, rest = ".".join(parts[:cut]), parts[cut:]
        if module not in modules():
            continue
        if rest[0] in imported(module):
            return origin(".".join([imported(module)[rest[0]], *rest[1:]]))
        if rest[0] in definitions(module) and len(rest) == 2:
            return _inherited(module, *rest)
        return None
    return None


def _inherited(module, name, attribute):
    thing = getattr(import_module(module), name)
    for base in getattr(thing, "__mro__", [])[1:]:
        full = f"{base.__module__}.{base.__qualname__}.{attribute}"
        if full in public_names():
            return full
    return None
