"""Writes sklearn_subsets.json: solutions of linearised subset losses by scikit-learn and SciPy.

Three tasks with features g, offsets u and labels. "plain": mean logistic loss without offset + lambda/2 |w|^2 (scikit-learn's
LogisticRegression without intercept, sample weights share/rows). "offset": the same with the offset, and the third task a squared error
(SciPy, float64). "legacy": LogisticRegression(C=0.01) with intercept on the first 80 % of the rows, task after task.
"""
import json
import pathlib

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

rng = np.random.RandomState(7)
D, ROWS, SHARES, LAMBDA = 6, (60, 45, 30), np.array([0.5, 0.3, 0.2]), 0.05
quantise = lambda a: np.round(a * 256) / 256  # exact in float32
g = [quantise(rng.standard_normal((n, D))) for n in ROWS]
u = [quantise(rng.standard_normal(n)) for n in ROWS]
truth = rng.standard_normal(D)
y = [(x @ truth + b + 1.5 * rng.standard_normal(len(b)) > 0).astype(int) for x, b in zip(g, u)]
target = quantise(g[2] @ truth + rng.standard_normal(ROWS[2]))

weights = np.concatenate([np.full(n, s / n) for n, s in zip(ROWS, SHARES)])
plain = LogisticRegression(C=1 / LAMBDA, fit_intercept=False, tol=1e-12, max_iter=10000)
plain.fit(np.concatenate(g), np.concatenate(y), sample_weight=weights)


def loss(w):
    value = LAMBDA / 2 * w @ w
    gradient = LAMBDA * w
    for t in range(2):
        s = 2 * y[t] - 1
        m = s * (u[t] + g[t] @ w)
        value += SHARES[t] * np.logaddexp(0, -m).mean()
        gradient = gradient - SHARES[t] * (g[t] * (s / (1 + np.exp(m)))[:, None]).mean(0)
    r = target - u[2] - g[2] @ w
    return value + SHARES[2] * (r * r).mean(), gradient - SHARES[2] * 2 * (g[2] * r[:, None]).mean(0)


offset = minimize(loss, np.zeros(D), jac=True, method="BFGS", options={"gtol": 1e-12})
assert np.abs(loss(offset.x)[1]).max() < 1e-9
fit = int(0.8 * sum(ROWS))
legacy = LogisticRegression(C=1e-2, tol=1e-12, max_iter=10000)
legacy.fit(np.concatenate(g)[:fit], np.concatenate(y)[:fit])
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "features": [x.ravel().tolist() for x in g], "offsets": [b.tolist() for b in u], "labels": [v.tolist() for v in y],
    "target": target.tolist(), "shares": SHARES.tolist(), "lambda": LAMBDA,
    "plain": plain.coef_[0].tolist(), "offset": offset.x.tolist(), "offsetLoss": float(loss(offset.x)[0]),
    "legacy": legacy.coef_[0].tolist(), "legacyIntercept": float(legacy.intercept_[0])}))
