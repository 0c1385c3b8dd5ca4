"""The mistakes that any answer can have, and what to say of each."""

from __future__ import annotations

STANDARD = {
    "unsolved": (
        "Replace the last line above `check` by your own, then run the cell "
        "again."
    ),
    "returns nothing": (
        "Your function comes to its end without `return`. What it worked out "
        "is lost: end it with `return` and the result."
    ),
    "prints": (
        "Your function prints its result and returns nothing. `print` is for "
        "reading only; give the result back with `return`."
    ),
    "not a function": (
        "Hand over the function itself, its name without parentheses: "
        "`check(name, f)`, not `check(name, f(x))`."
    ),
    "not a value": (
        "A value is asked for. Call your function, and hand over the result."
    ),
    "endless": (
        "It was ended since it took too long. Look for a `while` whose "
        "condition never becomes false, or a loop that makes itself longer."
    ),
    "zeros": (
        "All of it is zero. An array made by `np.zeros` is a place for the "
        "result: something has to be put into it."
    ),
    "in place": (
        "Your result is right, and the caller's array is not what it was. "
        "`a -= y` and `a[...] = 0` write into the array that was handed in; "
        "`a = a - y` makes a new one."
    ),
    "global": (
        "Your function reads an array of the page instead of what it is "
        "handed. Use its own arguments only; then it works for any."
    ),
    "remembers": (
        "Called twice with the same arguments, it answers differently. "
        "Something is kept from one call to the next, or drawn at random."
    ),
}
