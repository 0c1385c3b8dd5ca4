"""Calls an answer, whatever it does: raises, prints, or never ends.

A deadline is kept by tracing: Python asks `Watch` at every line of the
answer, so it works without threads and signals, in a browser too. What
never comes back from a single call into C is out of its reach.
"""

from __future__ import annotations

import io
import os
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

import numpy as np

PRINTED_LIMIT = 300  # characters that a report shows
HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARIES = (
    os.path.dirname(HERE),
    os.path.dirname(os.path.abspath(np.__file__)),
    os.path.dirname(os.__file__),
    "<frozen",
    "<__array_function__",
)


class OutOfTimeError(BaseException):
    """The answer took too long. No `except Exception` catches it."""


@dataclass(frozen=True)
class Outcome:
    """What one call came to: a plain value, or a failure in words."""

    value: Any = None
    failure: str = ""  # the exception's type, empty if there was none
    message: str = ""
    line: str = ""  # the answer's own line that it happened in
    printed: str = ""
    unusable: str = ""  # what came back, if that is no numbers

    @property
    def story(self) -> str:
        """The failure in one sentence."""
        at = f" in {self.line}" if self.line else ""
        about = f": {self.message}" if self.message else ""
        return f"{self.failure}{at}{about}"


class WrongTypeError(TypeError):
    """The answer returned what is no number, array, or list of them."""


def call(f: Callable[[], Any], seconds: float) -> Outcome:
    """Call ``f`` for at most so many seconds; nothing it raises gets out."""
    printed = _Printed()
    ended = time.monotonic() + seconds

    def watch(frame: FrameType, event: str, argument: Any) -> Any:
        if time.monotonic() > ended:
            raise OutOfTimeError
        return watch

    def watch_on(lost: Any) -> None:
        # Raised inside a destructor, the end of time is swallowed, and
        # Python stops tracing: the next line has to raise it again.
        if lost.exc_type is OutOfTimeError:
            sys.settrace(watch)
        else:
            hook_before(lost)

    before, hook_before = sys.gettrace(), sys.unraisablehook
    try:
        with (
            redirect_stdout(printed),
            redirect_stderr(printed),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter("ignore")
            sys.unraisablehook = watch_on
            sys.settrace(watch)
            try:
                value = plain(f())
            finally:
                sys.settrace(before)
                sys.unraisablehook = hook_before
        return Outcome(value, printed=printed.text())
    except KeyboardInterrupt:
        raise
    except WrongTypeError as error:
        return Outcome(unusable=str(error), printed=printed.text())
    except BaseException as error:
        return Outcome(
            failure=type.__getattribute__(type(error), "__name__"),
            message=_told(error)[:300],
            line=_own_line(error),
            printed=printed.text(),
        )


class _Printed(io.TextIOBase):
    """Keeps the beginning of what is printed."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0

    def write(self, text: str) -> int:
        """Keep ``text`` as far as there is room."""
        room = PRINTED_LIMIT - self.size
        if room > 0:
            self.parts.append(str(text)[:room])
            self.size += len(self.parts[-1])
        return len(text)

    def text(self) -> str:
        """Return what was kept, on one line."""
        return " ".join("".join(self.parts).split())


def _told(error: BaseException) -> str:
    """Return an exception's message; it may be unable to tell."""
    try:
        return str.__str__(str(error))
    except Exception:
        return "it cannot be shown"


def _own_line(error: BaseException) -> str:
    """Return the last line of the reader's own that an error went through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith(LIBRARIES):
            return f"line {frame.lineno}, `{frame.line}`"
    return ""


def plain(value: Any) -> Any:
    """Return ``value`` as base arrays, in lists and dicts as it came.

    No method of the value's own is called: a class that lies about its
    shape is not asked.
    """
    if isinstance(value, np.ndarray):
        array = np.ndarray.view(value, np.ndarray)
        if array.dtype.kind not in "biuf":
            raise WrongTypeError(describe(value))
        return array.copy()
    if type(value) in (int, float, bool) or isinstance(value, np.generic):
        return plain(np.array(value))
    if isinstance(value, list | tuple):
        items = list if isinstance(value, list) else tuple
        return [plain(part) for part in items.__iter__(value)]
    if isinstance(value, dict):
        return {str(k): plain(part) for k, part in dict.items(value)}
    raise WrongTypeError(describe(value))


def describe(value: Any) -> str:
    """Return what a value is, in words; nothing of its own is called."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        array = np.ndarray.view(value, np.ndarray)
        if array.dtype.kind not in "biuf":
            return f"an array of dtype {array.dtype}"
        return f"an array of shape {array.shape}" if array.ndim else "a number"
    for kind in (list, tuple, dict):
        if isinstance(value, kind):
            return f"a {kind.__name__} of {kind.__len__(value)}"
    name = type.__getattribute__(type(value), "__name__")
    return f"a value of type {name}"


def code_of(answer: Any) -> CodeType | None:
    """Return a Python function's code; None for all else, such as a proxy."""
    try:
        code = answer.__code__
    except Exception:
        return None
    return code if isinstance(code, CodeType) else None
