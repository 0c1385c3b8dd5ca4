"""The quizzes, a module for each chapter: its ``QUESTIONS``.

Every module here is registered by being there, under the stem of its
chapter's file.
"""

from __future__ import annotations

import importlib
import pkgutil

from nnlib.exercises.quiz import Question

QUIZZES: dict[str, tuple[Question, ...]] = {
    module.name.replace("_", "-"): tuple(
        importlib.import_module(f"{__name__}.{module.name}").QUESTIONS
    )
    for module in pkgutil.iter_modules(__path__)
}
