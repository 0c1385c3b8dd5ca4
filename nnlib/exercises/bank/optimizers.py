"""Exercises of the chapter "Optimizers": limits, memories, valleys."""

from __future__ import annotations

import numpy as np

from nnlib.exercises.exercise import Exercise, Wrong


def slanted(A):
    """Return a symmetric matrix with positive eigenvalues, from (n, d)."""
    return A.T @ A + 0.5 * np.eye(A.shape[1])


LIMITS = Exercise(
    name="optimizers/limits",
    title="How long a step may be",
    statement=r"""
        The slope at $\boldsymbol\theta$ is $H\boldsymbol\theta$, in a valley
        that may lie between the axes. At which learning rate does each
        optimizer stop shrinking the distance: plain descent, momentum, and
        Nesterov's momentum? The limits of $x = \eta\kappa$ are in the table
        below {eq}`eq-optimizers-matrix`.
    """,
    header='''
        def largest_rates(H, mu):
            """Return (plain, momentum, nesterov), three learning rates.

            H : (d, d), symmetric, all its eigenvalues positive.
            mu : the momentum, from 0 to below 1.
            """
    ''',
    solution="""
        kappa = np.linalg.eigvalsh(H).max()
        momentum = 2 * (1 + mu) / kappa
        return 2 / kappa, momentum, momentum / (1 + 2 * mu)
    """,
    rights=(
        """
        scale = np.array([1, 1 + mu, (1 + mu) / (1 + 2 * mu)])
        return tuple(2 * scale / np.linalg.norm(H, 2))
        """,
        """
        P = H
        for _ in range(50):
            P = P @ P / np.trace(P @ P)
        plain = 2 / np.sum(P * H)
        return plain, plain + mu * plain, plain * (1 - mu / (1 + 2 * mu))
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0.0, 0.0, 0.0"),
        Wrong(
            "the flattest direction",
            {"max()": "min()"},
            "You took the smallest curvature. The sharpest direction is the "
            "one that grows first.",
        ),
        Wrong(
            "the mean curvature",
            {"max()": "mean()"},
            "You took the mean of the curvatures. One direction that grows "
            "is enough to spoil a run.",
        ),
        Wrong(
            "the sum of the curvatures",
            {"max()": "sum()"},
            "You added up the curvatures. Each direction goes its own way; "
            "the sharpest alone sets the limit.",
        ),
        Wrong(
            "the diagonal",
            {"np.linalg.eigvalsh(H)": "np.diag(H)"},
            "You read the curvatures off the diagonal. They are there only "
            "in a valley that lies along the axes.",
        ),
        Wrong(
            "the largest row",
            {"np.linalg.eigvalsh(H)": "np.abs(H).sum(axis=1)"},
            "The largest sum of a row is a bound: no curvature is above it. "
            "So your rates are safe, and not the limits.",
        ),
        Wrong(
            "the best rate",
            {
                "momentum = 2 *": "momentum = 1 *",
                "return 2 / kappa": "return 1 / kappa",
            },
            "Your rates are half of the limits. At 1/κ plain descent is in "
            "the bottom after one step; the limit is where it leaps as far "
            "up as it was before.",
        ),
        Wrong(
            "roots",
            {
                "kappa = np.linalg.eigvalsh(H).max()": (
                    "kappa = np.linalg.eigvalsh(H).max() ** 0.5"
                )
            },
            "You took the root of the curvature. Roots belong to the best "
            "setting; the limit is that of η κ itself.",
        ),
        Wrong(
            "momentum as plain",
            {"2 * (1 + mu) / kappa": "2 / kappa"},
            "Your momentum has plain descent's limit. Across the valley the "
            "slope changes its sign at every step, and the memory works as "
            "a brake: a longer step is allowed.",
        ),
        Wrong(
            "shorter by the gain",
            {"2 * (1 + mu) / kappa": "2 * (1 - mu) / kappa"},
            "You divided the limit by what momentum gains *along* the "
            "valley. Across it slopes of either sign come in turn, and "
            "there is nothing to gain.",
        ),
        Wrong(
            "longer by the gain",
            {"2 * (1 + mu) / kappa": "2 / (1 - mu) / kappa"},
            "You multiplied the limit by what momentum gains along a steady "
            "slope. At the limit the slope is not steady: its sign changes "
            "at every step.",
        ),
        Wrong(
            "Nesterov as momentum",
            {"momentum / (1 + 2 * mu)": "momentum"},
            "Two limits are right. Nesterov's step has the new slope in it "
            "nearly twice, so its limit is another.",
        ),
        Wrong(
            "looking ahead is safer",
            {"momentum / (1 + 2 * mu)": "momentum * (1 + 2 * mu)"},
            "You put Nesterov's limit on top. Looking ahead sounds safe, but "
            "its step across a sharp valley is longer, and its limit lower.",
        ),
        Wrong(
            "the one for the other",
            {
                "momentum, momentum / (1 + 2 * mu)": (
                    "momentum / (1 + 2 * mu), momentum"
                )
            },
            "The limits of momentum and Nesterov's are exchanged.",
        ),
    ),
    hints=(
        "The curvatures are the eigenvalues of $H$. Which of them grows "
        "first, when the rate is raised?",
        "Divide each limit of $x$ in the table by the largest eigenvalue; "
        "`np.linalg.eigvalsh` gives them all.",
    ),
    cases=lambda rng: [
        ("between the axes", np.array([[3.0, 1.5], [1.5, 2.0]]), 0.9),
        ("along the axes", np.diag([0.5, 7.0, 2.0]), 0.5),
        ("one direction", np.array([[0.25]]), 0.8),
        ("no momentum", np.array([[2.0, -1.0], [-1.0, 4.0]]), 0.0),
        ("a sharp one", slanted(rng.normal(size=(6, 4))), 0.7),
    ],
    equivalent={
        "for _ in range(51):": "by then P no longer changes",
    },
)


RADIUS = Exercise(
    name="optimizers/spectral-radius",
    title="The factor per step",
    statement=r"""
        By what is the distance multiplied in a step with momentum, late in a
        run? Find the spectral radius of momentum's matrix in
        {eq}`eq-optimizers-matrix`, from its trace and its determinant, for
        each direction of a valley. Mind both kinds of eigenvalues, real
        and complex.
    """,
    header='''
        def spectral_radius(x, mu):
            """Return the spectral radius for each entry of x, (d,).

            x : (d,), the learning rate times each curvature, 0 or more.
            mu : the momentum, from 0 to below 1.
            """
    ''',
    solution="""
        T, D = 1 + mu - x, mu
        square = T**2 - 4 * D
        root = np.sqrt(np.maximum(square, 0))
        return np.where(square < 0, np.sqrt(D), (np.abs(T) + root) / 2)
    """,
    rights=(
        """
        steps = [np.array([[1 - k, -mu], [k, mu]]) for k in x]
        return np.array([abs(np.linalg.eigvals(M)).max() for M in steps])
        """,
        """
        half = (1 + mu - x) / 2
        root = np.sqrt(half**2 - mu + 0j)
        return np.maximum(abs(half + root), abs(half - root))
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * x"),
        Wrong(
            "plain descent's",
            "return np.abs(1 - x)",
            "That is plain descent's factor. Nothing is remembered in it.",
        ),
        Wrong(
            "the root of μ everywhere",
            "return np.full(x.shape, np.sqrt(mu))",
            "The root of μ is right where the eigenvalues are complex. On "
            "very flat and very sharp directions they are real, and one of "
            "them is larger.",
        ),
        Wrong(
            "no complex eigenvalues",
            {
                "np.where(square < 0, np.sqrt(D), (np.abs(T) + root) / 2)": (
                    "(np.abs(T) + root) / 2"
                )
            },
            "Where T² < 4D the root is of a negative number. You put 0 "
            "in its place and so left out the imaginary part.",
        ),
        Wrong(
            "signed",
            {"np.abs(T)": "T"},
            "With a long step T is negative, and then the other sign in "
            "front of the root gives the larger size.",
        ),
        Wrong(
            "the smaller one",
            {"np.abs(T) + root": "np.abs(T) - root"},
            "That is the smaller of the two eigenvalues. After many steps "
            "the larger one is what you see.",
        ),
        Wrong(
            "D without its root",
            {"np.sqrt(D)": "D"},
            "D is the *product* of the two eigenvalues. A complex pair has "
            "one size, twice, so the size is the root of D.",
        ),
        Wrong(
            "not halved",
            {"(np.abs(T) + root) / 2": "np.abs(T) + root"},
            "The 2 below the line is missing in the formula for the two "
            "roots of a quadratic.",
        ),
        Wrong(
            "no 4",
            {"4 * D": "D"},
            "Under the root stands T² − 4D. The 4 is missing.",
        ),
        Wrong(
            "Nesterov's",
            {"1 + mu - x, mu": "(1 + mu) * (1 - x), mu * (1 - x)"},
            "These are the trace and the determinant of Nesterov's matrix.",
        ),
        Wrong(
            "half of the trace",
            {"1 + mu - x, mu": "1 - x, mu"},
            "The trace is the sum of *both* entries on the diagonal, 1 − x "
            "and μ.",
        ),
        Wrong(
            "half of the determinant",
            {"- x, mu": "- x, mu * (1 - x)"},
            "The determinant is the product along one diagonal less that "
            "along the other. You left the second out.",
        ),
        Wrong(
            "the longest stretch",
            """
            steps = [np.array([[1 - k, -mu], [k, mu]]) for k in x]
            return np.array([np.linalg.norm(M, 2) for M in steps])
            """,
            "That is the largest singular value: how much longer a *single* "
            "step can make the pair. Many steps follow the eigenvalues.",
        ),
        Wrong(
            "the worst direction",
            """
            steps = [np.array([[1 - k, -mu], [k, mu]]) for k in x]
            return np.abs(np.linalg.eigvals(np.array(steps))).max()
            """,
            "You returned the worst direction's factor. One for each "
            "direction is asked for.",
        ),
        Wrong(
            "in place",
            """
            x -= 1 + mu
            root = np.sqrt(np.maximum(x**2 - 4 * mu, 0))
            return np.where(x**2 < 4 * mu, mu**0.5, (abs(x) + root) / 2)
            """,
        ),
    ),
    hints=(
        r"The eigenvalues are $(T \pm \sqrt{T^2 - 4D})/2$. Which of them is "
        "larger in size, if T is negative?",
        r"Where $T^2 < 4D$ both have the size $\sqrt D$. Elsewhere the larger "
        "one has the size of half of |T| and the root together; `np.where` "
        "chooses.",
    ),
    cases=lambda rng: [
        (
            "from flat to sharp",
            np.array([0.001, 0.4, 1.5, 3, 3.9, 4.3]),
            0.9,
        ),
        ("a floor", np.array([0.0, 0.01, 0.006]), 0.8),
        ("one direction", rng.uniform(0.5, 1, 1), 0.5),
        ("beyond the limit", np.array([5.0, 3.5]), 0.5),
        ("no momentum", np.array([0.3, 1.0, 2.5, 1.5]), 0.0),
    ],
    equivalent={
        "T, D = (x - (1 + mu), mu)": (
            "with the other trace the eigenvalues change their signs alone"
        ),
        "half = (x - (1 + mu)) / 2": (
            "with the other trace the eigenvalues change their signs alone"
        ),
        "return np.where(square <= 0, np.sqrt(D), (np.abs(T) + root) / 2)": (
            "both sides are equal at 0"
        ),
        "root = np.sqrt(half ** 2 - mu - 0j)": (
            "the other one of the two roots, which are both used"
        ),
        "return np.maximum(abs(half + root), abs(root - half))": (
            "the sign does not change the size"
        ),
    },
)


