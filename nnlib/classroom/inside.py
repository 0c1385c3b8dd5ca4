"""What runs inside a sandbox, beside the student's code: a small server.

This source is the only thing that is sent in, so it needs NumPy alone. The
host imports `pack` and `unpack` from it too. Messages are JSON, arrays in
base64; nothing is ever unpickled. The student's code can reach and alter
all of this, and gains nothing by it: the host takes what comes back for a
value of the student's and judges it as one.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import warnings
from collections import namedtuple
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

MESSAGE_LIMIT = 8_000_000  # bytes
PRINTED_LIMIT = 300  # characters
KINDS = "biufc"  # of arrays: numbers, complex ones too
Ask = Callable[[bytes], bytes]
Layer = namedtuple("Layer", "W b")  # as `nnlib.types` has it


class WrongMessageError(ValueError):
    """A message that is none of ours."""


def pack(value: Any, keep: Callable[[Any], Any]) -> Any:
    """Return ``value`` as JSON has it; ``keep`` takes what cannot leave.

    No method of the value's own is called: a class that lies about its shape
    is not asked.
    """
    if value is None or type(value) in (bool, str):
        return ["plain", value]
    if type(value) in (int, float):
        return [type(value).__name__, repr(value)]
    if isinstance(value, np.ndarray | np.generic):
        return _pack_array(value)
    if isinstance(value, complex):
        return _pack_array(np.array(value))
    for kind in (list, tuple):
        if isinstance(value, kind):
            layer = hasattr(type(value), "_fields") and len(value) == 2
            parts = [pack(part, keep) for part in kind.__iter__(value)]
            return ["layer" if layer else kind.__name__, parts]
    if isinstance(value, dict):
        items = dict.items(value)
        return ["dict", [[pack(k, keep), pack(v, keep)] for k, v in items]]
    if isinstance(value, np.random.Generator):
        return ["rng", value.bit_generator.state]
    return ["far", keep(value)]


def _pack_array(value: Any) -> Any:
    scalar = isinstance(value, np.generic)
    plain = np.asarray(value) if scalar else np.ndarray.view(value, np.ndarray)
    if plain.dtype.kind not in KINDS:
        return ["odd", f"an array of dtype {plain.dtype}"]
    if plain.nbytes > MESSAGE_LIMIT:
        raise MemoryError("the result is too large to be handed in")
    data = base64.b64encode(plain.tobytes()).decode()
    kind = "scalar" if scalar else "array"
    return [kind, [plain.dtype.str, list(plain.shape), data]]


def unpack(node: Any, find: Callable[[Any], Any], layer: Any = tuple) -> Any:
    """Return the value that `pack` was given.

    Parameters
    ----------
    node : what `pack` returned, or anything: it is looked at with suspicion.
    find : turns what ``keep`` returned into a value of this side.
    layer : makes a layer of a list of two.

    Raises
    ------
    WrongMessageError : it is none of `pack`'s.
    """
    try:
        kind, body = node
        if kind in ("list", "tuple", "layer"):
            make = {"list": list, "tuple": tuple, "layer": layer}[kind]
            return make([unpack(part, find, layer) for part in body])
        if kind == "dict":
            return {
                unpack(k, find, layer): unpack(v, find, layer) for k, v in body
            }
        return _unpack_one(kind, body, find)
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise WrongMessageError(f"no value: {type(error).__name__}") from error


def _unpack_one(kind: Any, body: Any, find: Callable[[Any], Any]) -> Any:
    if kind == "plain" and (body is None or type(body) in (bool, str)):
        return body
    if kind in ("int", "float") and type(body) is str and len(body) < 100:
        return int(body) if kind == "int" else float(body)
    if kind in ("array", "scalar"):
        name, shape, data = body
        dtype = np.dtype(str(name))
        if dtype.kind not in KINDS or dtype.itemsize > 16:
            raise ValueError("no numbers")
        flat = np.frombuffer(base64.b64decode(data, validate=True), dtype)
        array = flat.reshape([int(n) for n in shape]).copy()
        return array if kind == "array" else array[()]
    if kind == "rng":
        rng = np.random.default_rng()
        rng.bit_generator.state = body
        return rng
    if kind in ("far", "odd"):
        return find(body)
    raise ValueError(f"what is {str(kind)[:20]!r}?")


class Printed(io.TextIOBase):
    """Keeps the beginning of what is printed."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        """Keep ``text`` as far as there is room."""
        self.text += str(text)[: PRINTED_LIMIT - len(self.text)]
        return len(text)


def later(name: str = "", answer: Any = None) -> Graded:
    """Stand in for `nnlib.exercises.check`, which stays outside."""
    return Graded()


class Graded:
    """The report that a cell of the student's gets here: it says nothing."""

    passed = True
    hint = mistake = printed = ""

    def __repr__(self) -> str:
        return "checked outside"


