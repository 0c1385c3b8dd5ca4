"""Exercises of the chapter "Optimizers": rates, memories, valleys."""

from __future__ import annotations

import numpy as np

from nnlib.exercises.exercise import Exercise, Wrong

DECAY = Exercise(
    name="optimizers/decay",
    title="A rate that falls",
    statement=r"""
        The learning rate of each epoch, under the decay $\eta / (1 + d \cdot
        \text{epoch})$, with epochs counted from 0.
    """,
    header='''
        def rates(eta, d, epochs):
            """Return the learning rate of each epoch, (epochs,).

            eta : the rate to begin with.
            d : the decay, 0 or more.
            epochs : how many.
            """
    ''',
    solution="return eta / (1 + d * np.arange(epochs))",
    rights=(
        "return np.array([eta / (1 + k * d) for k in range(epochs)])",
        """
        steps = np.full(epochs, d / eta)
        steps[0] = 1 / eta
        return 1 / np.cumsum(steps)
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros(epochs)"),
        Wrong(
            "compounding",
            "return eta / np.cumprod(1 + d * np.arange(epochs))",
            "You divided the last epoch's rate, and not the first one's. So "
            "the divisors pile up, and the rate is gone long before the "
            "decay says so.",
        ),
        Wrong(
            "counted from 1",
            {"np.arange(epochs)": "np.arange(1, epochs + 1)"},
            "Your first epoch has a decayed rate already. Epochs count from "
            "0.",
        ),
        Wrong(
            "by the same factor each time",
            {"(1 + d * np.arange(epochs))": "(1 + d) ** np.arange(epochs)"},
            "You divided by 1 + d in every epoch. That is an exponential "
            "decay, which falls much faster in the end.",
        ),
        Wrong(
            "in a straight line",
            "return eta * (1 - d * np.arange(epochs))",
            "Your rate falls in a straight line, and in the end below 0.",
        ),
        Wrong(
            "an exponential",
            "return eta * np.exp(-d * np.arange(epochs))",
            "You took an exponential. For small d · epoch the two are close, "
            "later they are not.",
        ),
        Wrong(
            "no 1",
            "return eta / np.maximum(d * np.arange(epochs), 1)",
            "The 1 in the divisor is missing. It is what lets the rate begin "
            "at η.",
        ),
        Wrong(
            "the factors alone",
            "return 1 / (1 + d * np.arange(epochs))",
            "These are the factors. The rate is η times them.",
        ),
        Wrong(
            "constant",
            "return np.full(epochs, eta)",
            "The rate stays what it was.",
        ),
        Wrong(
            "over all epochs",
            "return eta / (1 + d * np.arange(epochs) / epochs)",
            "You divided the epoch by the number of epochs. Then a longer "
            "run decays more slowly.",
        ),
        Wrong(
            "the root",
            "return eta / np.sqrt(1 + d * np.arange(epochs))",
            "You took the root of the divisor, which makes the rate fall too "
            "slowly.",
        ),
    ),
    hints=(
        "`np.arange(epochs)` are the epochs.",
        "Every epoch divides the *first* rate. Nothing is carried over from "
        "one epoch to the next.",
    ),
    cases=lambda rng: [
        ("six epochs", 0.5, 0.1, 6),
        ("a strong decay", 2.0, 1.5, 4),
        ("one epoch", 0.3, 0.7, 1),
        ("no decay", 0.1, 0.0, 3),
    ],
)


STEPS = Exercise(
    name="optimizers/momentum-steps",
    title="What momentum makes of slopes",
    statement=r"""
        The slopes come in from outside here, one row for each update: what
        steps does momentum make of them? Equation
        {eq}`eq-optimizers-updates`, from a memory of zeros.
    """,
    header='''
        def momentum_steps(G, eta, mu):
            """Return the changes of θ, (steps, d), a row for each update.

            G : (steps, d), the gradients in their order.
            eta, mu : the learning rate, and the momentum.
            """
    ''',
    solution="""
        v, steps = np.zeros(G.shape[1]), []
        for g in G:
            v = mu * v + g
            steps.append(-eta * v)
        return np.array(steps)
    """,
    rights=(
        """
        ages = np.subtract.outer(np.arange(len(G)), np.arange(len(G)))
        weights = np.where(ages >= 0, float(mu) ** np.maximum(ages, 0), 0.0)
        return -eta * weights @ G
        """,
        """
        steps = -eta * G
        for t in range(1, len(G)):
            steps[t] += mu * steps[t - 1]
        return steps
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * G"),
        Wrong(
            "a memory of one step",
            """
            steps = [-eta * G[0]]
            for before, g in zip(G, G[1:]):
                steps.append(-eta * (mu * before + g))
            return np.array(steps)
            """,
            "You remember the last slope alone, without its memory. Along a "
            "steady slope that pulls 1 + μ times, and momentum 1 / (1 − μ) "
            "times.",
        ),
        Wrong(
            "no memory",
            "return -eta * G",
            "That is plain descent: nothing is remembered.",
        ),
        Wrong(
            "Nesterov's",
            {"-eta * v": "-eta * (g + mu * v)"},
            "That is Nesterov's momentum. The plain one goes where the "
            "velocity leads.",
        ),
        Wrong(
            "a mean",
            {"v + g": "v + (1 - mu) * g"},
            "Your memory is a running mean, as Adam's is. Momentum adds the "
            "new slope in full.",
        ),
        Wrong(
            "the old velocity",
            {
                "v = mu * v + g\n": "v, old = mu * v + g, v\n",
                "-eta * v": "-eta * old",
            },
            "You stepped before the new slope came in.",
        ),
        Wrong(
            "sign",
            {"-eta * v": "eta * v"},
            "You went uphill.",
        ),
        Wrong(
            "no learning rate",
            {"-eta * v": "-v"},
            "The learning rate is missing.",
        ),
        Wrong(
            "slope times momentum",
            {"mu * v + g": "v + mu * g"},
            "The momentum shrinks what is remembered, not what comes in. "
            "Your memory never fades.",
        ),
        Wrong(
            "nothing fades",
            {"mu * v": "v"},
            "Your memory never fades: it is the sum of all slopes.",
        ),
        Wrong(
            "places",
            {"np.array(steps)": "np.cumsum(steps, axis=0)"},
            "These are the places, counted from the start. The steps between "
            "them are asked for.",
        ),
        Wrong(
            "the learning rate twice",
            {"mu * v + g": "mu * v + eta * g"},
            "The learning rate is in the memory and again in the step. Once "
            "is enough.",
        ),
        Wrong(
            "in place",
            """
            for t in range(1, len(G)):
                G[t] += mu * G[t - 1]
            return -eta * G
            """,
        ),
    ),
    hints=(
        "Keep one array, `v`, from update to update. It begins as zeros.",
        "`v = mu * v + g`, and then a step of `-eta * v`.",
    ),
    cases=lambda rng: [
        ("six updates", rng.normal(size=(6, 3)), 0.3, 0.9),
        ("one update", rng.normal(size=(1, 4)), 0.5, 0.8),
        ("a steady slope", np.ones((8, 1)), 0.1, 0.5),
        ("no momentum", rng.normal(size=(3, 3)), 0.2, 0.0),
    ],
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


EXERCISES = [DECAY, STEPS, BEST, LOOK_AHEAD, ADAM]
