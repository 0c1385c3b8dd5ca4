"""The classroom: notebooks to hand out, and grading that has no fear.

``python -m nnlib.classroom`` lists what there is. Notebooks are written from
the exercises alone (`editions`); a folder of submissions is graded notebook
by notebook (`submission`) in sandboxes (`sandbox`), by several workers
(`folder`), and told in pages (`feedback`).
"""

from nnlib.classroom.submission import Result, grade, unseen

__all__ = ["Result", "grade", "unseen"]
