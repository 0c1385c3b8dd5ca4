"""Small damages done to a right answer, one at a time.

A checker that lets a damaged answer pass has a hole, unless the damage
does nothing; such mutants an exercise lists as ``equivalent``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nnlib.exercises.exercise import Exercise

OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
}
COMPARISONS = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
NAMES = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "argmax": "argmin",
    "maximum": "minimum",
    "minimum": "maximum",
    "zeros": "ones",
    "ones": "zeros",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
    "sqrt": "square",
    "append": "extend",
}
ONE_WAY = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)  # order matters


def mutants(exercise: Exercise, body: str) -> Iterator[tuple[str, str]]:
    """Yield (the changed line, the whole source) of each mutant."""
    source = exercise.source(body)
    original = ast.unparse(ast.parse(source))
    count = len(list(_damages(ast.parse(source))))
    for number in range(count):
        tree = ast.parse(source)
        list(_damages(tree))[number]()
        mutant = ast.unparse(ast.fix_missing_locations(tree))
        if mutant != original:
            yield _changed(original, mutant), mutant


def _changed(before: str, after: str) -> str:
    """Return the first line that differs, or the one that was taken out."""
    olds, news = before.splitlines(), after.splitlines()
    place = next(i for i, old in enumerate(olds) if [old] != news[i : i + 1])
    if len(news) < len(olds):
        return f"without {olds[place].strip()}"
    return news[place].strip()


def _damages(tree: ast.Module) -> Iterator:
    """Yield functions, each of which damages ``tree`` in one place."""
    for node in ast.walk(tree):
        yield from _node_damages(node)


def _node_damages(node: ast.AST) -> Iterator:
    """Yield the ways to damage this node."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        other = OPERATORS.get(type(node.op))
        if other:
            yield lambda: setattr(node, "op", other())
    if isinstance(node, ast.BinOp) and isinstance(node.op, ONE_WAY):
        yield lambda: _swap(node)
    if isinstance(node, ast.Compare):
        for kind in COMPARISONS.get(type(node.ops[0]), ()):
            yield lambda kind=kind: node.ops.__setitem__(0, kind())
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield lambda: setattr(node, "value", node.value + 1)
        if node.value:
            yield lambda: setattr(node, "value", 0)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield lambda: setattr(node, "value", not node.value)
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield lambda: setattr(node, "attr", NAMES[node.attr])
    yield from _child_damages(node)


def _child_damages(node: ast.AST) -> Iterator:
    """Yield the ways to replace a child of this node, or to drop it."""
    for name, value in ast.iter_fields(node):
        parts = value if isinstance(value, list) else [value]
        for i, part in enumerate(parts):
            simpler = _simpler(part)
            if simpler is not None:
                yield lambda n=name, v=value, i=i, s=simpler: _put(
                    node, n, v, i, s
                )
            if isinstance(part, ast.AugAssign) and len(parts) > 1:
                yield lambda v=value, i=i: v.pop(i)


def _simpler(part: object) -> ast.AST | None:
    """Return ``part`` without its sign, its `not`, or its transpose."""
    if isinstance(part, ast.UnaryOp):
        return part.operand
    if isinstance(part, ast.Attribute) and part.attr == "T":
        return part.value
    if isinstance(part, ast.Call) and ast.unparse(part.func) == "reversed":
        return part.args[0]
    return None


def _put(node: ast.AST, name: str, value: object, i: int, new: object):
    if isinstance(value, list):
        value[i] = new
    else:
        setattr(node, name, new)


def _swap(node: ast.BinOp) -> None:
    node.left, node.right = node.right, node.left
