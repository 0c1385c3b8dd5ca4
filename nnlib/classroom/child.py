"""A sandbox that is none: a second Python of this machine.

It has your own rights. The time limit is kept, a limit of memory too where
the system knows one, and what it prints or returns is bounded.
"""

from __future__ import annotations

import os
import queue
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress

from nnlib.classroom.inside import MESSAGE_LIMIT
from nnlib.classroom.sandbox import (
    NNLIB,
    SOURCE,
    BrokenSandboxError,
    Sandbox,
)
from nnlib.exercises.running import OutOfTimeError

CHILD = """
import os, struct, sys
memory, seconds = map(int, sys.argv[1:])
try:
    import resource, signal
    for name, most in [("AS", memory), ("CPU", seconds), ("FSIZE", 1 << 20)]:
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    signal.alarm(seconds)
except (ImportError, ValueError, OSError):
    pass  # not on this system: the time limit is kept from outside
source = sys.stdin.buffer
sink = os.fdopen(os.dup(1), "wb")
null = os.open(os.devnull, os.O_RDWR)
os.dup2(null, 1), os.dup2(null, 2)
sys.stdin = open(os.devnull)

def get():
    return source.read(struct.unpack("!I", source.read(4))[0])

def put(kind, data):
    sink.write(struct.pack("!I", len(data) + 1) + kind + data)
    sink.flush()

def ask(data):
    put(b"?", data)
    return get()

names = {"__name__": "classroom"}
exec(compile(get(), "<classroom>", "exec"), names)
server = names["Server"](ask, names["borrowed"])
put(b"=", b"{}")
while True:
    put(b"=", server.answer(get()))
"""


class Child(Sandbox):
    """A second Python of this machine: a time limit, and little else."""

    def _open(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="classroom-")
        self._process = subprocess.Popen(
            [sys.executable, "-c", CHILD, *map(str, self._limits())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env=_environment(),
            start_new_session=True,
        )
        self._frames: queue.Queue[bytes] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._exchange(SOURCE.encode(), max(self.ends - time.monotonic(), 1))

    def _limits(self) -> tuple[int, int]:
        """Return bytes and seconds that the process may have.

        NumPy maps some memory that it does not use.
        """
        left = max(self.ends - time.monotonic(), 0)
        return self.memory + (2 << 30), int(left) + 10

    def _listen(self) -> None:
        """Pass on what comes, whole; an empty frame when it is over."""
        pipe = self._process.stdout
        with suppress(OSError, ValueError):
            while len(head := pipe.read(4)) == 4:
                size = struct.unpack("!I", head)[0]
                if size > 2 * MESSAGE_LIMIT:
                    break
                self._frames.put(pipe.read(size))
        self._frames.put(b"")

    def _exchange(self, message: bytes, seconds: float) -> bytes:
        ends = time.monotonic() + seconds
        while True:
            self._write(message)
            try:
                frame = self._frames.get(timeout=ends - time.monotonic())
            except (queue.Empty, ValueError):
                raise OutOfTimeError("it took too long") from None
            if not frame:
                raise BrokenSandboxError("its process came to an end")
            if frame[:1] == b"=":
                return frame[1:]
            message = self._answered(frame[1:])

    def _write(self, message: bytes) -> None:
        try:
            pipe = self._process.stdin
            pipe.write(struct.pack("!I", len(message)) + message)
            pipe.flush()
        except (OSError, ValueError):
            raise BrokenSandboxError("its process came to an end") from None

    def close(self) -> None:
        """End the process, and those that it started."""
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        with suppress(OSError):  # what was not sent
            self._process.stdin.close()
        self._listener.join(1)
        if not self._listener.is_alive():
            self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _environment() -> dict[str, str]:
    """Return a small environment: one thread, no names of yours."""
    kept = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
    threads = ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **{f"{name}_NUM_THREADS": "1" for name in threads},
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(NNLIB.parent),
    }
