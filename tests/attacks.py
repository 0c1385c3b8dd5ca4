"""Hostile submissions, and what each deserves.

An attack is a cell that stands before the answers, an answer in the place of
one, or a whole file. `{secret}` and `{port}` are filled in: a file that must
not be read, and a server that must not be reached.
"""

import json
from dataclasses import dataclass

from nnlib.classroom import editions
from nnlib.classroom.submission import chapter_exercises
from nnlib.exercises import EXERCISES

CHAPTER = "backpropagation"
FIRST = "backpropagation/output-delta"  # what an answer's attack takes over
SECOND = "backpropagation/hidden-delta"  # it is handed a function of ours


@dataclass(frozen=True)
class Attack:
    """A hostile notebook; braces in it are doubled, for `str.format`.

    Attributes
    ----------
    cell : runs before the answers, which are right unless `wrong`.
    answer : stands in the place of the solution to `exercise`.
    wrong : the answers are wrong: the attack is after points.
    file : the notebook as it is, in place of all that.
    lost : how many points it loses; None if all.
    told : what the result says, somewhere.
    holds_in_child : whether a second Python is enough against it.
    """

    cell: str = ""
    answer: str = ""
    exercise: str = FIRST
    wrong: bool = False
    file: str | bytes = ""
    lost: int | None = 0
    told: str = ""
    holds_in_child: bool = True


