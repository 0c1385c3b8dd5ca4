"""Sandboxes: where the student's code runs, and how it is talked to.

There are two kinds, `wasm.Wasm`, which keeps everything in, and
`child.Child`, which keeps the time and little else. Either way the checks
stay outside. A function of the student's is a `Far`
here: calling it sends its arguments in and takes a value out, which is put
together anew from numbers and shapes, and believed nothing.
"""

from __future__ import annotations

import inspect
import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nnlib.classroom.inside import (
    MESSAGE_LIMIT,
    PRINTED_LIMIT,
    WrongMessageError,
    pack,
    unpack,
)
from nnlib.exercises import checking
from nnlib.exercises.running import OutOfTimeError
from nnlib.types import Layer

NNLIB = Path(__file__).parents[1]
CALL_SECONDS = 10.0  # for one cell, or one call of an answer
MEMORY = 512 << 20  # bytes
OUTSIDE_LIMIT = 4096  # numbers that a function of ours is handed
SOURCE = "\n".join(
    [
        inspect.getsource(sys.modules[pack.__module__]),
        "import builtins, dis",
        "from collections.abc import Iterator",
        "from types import CodeType, FunctionType",
        inspect.getsource(checking.borrowed),
        inspect.getsource(checking._global_names),
    ]
)


class BrokenSandboxError(RuntimeError):
    """The code inside brought its sandbox to an end."""


class Far:
    """Something that stays in its sandbox."""

    def __init__(self, box: Sandbox, place: int) -> None:
        self._box, self._place = box, place

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._box.send("get", of=self._place, name=name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._box.send("list", of=self._place))


class FarFunction(Far):
    """What can be called there."""

    def __call__(self, *arguments: Any) -> Any:
        """Call it, there."""
        return self._box.call(self, *arguments)


class Sandbox(ABC):
    """Code runs inside, values come out.

    Parameters
    ----------
    seconds : for all that is run and called, until the sandbox is closed.
    memory : bytes that the code inside may have.

    Attributes
    ----------
    dead : why nothing runs any more, empty if it does.
    """

    def __init__(self, seconds: float = 60.0, memory: int = MEMORY) -> None:
        self.ends = time.monotonic() + seconds
        self.memory = memory
        self.dead = ""
        self._outside: list[Callable[..., Any]] = []
        self._open()

    @abstractmethod
    def _open(self) -> None:
        """Start what the code runs in."""

    @abstractmethod
    def _exchange(self, message: bytes, seconds: float) -> bytes:
        """Send a message in, and return the reply.

        Raises
        ------
        OutOfTimeError, BrokenSandboxError
        """

    @abstractmethod
    def close(self) -> None:
        """End it."""

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def run(self, source: str, name: str = "cell") -> None:
        """Run a cell; what it raises is raised here, under the same name."""
        self.send("run", source=source, name=name)

    def take(self, name: str) -> Any:
        """Return what is called ``name`` inside: a value, or a `Far`."""
        return self.send("take", name=name)

    def call(self, answer: Far, *arguments: Any) -> Any:
        """Call a function of the inside.

        Arrays and lists that it changes are changed here as well, and
        functions among the arguments are called here.
        """
        self._outside = []
        packed = pack(arguments, self._keep)[1]
        return self.send(
            "call", arguments, of=answer._place, arguments=["tuple", packed]
        )

    def borrowed(self, answer: Far) -> list[str]:
        """Return the names of data that a function reads and is not handed."""
        found = self.send("borrowed", of=answer._place)
        return [str(name)[:40] for name in list(found)[:5]]

    def send(self, do: str, ours: Any = (), /, **request: Any) -> Any:
        """Ask for something; return the value, or raise what was raised.

        The check of an answer keeps its time by tracing, line by line. Here
        the sandbox keeps it, so that nothing is broken off halfway.
        """
        tracing = sys.gettrace()
        sys.settrace(None)
        try:
            return self._send(do, ours, request)
        finally:
            sys.settrace(tracing)

    def _send(self, do: str, ours: Any, request: dict[str, Any]) -> Any:
        if self.dead:
            raise BrokenSandboxError(self.dead)
        left = self.ends - time.monotonic()
        message = json.dumps({"do": do, **request}).encode()
        try:
            if left <= 0:
                raise OutOfTimeError("no time is left")
            data = self._exchange(message, min(left, CALL_SECONDS))
            reply = _parsed(data)
            if reply.get("error") is None:
                _restore(ours, self._unpack(reply.get("after", None)))
        except BaseException as error:
            self.dead = str(error) or "it took too long"
            self.close()
            raise
        _print(reply.get("printed"))
        if reply.get("error") is not None:
            raise _raised(reply["error"])
        return self._unpack(reply.get("value", None))

    def _unpack(self, node: Any) -> Any:
        if node is None:
            return None
        return unpack(node, self._find, lambda parts: Layer(*parts))

    def _keep(self, value: Any) -> list[Any]:
        if isinstance(value, Far):
            return [value._place, "ours"]
        if not callable(value):
            raise TypeError(f"{type(value).__name__} cannot be sent in")
        self._outside.append(value)
        return [len(self._outside) - 1]

    def _find(self, body: Any) -> Any:
        """Return what stands for something kept inside."""
        if isinstance(body, str):  # an array of what is no number
            return type(_identifier(body), (), {})()
        place, name, is_callable = body
        kind = FarFunction if is_callable is True else Far
        return type(_identifier(name), (kind,), {})(self, int(place))

    def _answered(self, message: bytes) -> bytes:
        """Call a function of ours for the code inside."""
        try:
            request = _parsed(message)
            function = self._outside[int(request["of"])]
            arguments = self._unpack(request["arguments"])
            if sum(_sizes(arguments)) > OUTSIDE_LIMIT:
                raise ValueError("too many numbers")
            value = pack(function(*arguments), self._keep)
            reply = {"value": value, "error": ""}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"[:300]}
        return json.dumps(reply).encode()


