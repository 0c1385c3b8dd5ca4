"""A page's quiz: ```{quiz} stem``` shows what nnlib.exercises.quizzes has.

An option is a closed box. Opening it is choosing it: the answer is inside.
So a quiz needs no script; `quiz.js` only remembers what was answered.
"""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from nnlib.exercises.quizzes import QUIZZES


class Quiz(SphinxDirective):
    """The questions of the chapter that is named."""

    required_arguments = 1

    def run(self):
        """Return a container for each question."""
        (stem,) = self.arguments
        if stem not in QUIZZES:
            raise self.error(
                f"no quiz is called {stem!r}; there are {', '.join(QUIZZES)}"
            )
        return [
            self.question(number, question)
            for number, question in enumerate(QUIZZES[stem], 1)
        ]

    def question(self, number, question):
        """Return a question and its options."""
        right, lines = question.right, [f"**{number}.** {question.text}", ""]
        for option in question.options:
            is_right = option is right
            kind = "quiz-right" if is_right else "quiz-wrong"
            lines += [
                f":::{{dropdown}} {option.text}",
                f":class-container: quiz-option {kind}",
                "",
                f"**{'Right.' if is_right else 'No.'}** {option.why}",
                ":::",
                "",
            ]
        node = nodes.container(classes=["quiz-question"])
        node["ids"].append(f"quiz-{question.name}")
        self.state.nested_parse(
            StringList(lines, self.get_source_info()[0]),
            self.content_offset,
            node,
        )
        return node


def setup(app):
    """Register the directive."""
    app.add_directive("quiz", Quiz)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
