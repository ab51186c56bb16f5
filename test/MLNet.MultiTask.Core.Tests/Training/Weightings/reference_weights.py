#!/usr/bin/env python3
"""Writes reference_weights.json: the weights that each method's paper gives for small gradients, in plain Python.

Independent of the product: everything works on the gradients themselves (rows of J), not on their Gramian; minima over
the simplex come from nested golden-section searches, systems from Gaussian elimination, quadratic programs from all
active sets. Weights are scaled so that their absolute values sum to the number of tasks.
"""
import itertools
import json
import math
import os

J2 = [[1.0, 0.5, -0.25], [-0.5, 0.75, 1.0]]
J3 = [[1.0, -0.5, 0.25, 2.0], [-0.75, 1.0, 0.5, -0.5], [0.1, 0.3, -1.5, 0.2]]
LOSSES3, AFTER3 = [0.8, 0.2, 1.6], [0.7, 0.21, 1.1]


def dot(a, b): return sum(x * y for x, y in zip(a, b))
def norm(a): return math.sqrt(dot(a, a))
def combine(w, j): return [sum(w[i] * j[i][k] for i in range(len(j))) for k in range(len(j[0]))]
def unit(a): return [x / norm(a) for x in a]


def scaled(w):
    total = sum(abs(x) for x in w)
    return [len(w) * x / total for x in w]


def solve(a, b):
    n = len(b)
    m = [list(a[i]) + [b[i]] for i in range(n)]
    for c in range(n):
        p = max(range(c, n), key=lambda r: abs(m[r][c]))
        m[c], m[p] = m[p], m[c]
        for r in range(n):
            if r != c:
                f = m[r][c] / m[c][c]
                m[r] = [x - f * y for x, y in zip(m[r], m[c])]
    return [m[i][n] / m[i][i] for i in range(n)]


def golden(f, lo, hi):
    g = (math.sqrt(5) - 1) / 2
    a, b = lo, hi
    for _ in range(120):
        c, d = b - g * (b - a), a + g * (b - a)
        a, b = (a, d) if f(c) < f(d) else (c, b)
    return (a + b) / 2


def on_simplex(f):
    """Minimum of a convex function of three weights."""
    def inner(x):
        y = golden(lambda y: f([x, y, 1 - x - y]), 0, 1 - x)
        return f([x, y, 1 - x - y]), y
    x = golden(lambda x: inner(x)[0], 0, 1)
    y = inner(x)[1]
    return [x, y, 1 - x - y]


def pcgrad(j):
    """All results that some order of the other tasks gives."""
    n, found = len(j), []
    orders = [list(itertools.permutations([k for k in range(n) if k != i])) for i in range(n)]
    for choice in itertools.product(*orders):
        total = [0.0] * n
        for i in range(n):
            c = [1.0 if k == i else 0.0 for k in range(n)]
            for k in choice[i]:
                p = dot(combine(c, j), j[k])
                if p < 0:
                    c[k] -= p / dot(j[k], j[k])
            total = [x + y for x, y in zip(total, c)]
        found.append(scaled(total))
    return found


def gradvac2(steps, beta=0.5):
    """Two tasks: no order to choose."""
    rho, weights = {(0, 1): 0.0, (1, 0): 0.0}, []
    for j in steps:
        w = [1.0, 1.0]
        for a, b in ((0, 1), (1, 0)):
            cos = dot(unit(j[a]), unit(j[b]))
            r = rho[a, b]
            if cos < r:
                w[b] += norm(j[a]) * (r * math.sqrt(1 - cos ** 2) - cos * math.sqrt(1 - r ** 2)) / (norm(j[b]) * math.sqrt(1 - r ** 2))
            rho[a, b] = (1 - beta) * r + beta * cos
        weights.append(scaled(w))
    return weights


def cagrad(j, c):
    g0 = combine([1 / 3] * 3, j)
    r = c * norm(g0)
    w = on_simplex(lambda w: dot(combine(w, j), g0) + r * norm(combine(w, j)))
    f = r / norm(combine(w, j))
    return scaled([1 / 3 + f * x for x in w])