def _parsed(data: bytes) -> dict[str, Any]:
    """Return a message from inside.

    Raises
    ------
    WrongMessageError : it is none.
    """
    if len(data) > 2 * MESSAGE_LIMIT:
        raise WrongMessageError("the result is too large")
    try:
        reply = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise WrongMessageError("what came back is no message") from error
    if not isinstance(reply, dict):
        raise WrongMessageError("what came back is no message")
    return reply


def _print(text: Any) -> None:
    """Print what was printed inside: whoever listens here keeps it."""
    if isinstance(text, str) and text:
        sys.stdout.write(text[:PRINTED_LIMIT])


def _identifier(name: Any) -> str:
    text = str(name)[:60]
    return "".join(c if c.isalnum() or c in "_ " else "_" for c in text)


def _raised(told: Any) -> BaseException:
    """Return an exception of the name that was told, whatever it was."""
    name, text, line = [*map(str, told), "", "", ""][:3]
    kinds = {"NotImplementedError": NotImplementedError}
    kind = kinds.get(name) or type(_identifier(name), (Exception,), {})
    return kind(f"{text[:300]}{line[:200]}")


def _sizes(value: Any) -> Iterator[int]:
    if isinstance(value, list | tuple):
        for part in value:
            yield from _sizes(part)
    elif isinstance(value, dict):
        yield from _sizes(list(value.values()))
    else:
        yield np.size(value) if isinstance(value, np.ndarray) else 1


def _restore(ours: Any, theirs: Any) -> None:
    """Make our arguments what the call made of its copies."""
    if isinstance(ours, np.ndarray) and isinstance(theirs, np.ndarray):
        if ours.dtype == theirs.dtype:
            if ours.shape != theirs.shape:
                ours.resize(theirs.shape, refcheck=False)
            ours[...] = theirs
    elif isinstance(ours, np.random.Generator):
        if isinstance(theirs, np.random.Generator):
            ours.bit_generator.state = theirs.bit_generator.state
    elif isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours.keys() & theirs.keys():
            _restore(ours[key], theirs[key])
        ours |= {key: theirs[key] for key in theirs.keys() - ours.keys()}
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        for a, b in zip(ours, theirs):
            _restore(a, b)
        if isinstance(ours, list) and len(ours) != len(theirs):
            ours[:] = theirs