BEST = Exercise(
    name="optimizers/best-setting",
    title="The best setting for a valley",
    statement=r"""
        Equation {eq}`eq-optimizers-best`, from the curvatures of a valley in
        any order: which learning rate and which $\mu$ are best for momentum?
    """,
    header='''
        def best_setting(kappas):
            """Return (eta, mu), two numbers.

            kappas : (d,), the curvatures, all positive.
            """
    ''',
    solution="""
        low, high = np.sqrt([kappas.min(), kappas.max()])
        return 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2
    """,
    rights=(
        """
        root = np.sqrt(np.max(kappas) / np.min(kappas))
        r = 1 - 2 / (root + 1)
        return (1 + r) ** 2 / np.max(kappas), r * r
        """,
        """
        s = np.sort(kappas) ** 0.5
        eta = (2 / (s[0] + s[-1])) ** 2
        return eta, (1 - s[0] * eta**0.5) ** 2
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0.0, 0.0"),
        Wrong(
            "the factor for the momentum",
            {
                "((high - low) / (high + low)) ** 2": (
                    "(high - low) / (high + low)"
                )
            },
            "Your second number is r, by which the distance shrinks. It is "
            "the root of μ.",
        ),
        Wrong(
            "no roots",
            {
                "np.sqrt([kappas.min(), kappas.max()])": (
                    "kappas.min(), kappas.max()"
                )
            },
            "The roots of the curvatures are missing. What momentum is for "
            "is that it puts the root in the place of the condition number.",
        ),
        Wrong(
            "plain descent's rate",
            {"4 / (low + high) ** 2": "2 / (low**2 + high**2)"},
            "That rate is plain descent's best one. Momentum is quicker with "
            "a longer step.",
        ),
        Wrong(
            "Nesterov's setting",
            {
                "4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2": (
                    "1 / high**2, (high - low) / (high + low)"
                )
            },
            "That is Nesterov's usual choice, rate and momentum.",
        ),
        Wrong(
            "one over the largest curvature",
            {"4 / (low + high) ** 2": "1 / high**2"},
            "One over the largest curvature is Nesterov's usual rate. "
            "Momentum is quicker with a longer step.",
        ),
        Wrong(
            "the limit",
            {
                "4 / (low + high) ** 2": (
                    "2 * (1 + ((high - low) / (high + low)) ** 2) / high**2"
                )
            },
            "That rate is the limit: at 2(1 + μ)/κ the sharpest direction "
            "does not shrink at all.",
        ),
        Wrong(
            "first and last",
            {"kappas.min(), kappas.max()": "kappas[0], kappas[-1]"},
            "You took the first and the last curvature. They come in any "
            "order.",
        ),
        Wrong(
            "the mean for the flattest",
            {"kappas.min()": "kappas.mean()"},
            "You took the mean curvature in place of the smallest. The "
            "flattest direction is the one that is slow.",
        ),
        Wrong(
            "the roots forgotten in the momentum",
            {
                "((high - low) / (high + low)) ** 2": (
                    "((high**2 - low**2) / (high**2 + low**2)) ** 2"
                )
            },
            "Your rate is right. In the momentum the roots of the curvatures "
            "belong, as they do in the rate.",
        ),
        Wrong(
            "always 0.9",
            {"((high - low) / (high + low)) ** 2": "0.9"},
            "0.9 is a habit. The best momentum depends on the valley.",
        ),
        Wrong(
            "one for the other",
            "low, high = np.sqrt([kappas.min(), kappas.max()])\n"
            "return ((high - low) / (high + low)) ** 2, 4 / (low + high) ** 2",
            "Both numbers are right, in the wrong order: the rate first.",
        ),
    ),
    hints=(
        "Only the smallest and the largest curvature count, and both come in "
        "as roots.",
        r"$\eta = 4 / (\sqrt{\kappa_{\min}} + \sqrt{\kappa_{\max}})^2$. The "
        "momentum is the square of the difference of the roots over their "
        "sum.",
    ),
    cases=lambda rng: [
        ("five curvatures", np.array([7.0, 2.0, 30.0, 0.5, 11.0])),
        ("two", np.array([20.0, 1.0])),
        ("all alike", np.full(3, 4.0)),
        ("sorted", 0.5 + 3 * np.sort(rng.random(6))),
    ],
    equivalent={
        "return (4 / (low + high) ** 2, ((low - high) / (high + low)) ** 2)": (
            "the sign is squared away"
        ),
        "return (eta, (s[0] * eta ** 0.5 - 1) ** 2)": (
            "the sign is squared away"
        ),
    },
)


def valley(theta):
    """Return the slope of a long valley that lies between the axes."""
    return np.array([[3.0, 1.5], [1.5, 2.0]]) @ theta


def bent(theta):
    """Return the slope of a landscape that is no parabola."""
    return np.tanh(2 * theta) + theta / 4 - 0.1


LOOK_AHEAD = Exercise(
    name="optimizers/look-ahead",
    title="Where Nesterov feels the slope",
    statement=r"""
        Nesterov's momentum in its textbook form: from $\boldsymbol\theta$
        and the memory $\mathbf{v}$, take the gradient at the place where the
        memory alone would lead, $\boldsymbol\theta - \eta\mu\mathbf{v}$; then
        come $\mathbf{v} \leftarrow \mu\mathbf{v} + \mathbf{g}$ and
        $\boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\mathbf{v}$.
        Walk some steps from a memory of zeros.
    """,
    header='''
        def look_ahead(gradient, theta, eta, mu, steps):
            """Return θ after the last step, (d,).

            gradient : a function, gives the slopes at a place, (d,).
            theta : (d,), the start.
            eta, mu : the learning rate, and the momentum.
            """
    ''',
    solution="""
        at, v = theta, np.zeros_like(theta)
        for _ in range(steps):
            v = mu * v + gradient(at - eta * mu * v)
            at = at - eta * v
        return at
    """,
    rights=(
        """
        w, v = theta, np.zeros_like(theta)
        for _ in range(steps):
            g = gradient(w)
            v = mu * v + g
            w = w - eta * (g + mu * v)
        return w + eta * mu * v
        """,
        """
        last = theta
        for _ in range(steps):
            ahead = theta + mu * (theta - last)
            theta, last = ahead - eta * gradient(ahead), theta
        return theta
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * theta"),
        Wrong(
            "no look ahead",
            {"at - eta * mu * v": "at"},
            "You felt the slope where you stand. That is plain momentum; "
            "look where the memory will carry you.",
        ),
        Wrong(
            "looks back",
            {"at - eta * mu * v": "at + eta * mu * v"},
            "You looked back. The memory carries you against v, and so does "
            "the look.",
        ),
        Wrong(
            "looks too far",
            {"at - eta * mu * v": "at - eta * v"},
            "You looked as far as the whole last step. What is left of it "
            "for the next step is μ times that.",
        ),
        Wrong(
            "no rate in the look",
            {"at - eta * mu * v": "at - mu * v"},
            "The learning rate is missing in the look ahead: the memory "
            "leads by η μ v, not by μ v.",
        ),
        Wrong(
            "stays ahead",
            """
            v = np.zeros_like(theta)
            for _ in range(steps):
                v = mu * v + gradient(theta)
                theta = theta - eta * (gradient(theta) + mu * v)
            return theta
            """,
            "You followed the place of the look. That is the library's form "
            "of the same walk; what is asked for is θ itself, one look "
            "behind.",
        ),
        Wrong(
            "a step from the place of the look",
            {"at = at - eta * v": ("at = at - eta * mu * v - eta * v")},
            "You stepped from the place where you looked. Only the slope is "
            "taken there; the step begins where you stand.",
        ),
        Wrong(
            "no memory in the step",
            {"mu * v + gradient(": "gradient("},
            "The memory is used for the look and not for the step: `v` is "
            "only the new slope.",
        ),
        Wrong(
            "a memory that does not fade",
            {"v = mu * v": "v = v"},
            "In your memory nothing fades: the factor μ is missing.",
        ),
        Wrong(
            "sign",
            {"at = at - eta": "at = at + eta"},
            "You walk uphill.",
        ),
        Wrong(
            "plain descent",
            """
            for _ in range(steps):
                theta = theta - eta * gradient(theta)
            return theta
            """,
            "That is plain descent. Nothing is remembered.",
        ),
        Wrong(
            "one step too many",
            {"range(steps)": "range(steps + 1)"},
            "You took one step more than was asked for.",
        ),
        Wrong(
            "the slope of the start",
            {
                "at, v = theta, np.zeros_like(theta)\n": (
                    "at, v, g = theta, 0 * theta, gradient(theta)\n"
                ),
                "gradient(at - eta * mu * v)": "g",
            },
            "You took the slope once, at the start. Feel it again in every "
            "step.",
        ),
        Wrong(
            "in place",
            """
            v = np.zeros_like(theta)
            for _ in range(steps):
                v = mu * v + gradient(theta - eta * mu * v)
                theta -= eta * v
            return theta
            """,
        ),
    ),
    hints=(
        "The only difference from momentum is the place at which `gradient` "
        "is called.",
        "`gradient(at - eta * mu * v)`, if `at` is where you stand, with the "
        "v of the step before.",
    ),
    cases=lambda rng: [
        ("a valley", valley, rng.normal(size=2), 0.1, 0.9, 6),
        ("a bent one", bent, rng.normal(size=4), 0.5, 0.8, 5),
        ("one parameter", bent, rng.normal(size=1), 0.3, 0.5, 3),
        ("one step", valley, rng.normal(size=2), 0.2, 0.7, 1),
        ("no momentum", valley, rng.normal(size=2), 0.15, 0.0, 4),
    ],
)