ATTACKS = {
    "reads files": Attack(
        cell="text = open({secret!r}).read()\nprint(text)\nassert 0, text",
        told="Error",
        holds_in_child=False,
    ),
    "walks the disk": Attack(
        cell="""
import os
found = [os.path.join(a, f) for a, _, fs in os.walk("/") for f in fs]
print([f for f in found if "secret" in f or "passwd" in f])
hits = [f for f in found if not f.startswith(("/book/nnlib/", "/usr/local"))]
assert not hits, hits
""",
        holds_in_child=False,
    ),
    "writes files": Attack(
        cell="open({secret!r}, 'w').write('mine')",
        told="Error",
        holds_in_child=False,
    ),
    "writes into the library": Attack(
        cell="""
import nnlib
open(nnlib.__file__, "a").write("import evil")
""",
        told="Error",
        holds_in_child=False,
    ),
    "opens sockets": Attack(
        cell="""
import socket
socket.create_connection(("127.0.0.1", {port}), 2).sendall(b"hello")
""",
        told="Error",
        holds_in_child=False,
    ),
    "forks": Attack(
        cell="import os\nfor _ in range(3): os.fork()",
        told="AttributeError",
        holds_in_child=False,
    ),
    "starts programs": Attack(
        cell="import subprocess\nsubprocess.run(['touch', {secret!r} + '2'])",
        told="Error",
        holds_in_child=False,
    ),
    "eats memory": Attack(
        cell="hoard = []\nwhile True: hoard.append(bytearray(1 << 27))",
        told="MemoryError",
    ),
    "never ends": Attack(cell="while True: pass", told="too long"),
    "sleeps": Attack(cell="import time\ntime.sleep(1e6)", told="too long"),
    "never ends when called": Attack(
        answer="while True: pass", lost=1, told="endless"
    ),
    "clings to life": Attack(
        cell="""
def forever():
    while True:
        try:
            while True: pass
        except BaseException:
            pass
forever()
""",
        told="too long",
    ),
    "ends its Python": Attack(
        cell="import os\nos._exit(0)", told="BrokenSandboxError"
    ),
    "leaves": Attack(cell="raise SystemExit", told="SystemExit"),
    "presses Ctrl-C": Attack(
        answer="raise KeyboardInterrupt", lost=1, told="KeyboardInterrupt"
    ),
    "patches NumPy": Attack(
        cell="""
always = lambda *a, **k: True
np.allclose = np.array_equal = np.testing.assert_allclose = always
np.abs = np.max = lambda *a, **k: 0.0
np.isfinite = np.ndarray.__class__ = always
""",
        wrong=True,
        lost=None,
    ),
    "edits the tests' namespace": Attack(
        cell="""
import builtins, gc, sys
class Passed:
    passed = True
    rows = ["all"]
for module in list(sys.modules.values()):
    for name in ("check", "judge", "unseen", "EXERCISES"):
        if hasattr(module, name):
            setattr(module, name, lambda *a, **k: Passed())
builtins.all = lambda parts: True
for thing in gc.get_objects():
    if type(thing).__name__ == "Server":
        thing.points = 100
        thing._take = lambda request: {{"value": ["plain", True]}}
""",
        wrong=True,
        lost=None,
    ),
    "forges messages": Attack(
        cell="""
import gc, json
for thing in gc.get_objects():
    if type(thing).__name__ == "Server":
        told = {{"passed": True, "points": 9, "error": None, "rows": []}}
        thing.answer = lambda message: json.dumps(told).encode()
""",
        wrong=True,
        lost=None,
    ),
    "sends nonsense": Attack(
        cell="""
import gc
for thing in gc.get_objects():
    if type(thing).__name__ == "Server":
        thing.answer = lambda message: b"[" * 100_000
""",
        lost=None,
        told="no message",
    ),
    "lies about sizes": Attack(
        cell="""
import gc, json
for thing in gc.get_objects():
    if type(thing).__name__ == "Server":
        node = ["array", ["<f8", [2**40, 2**40], "AAAA"]]
        told = json.dumps({{"value": node, "error": None}}).encode()
        thing.answer = lambda message: told
""",
        lost=None,
        told="no value",
    ),
    "takes our solution": Attack(
        cell="""
try:
    from nnlib.exercises import EXERCISES
    output_delta = EXERCISES["backpropagation/output-delta"].answer
except Exception as error:
    print(error)
import nnlib.exercises.bank
""",
        wrong=True,
        lost=None,
        told="nnlib.exercises",
        holds_in_child=False,
    ),
    "raises in __eq__": Attack(
        answer="""
class Odd:
    def __eq__(self, other): raise SystemExit
    __ne__ = __lt__ = __array__ = __float__ = __len__ = __bool__ = __eq__
return Odd()
""",
        lost=1,
        told="Odd",
    ),
    "equals everything": Attack(
        answer="""
class Equal(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __abs__ = lambda self, *other: 0.0
return Equal()
""",
        lost=1,
    ),
    "lies about its shape": Attack(
        answer="""
class Liar(np.ndarray):
    shape = property(lambda self: Z.shape)
    size = property(lambda self: Z.size)
    def __array__(self, *a, **k): return (A - Y) * A * (1 - A)
    def __array_ufunc__(self, *a, **k): return np.zeros(Z.shape)
return np.zeros(1).view(Liar)
""",
        lost=1,
        told="shape",
    ),
    "returns a huge array": Attack(
        answer="return np.zeros((2000, 2000))", lost=1, told="too large"
    ),
    "returns itself": Attack(
        answer="loop = []\nloop.append(loop)\nreturn loop",
        lost=1,
        told="RecursionError",
    ),
    "returns what calls back": Attack(
        answer="return output_delta", lost=1, told="function"
    ),
    "overloads our function": Attack(
        answer="return slope(np.zeros((5000, 1)) + np.zeros((1, 3)))",
        exercise=SECOND,
        lost=1,
        told="too many numbers",
    ),
    "asks our function for its code": Attack(
        answer="return slope.__globals__",
        exercise=SECOND,
        lost=1,
        told="AttributeError",
    ),
    "floods the output": Attack(
        cell="""
import sys
for _ in range(2000):
    print("x" * 100_000)
    sys.__stdout__.write("y" * 100_000)
"""
    ),
    "floods when called": Attack(
        answer="""
print("z" * 50_000_000)
return (A - Y) * A * (1 - A)
"""
    ),
    "recurses": Attack(cell="def f(): return f()\nf()", told="RecursionError"),
    "is too deep to compile": Attack(
        cell="x = " + "(" * 5000 + ")" * 5000, told="Error"
    ),
    "puts a script on the page": Attack(
        cell="raise ValueError('<script>alert(1)</script>')",
        answer="raise type('<script>', (Exception,), {{}})('<img src=x>')",
        lost=1,
    ),
    "hard-codes what it saw": Attack(
        answer="""
import nnlib
known = (A - Y) * A * (1 - A)  # stands for a table of the visible cases
global seen
seen = globals().get("seen", 0) + 1
return known if seen < 10 else known + 1
""",
        lost=1,
    ),
    "is no notebook": Attack(
        file='{"cells": [', lost=None, told="it is no notebook"
    ),
    "is something else": Attack(
        file=b"\x89PNG\r\n\x1a\n\xff\xfe", lost=None, told="it is no notebook"
    ),
    "has cells of no kind": Attack(
        file='{"cells": [1, null, {"cell_type": "code", "source": 7}]}',
        lost=None,
        told="it is no notebook",
    ),
    "is a bomb of brackets": Attack(
        file="[" * 1_000_000, lost=None, told="it is no notebook"
    ),
    "is a bomb of cells": Attack(
        file='{"cells": [' + ",".join(["{}"] * 100_000) + "]}",
        lost=None,
        told="more than 1000 cells",
    ),
    "is a bomb of bytes": Attack(
        file='{"cells": "' + "x" * 6_000_000 + '"}',
        lost=None,
        told="larger than",
    ),
    "is empty": Attack(
        file='{"cells": []}', lost=None, told="none of the cells"
    ),
}


def written(attack, trap):
    """Return the file as it is handed in, as bytes.

    ``trap`` fills in the names of what must not be reached.
    """
    if attack.file:
        text = attack.file
        return text if isinstance(text, bytes) else text.encode()
    answers = {}
    for name in chapter_exercises(CHAPTER):
        exercise = EXERCISES[name]
        taken = attack.answer and name == attack.exercise
        body = attack.answer.format(**trap) if taken else exercise.solution
        if attack.wrong:
            body = exercise.wrongs[-2].body
        answers[name] = exercise.source(body)
    page = editions.answered(CHAPTER, answers)
    cell = {"cell_type": "code", "metadata": {}}
    page["cells"].insert(0, cell | {"source": attack.cell.format(**trap)})
    return json.dumps(page).encode()