def conicgrad(j, cos):
    """d = unit mean + tan * e with e across it, |e| <= 1: minimised over w, then weights from the system J'w = d."""
    u0, g0 = unit(combine([1 / 3] * 3, j)), combine([1 / 3] * 3, j)
    tan = math.sqrt(1 / cos ** 2 - 1)

    def across(v):
        a = dot(v, u0)
        return [x - a * y for x, y in zip(v, u0)]
    w = on_simplex(lambda w: dot(combine(w, j), u0) + tan * norm(across(combine(w, j))))
    e = across(combine(w, j))
    if norm(e) < 1e-6:
        # Inside the cone: the direction along which all tasks gain the same.
        gram = [[dot(a, b) for b in j] for a in j]
        return scaled(solve(gram, [1.0] * 3))
    d = [x + tan * y / norm(e) for x, y in zip(u0, e)]
    gram = [[dot(a, b) for b in j] for a in j]
    return scaled(solve(gram, [dot(a, d) for a in j]))


def imtl_g(j):
    d = [[a - b for a, b in zip(j[0], j[i])] for i in (1, 2)]
    u = [[a - b for a, b in zip(unit(j[0]), unit(j[i]))] for i in (1, 2)]
    # alpha (D U') = g1 U', so (D U')' alpha = U g1
    a = solve([[dot(d[c], u[r]) for c in range(2)] for r in range(2)], [dot(j[0], u[r]) for r in range(2)])
    return scaled([1 - sum(a)] + a)


def config(j):
    return scaled([v / norm(g) for v, g in zip(solve([[dot(unit(a), unit(b)) for b in j] for a in j], [1.0] * 3), j)])


def fair(j, alpha):
    """Coordinate by coordinate on the convex function, each root by bisection."""
    n = len(j)
    gram = [[dot(a, b) for b in j] for a in j]
    w = [1.0] * n
    for _ in range(3000):
        for i in range(n):
            rest = sum(gram[i][k] * w[k] for k in range(n) if k != i)
            lo, hi = 1e-12, 1e6
            for _ in range(200):
                mid = math.sqrt(lo * hi)
                lo, hi = (mid, hi) if gram[i][i] * mid + rest < mid ** (-1 / alpha) else (lo, mid)
            w[i] = lo
    return scaled(w)


def aligned(j):
    """Inverse square root of the Gramian by Denman-Beavers iteration."""
    n = len(j)
    y = [[dot(a, b) for b in j] for a in j]
    z = [[float(a == b) for b in range(n)] for a in range(n)]

    def inverse(m):
        columns = [solve(m, [float(k == c) for k in range(n)]) for c in range(n)]
        return [[columns[c][r] for c in range(n)] for r in range(n)]
    for _ in range(60):
        iy, iz = inverse(y), inverse(z)
        y, z = ([[(y[a][b] + iz[a][b]) / 2 for b in range(n)] for a in range(n)],
                [[(z[a][b] + iy[a][b]) / 2 for b in range(n)] for a in range(n)])
    return scaled([sum(row) for row in z])


def dual_cone(j, u, reg=1e-4):
    n = len(j)
    gram = [[dot(a, b) for b in j] for a in j]
    trace = sum(gram[i][i] for i in range(n))
    gram = [[gram[a][b] / trace + (reg if a == b else 0) for b in range(n)] for a in range(n)]
    best = None
    for size in range(n + 1):
        for free in itertools.combinations(range(n), size):
            v = list(u)
            if free:
                fixed = [k for k in range(n) if k not in free]
                x = solve([[gram[a][b] for b in free] for a in free],
                          [-sum(gram[a][k] * u[k] for k in fixed) for a in free])
                for k, value in zip(free, x):
                    v[k] = value
            if all(v[k] >= u[k] - 1e-12 for k in range(n)):
                value = sum(v[a] * gram[a][b] * v[b] for a in range(n) for b in range(n))
                if best is None or value < best[0]:
                    best = value, v
    return best[1]


def upgrad(j):
    n = len(j)
    vs = [dual_cone(j, [float(i == k) for k in range(n)]) for i in range(n)]
    return scaled([sum(v[k] for v in vs) for k in range(n)])


def dibs(j, steps):
    """Walks in parameter space with radius 1."""
    u, delta, beta = [unit(g) for g in j], [0.0] * len(j[0]), [0.0] * len(j)
    for _ in range(steps):
        if norm(delta) > 1:
            break
        dist = [norm([x + y for x, y in zip(delta, ui)]) for ui in u]
        beta = [b + d / steps / norm(g) for b, d, g in zip(beta, dist, j)]
        delta = [x - sum(d * ui[k] for d, ui in zip(dist, u)) / steps for k, x in enumerate(delta)]
    return scaled(beta)


