"""Runs the live cells of a page: the half that is Python.

The page's worker loads this file into its interpreter; the tests load it
as it stands. Nothing here knows of JavaScript: what a cell says goes out
through the function that `Session` is given.
"""

import ast
import builtins
import functools
import linecache
import pprint
import symtable
import sys
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout

OUTPUT_LIMIT = 100_000  # characters of text that one run may write
CHUNK, PAUSE = 4_000, 0.05  # characters, seconds: how often text goes out


class OutputLimitError(Exception):
    """A cell wrote more than a page can show."""


class Stream:
    """A file to print into, which sends its text on in lumps."""

    def __init__(self, emit):
        self.emit, self.waiting, self.written = emit, [], 0
        self.size, self.last = 0, time.monotonic()

    def write(self, text):
        """Take text; raise `OutputLimitError` at the limit."""
        room = OUTPUT_LIMIT - self.written
        self.waiting.append(text[:room])
        self.size += len(text[:room])
        self.written += len(text)
        if self.written > OUTPUT_LIMIT:
            raise OutputLimitError(
                f"the cell was ended after {OUTPUT_LIMIT:,} characters"
            )
        if self.size > CHUNK or time.monotonic() - self.last > PAUSE:
            self.flush()
        return len(text)

    def flush(self):
        """Send what is waiting."""
        if self.waiting:
            self.emit("text", "".join(self.waiting))
        self.waiting, self.size, self.last = [], 0, time.monotonic()


class Session:
    """One namespace, in which a page's cells run one after the other.

    ``emit(kind, text)`` is called with what a cell says; the kinds are
    "text", "html" (tables and drawings) and "error".
    """

    def __init__(self, emit):
        self.emit, self.namespace, self.runs = emit, {}, 0
        self.namespace["__name__"] = "__main__"
        self.namespace["display"] = self.show
        self.namespace["input"] = _no_input

    def run(self, source):
        """Run a cell, show the value of its last expression.

        Return whether it came to its end.
        """
        self.runs += 1
        filename = f"<cell {self.runs}>"
        linecache.cache[filename] = (
            len(source),
            None,
            source.splitlines(keepends=True),
            filename,
        )
        stream = Stream(self.emit)
        try:
            with redirect_stdout(stream), redirect_stderr(stream):
                self._execute(source, filename, stream)
            stream.flush()
        except BaseException as error:
            stream.flush()
            self.emit("error", describe(error))
            return False
        return True

    def _execute(self, source, filename, stream):
        tree = ast.parse(source, filename)
        last = tree.body[-1] if tree.body else None
        ends = isinstance(last, ast.Expr)
        body = ast.Module(tree.body[:-1] if ends else tree.body, [])
        exec(compile(body, filename, "exec"), self.namespace)
        if ends:
            code = compile(ast.Expression(last.value), filename, "eval")
            value = eval(code, self.namespace)
            stream.flush()
            if value is not None:
                self.show(value)

    def show(self, *values):
        """Show each value at its best: a drawing, a table, or text."""
        for value in values:
            sys.stdout.flush()
            for method in ("_repr_html_", "_repr_svg_"):
                best = getattr(value, method, None)
                drawn = best() if callable(best) else None
                if drawn:
                    self.emit("html", drawn)
                    break
            else:
                self.emit("text", as_text(value)[:OUTPUT_LIMIT] + "\n")


def as_text(value):
    """Return the text of a value; long containers over several lines."""
    text = repr(value)
    if len(text) > 79 and type(value) in (dict, list, tuple, set):
        return pprint.pformat(value, width=79, sort_dicts=False)
    return text


def describe(error):
    """Return a traceback: the cell's own lines, the library's folded."""
    if isinstance(error, SyntaxError) and error.filename[:6] == "<cell ":
        text = "".join(traceback.format_exception_only(error))
        return text.replace(f'File "{error.filename}"', "In this cell")
    lines, folded = ["Traceback (most recent call last):\n"], 0
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == __file__ or frame.filename == "<exec>":
            continue
        if not frame.filename.startswith("<cell "):
            folded += 1
            continue
        lines.append(f"  In this cell, line {frame.lineno}\n")
        if frame.line:
            lines.append(f"    {frame.line}\n")
    if folded:
        lines.append(f"  ... and {folded} more inside the libraries\n")
    return "".join(lines + traceback.format_exception_only(error))


def _no_input(prompt=""):
    raise RuntimeError("a cell cannot ask here: write the answer in the cell")