def adam_cases(rng):
    """Yield theta, m, s, g, t, eta and epsilon, in the middle of a run."""
    for label, shape, t, epsilon in (
        ("the third update", (4, 3), 3, 1e-8),
        ("the first update", (5,), 1, 1e-8),
        ("the hundredth", (3, 3), 100, 1e-8),
        ("a large ε", (6,), 2, 0.25),
    ):
        first = t == 1
        m = 0 * rng.normal(size=shape) if first else rng.normal(size=shape)
        s = 0 * m if first else 0.1 * rng.random(shape)
        theta, g = rng.normal(size=shape), 2 * rng.normal(size=shape)
        yield label, theta, m, s, g, t, 0.3, epsilon


ADAM = Exercise(
    name="optimizers/adam-step",
    title="All of it: one update of Adam",
    statement=r"""
        One update, equations {eq}`eq-optimizers-updates` and
        {eq}`eq-optimizers-hats`, with $\beta_1 = 0.9$ and $\beta_2 = 0.999$.
        Return the new parameters and the new memories, the memories as they
        are kept: without hats.
    """,
    header='''
        def adam_step(theta, m, s, g, t, eta, epsilon):
            """Return the new (theta, m, s), shaped as the old ones.

            theta, g : arrays of one shape, parameters and gradient.
            m, s : of that shape, the memories; zeros before the first.
            t : the number of this update, 1 for the first.
            """
    ''',
    solution="""
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g**2
        m_hat, s_hat = m / (1 - 0.9**t), s / (1 - 0.999**t)
        return theta - eta * m_hat / (np.sqrt(s_hat) + epsilon), m, s
    """,
    rights=(
        """
        b1, b2 = 0.9, 0.999
        m = m + (1 - b1) * (g - m)
        s = s + (1 - b2) * (g * g - s)
        size = np.sqrt(s) / np.sqrt(1 - b2**t) + epsilon
        return theta - eta / (1 - b1**t) * m / size, m, s
        """,
        """
        new = []
        for memory, x, beta in ((m, g, 0.9), (s, g * g, 0.999)):
            new.append(beta * memory + (1 - beta) * x)
        hats = [
            x / (1 - beta) / sum(beta**k for k in range(t))
            for x, beta in zip(new, (0.9, 0.999))
        ]
        step = hats[0] / (epsilon + hats[1] ** 0.5)
        return (theta - eta * step, *new)
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * theta, 0 * m, 0 * s"),
        Wrong(
            "no hats",
            {"m / (1 - 0.9**t), s / (1 - 0.999**t)": "m, s"},
            "The hats are missing. Both memories begin at 0 and are too "
            "small at first, the divisor even more: the first step is three "
            "times too *long*.",
        ),
        Wrong(
            "a hat on m only",
            {"s / (1 - 0.999**t)": "s"},
            "The divisor has no hat. It is too small at first, so the steps "
            "are far too long.",
        ),
        Wrong(
            "a hat on s only",
            {"m / (1 - 0.9**t)": "m"},
            "The mean slope has no hat, so the first steps are too short.",
        ),
        Wrong(
            "hats that are kept",
            """
            m = (0.9 * m + 0.1 * g) / (1 - 0.9**t)
            s = (0.999 * s + 0.001 * g**2) / (1 - 0.999**t)
            return theta - eta * m / (np.sqrt(s) + epsilon), m, s
            """,
            "The step is right, but you kept the hats: the next update would "
            "correct what is corrected already. Remember m and s without "
            "them.",
        ),
        Wrong(
            "t counted from 0",
            {
                "0.9**t), s / (1 - 0.999**t)": (
                    "0.9 ** (t + 1)), s / (1 - 0.999 ** (t + 1))"
                )
            },
            "Your hats are those of the next update. `t` is 1 at the first, "
            "when one slope is in the memory.",
        ),
        Wrong(
            "ε inside the root",
            {"(np.sqrt(s_hat) + epsilon)": "np.sqrt(s_hat + epsilon)"},
            "Your ε is inside the root. With the usual 1e-8 nobody would see "
            "it, at slopes that are not tiny; it belongs behind the root.",
        ),
        Wrong(
            "no ε",
            {" + epsilon)": ")"},
            "ε is missing. It is small on most days, and saves you from 0/0 "
            "where a slope has always been 0.",
        ),
        Wrong(
            "no root",
            {"np.sqrt(s_hat)": "s_hat"},
            "You divided by the mean *square*. Its root has the size of a "
            "slope, and only then does a factor in the slope cancel.",
        ),
        Wrong(
            "not squared",
            {"g**2": "np.abs(g)"},
            "`s` remembers squares. You put sizes into it.",
        ),
        Wrong(
            "rates of memory exchanged",
            """
            m = 0.999 * m + 0.001 * g
            s = 0.9 * s + 0.1 * g**2
            m_hat, s_hat = m / (1 - 0.999**t), s / (1 - 0.9**t)
            return theta - eta * m_hat / (np.sqrt(s_hat) + epsilon), m, s
            """,
            "The two memories are exchanged: the slope has the short one, "
            "0.9, and its square the long one, 0.999.",
        ),
        Wrong(
            "slope in full",
            {"0.1 * g\n": "g\n"},
            "You added the slope in full, as momentum does. Adam's memory is "
            "a mean: the new slope counts a tenth.",
        ),
        Wrong(
            "the slope, not its mean",
            "m = 0.9 * m + 0.1 * g\n"
            "s = 0.999 * s + 0.001 * g**2\n"
            "s_hat = s / (1 - 0.999**t)\n"
            "return theta - eta * g / (np.sqrt(s_hat) + epsilon), m, s",
            "You went along the new slope alone. Adam goes along the mean of "
            "the slopes.",
        ),
        Wrong(
            "the sign alone",
            "m = 0.9 * m + 0.1 * g\n"
            "s = 0.999 * s + 0.001 * g**2\n"
            "return theta - eta * np.sign(m), m, s",
            "Your steps are ±η. That is so for the first step and for steady "
            "slopes; a slope that changes makes a shorter one.",
        ),
        Wrong(
            "sign",
            {"theta - eta": "theta + eta"},
            "You went uphill.",
        ),
        Wrong(
            "old memories returned",
            """
            m_new = 0.9 * m + 0.1 * g
            s_new = 0.999 * s + 0.001 * g**2
            m_hat, s_hat = m_new / (1 - 0.9**t), s_new / (1 - 0.999**t)
            return theta - eta * m_hat / (np.sqrt(s_hat) + epsilon), m, s
            """,
            "You returned the memories that came in. Then the next update "
            "knows nothing of this slope.",
        ),
        Wrong(
            "in place",
            """
            m *= 0.9
            m += 0.1 * g
            s *= 0.999
            s += 0.001 * g**2
            m_hat, s_hat = m / (1 - 0.9**t), s / (1 - 0.999**t)
            return theta - eta * m_hat / (np.sqrt(s_hat) + epsilon), m, s
            """,
        ),
    ),
    hints=(
        "First both memories, then their hats, then the step. What is "
        "returned of the memories has no hat.",
        "`m_hat = m / (1 - 0.9**t)` and `s_hat = s / (1 - 0.999**t)`, with "
        "the new m and s.",
        "The step is `-eta * m_hat / (np.sqrt(s_hat) + epsilon)`.",
    ),
    cases=adam_cases,
)


EXERCISES = [LIMITS, RADIUS, BEST, LOOK_AHEAD, ADAM]