def db_mtl(steps, beta=0.9):
    square, weights = None, []
    for j, losses in steps:
        new = [dot(g, g) / l ** 2 for g, l in zip(j, losses)]
        square = new if square is None else [beta * s + (1 - beta) * x for s, x in zip(square, new)]
        weights.append(scaled([1 / (math.sqrt(s) * l) for s, l in zip(square, losses)]))
    return weights


def moco(steps, beta=0.5, gamma=0.1):
    n = 3
    h, lam, weights = None, [1 / n] * n, []
    for t, (j, losses) in enumerate(steps, 1):
        y = [[l * x for x in unit(g)] for g, l in zip(j, losses)]
        new = [[dot(a, b) for b in y] for a in y]
        b, c = beta / math.sqrt(t), gamma / math.sqrt(t)
        h = new if h is None else [[(1 - b) * h[p][q] + b * new[p][q] for q in range(n)] for p in range(n)]
        z = [lam[p] - c * dot(h[p], lam) for p in range(n)]
        e = [math.exp(x) for x in z]
        lam = [x / sum(e) for x in e]
        weights.append(scaled([x * l / norm(g) for x, l, g in zip(lam, losses, j)]))
    return weights


def excess(steps, eta=1e-2):
    h, first, w, weights = [0.0] * 3, None, [1.0] * 3, []
    for j, _ in steps:
        h = [a + dot(g, g) for a, g in zip(h, j)]
        e = [dot(g, g) / math.sqrt(a) for a, g in zip(h, j)]
        first = first or e
        w = [x * math.exp(eta * y / z) for x, y, z in zip(w, e, first)]
        weights.append(scaled(w))
    return weights