def needed(sources, index):
    """Return which cells must run before cell ``index``, in order.

    A cell needs those above it that make or change what it uses. A cell
    that is not Python yet needs nothing, and nobody needs it.
    """
    cells = [names_in(source) for source in sources]
    generators = set().union(*(cell.generators for cell in cells))
    libraries = set().union(*(cell.imported for cell in cells))
    wanted, todo = set(), [index]
    while todo:
        cell = todo.pop()  # what a function uses may change after it
        names = cells[cell].used - cells[cell].own
        for above in reversed(range(index if cells[cell].functions else cell)):
            touched = cells[above].changed - libraries
            touched |= cells[above].used & generators  # it may draw
            touched |= cells[above].made
            taken = cells[cell].used if above > cell else names
            if above not in wanted and taken & touched:
                wanted.add(above)
                todo.append(above)
            if cell == index:  # made anew here: what was before is gone
                names = names - cells[above].own
    return sorted(wanted)


@functools.cache  # a page asks about each of its cells at every run
def names_in(source):
    """Return the `Names` of a cell."""
    return Names(source)


class Names(ast.NodeVisitor):
    """The page's names in one cell.

    ``used`` are read, ``made`` are bound (by =, import, def, for ...), and
    ``changed`` may hold something else after the cell: ``x[0] = 1``,
    ``x += 1``, ``x.fit()``, ``f(x)`` with the page's own function f, and
    ``out=x``. ``own`` are made before they are read, so no cell above matters
    to them. ``generators`` are made by ``default_rng``: who is handed one may
    draw from it.
    """

    def __init__(self, source):
        self.used, self.made, self.changed = set(), set(), set()
        self.generators, self.imported = set(), set()
        self.own, self.functions = set(), False
        try:
            tree = ast.parse(source)
            table = symtable.symtable(source, "", "exec")
        except (SyntaxError, ValueError):
            return
        self.made = {s.get_name() for s in table.get_symbols() if _made(s)}
        self.imported = {
            s.get_name() for s in table.get_symbols() if s.is_imported()
        }
        self.functions = table.has_children()
        self.used, self.own = _used(table), _own(tree)
        self.page = self.used | self.made  # the rest is a function's own
        self.visit(tree)

    def visit_AugAssign(self, node):
        """x += 1: x is read, and is another x after it."""
        self._change(node.target)
        self.generic_visit(node)

    def visit_Assign(self, node):
        """x[0] = 1 and x.a = 1 change x; notes the generators."""
        for target in node.targets:
            if not isinstance(target, ast.Name):
                self._change(target)
            elif "default_rng" in ast.unparse(node.value):
                self.generators.add(target.id)
        self.generic_visit(node)

    def visit_Call(self, node):
        """x.f() may change x, and so may f(x) and out=x."""
        if isinstance(node.func, ast.Attribute):
            self._change(node.func.value)
        elif isinstance(node.func, ast.Name) and not _built_in(node.func.id):
            for argument in node.args:
                self._change(argument)
        for keyword in node.keywords:
            if keyword.arg == "out":
                self._change(keyword.value)
        self.generic_visit(node)

    def _change(self, target):
        """Note the name at the root of ``target``; a library is no thing."""
        while isinstance(target, ast.Attribute | ast.Subscript | ast.Starred):
            target = target.value
        if isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self._change(part)
        elif isinstance(target, ast.Name) and target.id in self.page:
            self.changed.add(target.id)
            self.used.add(target.id)


def _built_in(name):
    return hasattr(builtins, name)


def _made(symbol):
    s = symbol
    return s.is_assigned() or s.is_imported() or s.is_namespace()


def _own(tree):
    """Return the names that a cell makes before it reads them."""
    read, own = set(), set()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            now = [*statement.decorator_list, statement.args]
            own |= {statement.name} - read - _read(now)
        read |= _read([statement])
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names = [a.asname or a.name.split(".")[0] for a in statement.names]
        elif isinstance(statement, ast.Assign):
            names = [
                t.id for t in statement.targets if isinstance(t, ast.Name)
            ]
        else:
            names = []
        own |= set(names) - read
    return own


def _read(nodes):
    """Return the names that stand in these nodes to be read."""
    inside = [n for node in nodes for n in ast.walk(node)]
    names = [n for n in inside if isinstance(n, ast.Name)]
    return {n.id for n in names if isinstance(n.ctx, ast.Load)}


def _used(table):
    """Return the names read from the page's level, functions included."""
    top = table.get_type() == "module"
    used = {
        s.get_name()
        for s in table.get_symbols()
        if (s.is_referenced() or s.is_declared_global())
        and (top or s.is_global())
    }
    return used.union(*map(_used, table.get_children()))
