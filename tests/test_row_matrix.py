"""The wrapper of the row-matrix design: what it computes and refuses."""

import numpy as np
import pytest

from nnlib.designs.row_matrix import Matrix, RowMatrix

RNG = np.random.default_rng(0)
A, B = RNG.standard_normal((3, 2)), RNG.standard_normal((3, 2))
ROW, W = RNG.standard_normal((1, 2)), RNG.standard_normal((2, 4))


@pytest.mark.parametrize(
    ("wrapped", "plain"),
    [
        (Matrix(A) @ Matrix(W), A @ W),
        (Matrix(A) + Matrix(B), A + B),
        (Matrix(A) - Matrix(B), A - B),
        (Matrix(A) * Matrix(B), A * B),
        (Matrix(A) + Matrix(ROW), A + ROW),
        (Matrix(A) * 2, A * 2),
        (2.5 * Matrix(A), 2.5 * A),
        (np.float64(2.5) * Matrix(A), 2.5 * A),
        (Matrix(A) / 3, A / 3),
        (Matrix(A).T, A.T),
        (Matrix(A).sum_rows(), A.sum(axis=0, keepdims=True)),
        (Matrix(A).apply(np.maximum, Matrix(B)), np.maximum(A, B)),
    ],
    ids=lambda value: None,
)
def test_an_operator_does_what_numpy_does(wrapped, plain):
    """Wrapped or plain: the same numbers, and the result is wrapped."""
    assert isinstance(wrapped, Matrix)
    np.testing.assert_array_equal(wrapped.array, plain)
    assert wrapped.shape == plain.shape


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: Matrix(A[0]), "must have 2 axes"),
        (lambda: Matrix(A) @ Matrix(B), r"\(3, 2\) @ \(3, 2\)"),
        (lambda: Matrix(A) - Matrix(A[:, :1]), "does not go with"),
        (lambda: Matrix(ROW) + Matrix(A), "does not go with"),
        (lambda: Matrix(A[:, :1]) * Matrix(A[:, :1].T), "does not go with"),
    ],
)
def test_shapes_that_do_not_go_together_are_refused(attempt, message):
    """No column is repeated, no row on the left, and no flat array."""
    with pytest.raises(ValueError, match=message):
        attempt()


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: Matrix(A) + A,
        lambda: A + Matrix(A),
        lambda: A * Matrix(A),
        lambda: A @ Matrix(W),
        lambda: Matrix(A) @ W,
        lambda: Matrix(A) + 1,
        lambda: 1 + Matrix(A),
        lambda: np.exp(Matrix(A)),
    ],
)
def test_what_is_no_matrix_is_refused(attempt):
    """An array or a number in a Matrix's place is a TypeError."""
    with pytest.raises(TypeError):
        attempt()


def test_classify_marks_the_largest_output():
    """One 1 a row; of one output, whether it is above ½."""
    net = RowMatrix.initialize([2, 3], rng=np.random.default_rng(0))
    answers = net.classify(A)
    assert answers.sum(axis=1).tolist() == [1, 1, 1]
    np.testing.assert_array_equal(
        answers.argmax(axis=1), net.predict(A).argmax(axis=1)
    )
    one = RowMatrix.initialize([2, 1], rng=np.random.default_rng(0))
    np.testing.assert_array_equal(one.classify(A), one.predict(A) > 0.5)
