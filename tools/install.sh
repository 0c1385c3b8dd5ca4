#!/bin/sh
# Make the environment VENV with everything that a file pins, requirements.txt
# if none is named, and nnlib itself, editable.
# usage: tools/install.sh PYTHON VENV [REQUIREMENTS]
# A failure ends in one sentence that says what to do.
set -u
python=$1 venv=$2 log=$2/install.log pins=${3:-requirements.txt}
uv_version=0.13.9  # installs in seconds what pip takes a minute for

stop() { echo "$*" >&2; exit 1; }

command -v "$python" >/dev/null ||
  stop "There is no '$python' here: install Python 3.11 or newer from" \
    "python.org, or name yours as in 'make book PYTHON=python3.12'."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  stop "The book needs Python 3.11 or newer and '$python' is" \
    "$("$python" -V 2>&1): install a newer one from python.org and name" \
    "it, as in 'make book PYTHON=python3.12'."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
  stop "'$python' cannot make environments: on Debian or Ubuntu type" \
    "'sudo apt install python3-venv', then the same command again."

echo "Installing what the book needs into $venv (about 800 MB) ..."
"$python" -m venv --clear "$venv" ||
  stop "$venv could not be made: see that this folder can be written to" \
    "and that the disk is not full, then type the same command again."

with_uv() {
  "$venv/bin/python" -m pip install -q "uv==$uv_version" &&
    "$venv/bin/uv" pip install -q --python "$venv/bin/python" \
      --compile-bytecode -r "$pins"
}
# Say what went wrong, from what was noted.
explain() {
  grep -qiE 'no space left|disk quota|errno 28|os error 28' "$log" &&
    stop "The disk is full: the book needs about 800 MB in $venv. Make room," \
      "then type the same command again."
  grep -qiE 'no matching distribution|no solution found' "$log" &&
    ! grep -qiE 'resolve|connect|network|timed out|unreachable' "$log" &&
    stop "Some package has no version for '$python' ($("$python" -V 2>&1)):" \
      "name a Python from 3.11 to 3.13, as in" \
      "'make book PYTHON=python3.12' (the details are in $log)."
  stop "The packages could not be installed: check your network connection," \
    "then type the same command again (the details are in $log)."
}
with_pip() { "$venv/bin/python" -m pip install -q -r "$pins"; }
{ with_uv || with_pip; } >"$log" 2>&1 || explain

"$venv/bin/python" -m pip install -q --no-index --no-deps \
  --no-build-isolation -e . >>"$log" 2>&1 ||
  stop "nnlib itself could not be installed: the details are in $log."

# Matplotlib lists the fonts when it is first used, and says so on stderr if
# that takes long: now, rather than in the first page that draws.
"$venv/bin/python" -c 'import matplotlib.font_manager' >>"$log" 2>&1 ||
  stop "Matplotlib does not start: the details are in $log."
touch "$venv/installed"
