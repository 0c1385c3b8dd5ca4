"""What the checks of the exercises make of answers that are known.

usage: exercise_trials.py [NAME or STEM ...]

For each exercise: the name of the mistake that the check finds in every
planted answer, or "accepted", in float64 and in float32; the same for the
right answers; and for each right answer how many mutants were made of it
and which of them the check lets pass. Without names, all are tried.
"""

import json
import sys
from pathlib import Path

from nnlib.exercises import EXERCISES, Exercise
from nnlib.exercises.checking import judge
from nnlib.exercises.mutants import mutants
from nnlib.exercises.proof import in_dtype, planted, survivors

FILE = Path(__file__).with_suffix(".json")
DTYPES = ["float64", "float32"]


def found(exercise: Exercise, answer: object) -> str:
    """Return the name of the mistake that the check finds."""
    report = judge(exercise, answer)
    return "accepted" if report.passed else report.mistake


def tried(exercise: Exercise) -> dict:
    """Return what is found in each known answer, a list with both dtypes."""
    both = [in_dtype(exercise, dtype) for dtype in DTYPES]
    common = [planted(one) for one in both]
    bodies = [exercise.solution, *exercise.rights]

    def in_both(body: str | dict[str, str]) -> list[str]:
        source = exercise.source(body)
        return [found(one, exercise.build(source)) for one in both]

    return {
        "common": {
            name: [found(one, made[name]) for one, made in zip(both, common)]
            for name in common[0]
        },
        "wrongs": {
            wrong.name: in_both(wrong.body) for wrong in exercise.wrongs
        },
        "rights": [in_both(body) for body in bodies],
    }


def damaged(exercise: Exercise) -> list[dict]:
    """Return how many mutants each right answer has, and which pass."""
    if not exercise.is_function:  # another value that does it is right
        return []
    return [
        {
            "made": len(list(mutants(exercise, body))),
            "left": list(survivors(exercise, body)),
        }
        for body in (exercise.solution, *exercise.rights)
    ]


def main() -> None:
    """Try the exercises that are named, or all, and store what is found."""
    asked = sys.argv[1:]
    stored = json.loads(FILE.read_text()) if FILE.exists() else {}
    fresh = {}
    for name, exercise in EXERCISES.items():
        if (
            name in stored
            and asked
            and not {name, exercise.chapter} & {*asked}
        ):
            fresh[name] = stored[name]
        else:
            print(name, flush=True)
            fresh[name] = tried(exercise) | {"mutants": damaged(exercise)}
    FILE.write_text(json.dumps(fresh, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