def adam(slopes, state, size, decay=0.0):
    for i, s in enumerate(slopes):
        s += decay * state["x"][i]
        state["m"][i] = 0.9 * state["m"][i] + 0.1 * s
        state["v"][i] = 0.999 * state["v"][i] + 0.001 * s * s
    state["t"] += 1
    t = state["t"]
    state["x"] = [x - size * (m / (1 - 0.9 ** t)) / (math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
                  for x, m, v in zip(state["x"], state["m"], state["v"])]


def fresh(x=0.0): return {"x": [x] * 3, "m": [0.0] * 3, "v": [0.0] * 3, "t": 0}


def softmax(x):
    e = [math.exp(v) for v in x]
    return [v / sum(e) for v in e]


def gradnorm(steps, alpha=1.5, size=0.025):
    """Slopes of sum |w_i |g_i| - target_i| by central differences on v, targets held."""
    state, first, weights = fresh(), None, []
    for j, losses in steps:
        first = first or losses
        w = [3 * x for x in softmax(state["x"])]
        weights.append(scaled(w))
        mean = sum(x * norm(g) for x, g in zip(w, j)) / 3
        r = [l / f for l, f in zip(losses, first)]
        target = [mean * (x / (sum(r) / 3)) ** alpha for x in r]
        def f(v): return sum(abs(3 * x * norm(g) - t) for x, g, t in zip(softmax(v), j, target))
        slopes = []
        for i in range(3):
            up, down = list(state["x"]), list(state["x"])
            up[i] += 1e-6
            down[i] -= 1e-6
            slopes.append((f(up) - f(down)) / 2e-6)
        adam(slopes, state, size)
    return weights


def famo(pairs, size=0.025, decay=1e-3):
    state, weights = fresh(), []
    for before, after in pairs:
        z = softmax(state["x"])
        weights.append(scaled([a / b for a, b in zip(z, before)]))
        delta = [math.log(a) - math.log(b) for a, b in zip(before, after)]
        slopes = [sum(z[k] * ((k == i) - z[i]) * delta[k] for k in range(3)) for i in range(3)]
        adam(slopes, state, size, decay)
    return weights


def learned(losses, start, weight, slope, size):
    state, weights = fresh(start), []
    for l in losses:
        weights.append(scaled([weight(s) for s in state["x"]]))
        adam([slope(s, x) for s, x in zip(state["x"], l)], state, size)
    return weights


def stch(losses, nadir, mu):
    """Slopes of the smooth maximum by central differences."""
    def f(l): return 3 * mu * math.log(sum(math.exp(math.log(x / n) / mu) for x, n in zip(l, nadir)))
    slopes = []
    for i in range(3):
        up, down = list(losses), list(losses)
        up[i] += 1e-6
        down[i] -= 1e-6
        slopes.append((f(up) - f(down)) / 2e-6)
    return scaled(slopes)


J3B = [[g + 0.3 * (i - k) for k, g in enumerate(row)] for i, row in enumerate(J3)]
LOSSES3B = [0.5, 0.3, 1.2]
two = [(J3, LOSSES3), (J3B, LOSSES3B)]
J2B = [[0.9, 0.4, 0.1], [-0.1, 0.8, 0.7]]


def case(text, expected, jacobians, losses, after=None, any_of=False):
    return dict(weighting=text, jacobians=jacobians, losses=losses, after=after, anyOf=any_of, expected=expected)


def one(text, expected): return case(text, [expected], [J3], [LOSSES3])
def both(text, expected): return case(text, expected, [J3, J3B], [LOSSES3, LOSSES3B])


cases = [
    one("mgda", scaled(on_simplex(lambda w: norm(combine(w, J3))))),
    one("mgda(normalization=Length)", scaled([w / norm(g) for w, g in zip(
        on_simplex(lambda w: norm(combine(w, [unit(g) for g in J3]))), J3)])),
    case("pcgrad", pcgrad(J3), [J3], [LOSSES3], any_of=True),
    case("gradvac", gradvac2([J2, J2B]), [J2, J2B], [[1, 1], [1, 1]]),
    one("cagrad", cagrad(J3, 0.5)),
    one("cagrad(c=0.2)", cagrad(J3, 0.2)),
    one("conicgrad", conicgrad(J3, 0.5)),
    one("conicgrad(min-cosine=0.95)", conicgrad(J3, 0.95)),
    one("imtl-g", imtl_g(J3)),
    one("config", config(J3)),
    one("nash-mtl", fair(J3, 1)),
    one("fairgrad", fair(J3, 2)),
    one("fairgrad(alpha=0.5)", fair(J3, 0.5)),
    one("aligned-mtl", aligned(J3)),
    one("upgrad", upgrad(J3)),
    one("dualproj", scaled(dual_cone(J3, [1.0] * 3))),
    one("dibs-mtl", dibs(J3, 1)),
    one("dibs-mtl(steps=5)", dibs(J3, 5)),
    both("db-mtl", db_mtl(two)),
    both("moco", moco(two)),
    one("sdmgrad", (lambda g0: scaled([x + 0.1 for x in on_simplex(lambda w: norm(
        [a + 0.3 * b for a, b in zip(combine(w, J3), g0)]))]))(combine([1 / 3] * 3, J3))),
    both("excess-mtl", excess(two)),
    both("gradnorm", gradnorm(two)),
    case("autoscale(exploration=0.001)", (lambda w: [w, w])(scaled([1 / norm(g) for g in J3])), [J3, J3B],
         [LOSSES3, LOSSES3B]),
    case("famo", famo([(LOSSES3, AFTER3), (LOSSES3B, AFTER3), (LOSSES3, LOSSES3B)]), [J3] * 3,
         [LOSSES3, LOSSES3B, LOSSES3], after=[AFTER3, AFTER3, LOSSES3B]),
    both("uncertainty(initial=-0.5,step-size=0.1)", learned([LOSSES3, LOSSES3B], -0.5, lambda s: math.exp(-s) / 2,
         lambda s, l: -l / (2 * math.exp(s)) + 0.5, 0.1)),
    both("imtl-l(step-size=0.1)", learned([LOSSES3, LOSSES3B], 0.0, math.exp, lambda s, l: math.exp(s) * l - 1, 0.1)),
    both("si", [scaled([1 / x for x in l]) for l in (LOSSES3, LOSSES3B)]),
    both("gls", [scaled([math.prod(l) ** (1 / 3) / 3 / x for x in l]) for l in (LOSSES3, LOSSES3B)]),
    both("equal", [[1, 1, 1], [1, 1, 1]]),
    both("fixed(t0=1,t1=2,t2=5)", [scaled([1, 2, 5])] * 2),
]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference_weights.json"), "w") as f:
    json.dump(dict(cases=cases, stch=dict(losses=LOSSES3B, nadir=LOSSES3, mu=0.5,
              expected=stch(LOSSES3B, LOSSES3, 0.5))), f, indent=1)
    f.write("\n")