class Server:
    """Runs cells and calls answers, as the host asks."""

    def __init__(self, ask: Ask, borrowed: Callable[..., Any]) -> None:
        self.ask, self.borrowed = ask, borrowed
        self.names = {"__name__": "__main__", "np": np, "check": later}
        self.sources: dict[str, str] = {}
        self.kept: list[Any] = []
        self.places: dict[int, int] = {}  # of what is kept, by identity
        exercises = ModuleType("nnlib.exercises")
        exercises.check = later
        sys.modules["nnlib.exercises"] = exercises

    def answer(self, message: bytes) -> bytes:
        """Do what a message asks for; say what came of it."""
        request = json.loads(message)
        printed, error, reply = Printed(), None, {}
        before = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = printed
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                reply = getattr(self, f"_{request['do']}")(request)
            json.dumps(reply)
        except BaseException as caught:
            reply, error = {}, self._told(caught)
        finally:
            sys.stdout, sys.stderr = before
        reply |= {"error": error, "printed": printed.text}
        text = json.dumps(reply).encode()
        if len(text) > MESSAGE_LIMIT:
            error = ["MemoryError", "the result is too large to be handed in"]
            text = json.dumps({"error": error, "printed": ""}).encode()
        return text

    def _told(self, error: BaseException) -> list[str]:
        """Return an exception's type, and its message with the line."""
        try:
            text = str.__str__(str(error))[:300]
        except BaseException:
            text = "it cannot be shown"
        line, step = "", error.__traceback__
        while step is not None:
            source = self.sources.get(step.tb_frame.f_code.co_filename)
            if source is not None:
                lines = [*source.splitlines(), *[""] * step.tb_lineno]
                code = lines[step.tb_lineno - 1].strip()[:120]
                line = f" in line {step.tb_lineno}, `{code}`"
            step = step.tb_next
        return [type.__getattribute__(type(error), "__name__"), text, line]

    def _keep(self, value: Any) -> list[Any]:
        place = self.places.setdefault(id(value), len(self.kept))
        if place == len(self.kept):
            self.kept.append(value)
        name = type.__getattribute__(type(value), "__name__")
        return [place, name, callable(value)]

    def _find(self, body: Any) -> Any:
        """Return what the host means: one of ours, or a function of its."""
        place, *ours = body
        return self.kept[place] if ours else Outside(self, place)

    def _value(self, value: Any) -> dict[str, Any]:
        return {"value": pack(value, self._keep)}

    def _run(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run a cell."""
        name, source = request["name"], request["source"]
        self.sources[name] = source
        exec(compile(source, name, "exec"), self.names)
        return {}

    def _take(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return what the student's cells call by this name."""
        return self._value(self.names.get(request["name"]))

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call something kept; return the arguments too, as they are now."""
        arguments = unpack(request["arguments"], self._find, Layer)
        before = pack(arguments, self._keep)
        reply = self._value(self.kept[request["of"]](*arguments))
        after = pack(arguments, self._keep)
        return reply | ({"after": after} if after != before else {})

    def _get(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return an attribute of something kept."""
        return self._value(getattr(self.kept[request["of"]], request["name"]))

    def _list(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return what something kept yields, up to a thousand parts."""
        parts = zip(range(1000), self.kept[request["of"]])
        return self._value([part for _, part in parts])

    def _borrowed(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the page's names for data that something kept reads."""
        answer = self.kept[request["of"]]
        if not hasattr(answer, "__code__"):
            return self._value([])
        return self._value(sorted(set(self.borrowed(answer))))


class Outside:
    """A function of the host's, such as a slope; calling it calls it there."""

    def __init__(self, server: Server, place: int) -> None:
        self.server, self.place = server, place

    def __call__(self, *arguments: Any) -> Any:
        """Call it, there."""
        packed = pack(arguments, self.server._keep)
        request = {"of": self.place, "arguments": packed}
        reply = json.loads(self.server.ask(json.dumps(request).encode()))
        if reply["error"]:
            raise ValueError(reply["error"])
        return unpack(reply["value"], self.server._find, Layer)
