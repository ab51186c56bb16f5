"""Fixture: Ridge and MultiTaskLasso of scikit-learn on standardised data; run with Debian's python3-sklearn."""
import json
import os

import numpy as np
from sklearn.linear_model import MultiTaskLasso, Ridge

rng = np.random.RandomState(3)
n, d, k = 60, 8, 3
x = np.round(rng.randn(n, d), 3)
x[:, 5] = 0.6 * x[:, 0] + 0.5 * x[:, 5]
w = np.zeros((d, k))
w[:3] = rng.randn(3, k)
y = np.round(x @ w + 0.5 * rng.randn(n, k) + np.array([1.0, -2.0, 0.5]), 3)
sx, sy = x.std(0), y.std(0)
z, t = (x - x.mean(0)) / sx, (y - y.mean(0)) / sy
out = {"rows": n, "features": d, "tasks": k, "x": x.ravel().tolist(), "y": y.ravel().tolist(), "fits": []}
for strength in (0.5, 0.1, 0.02):
    ridge = Ridge(alpha=n * strength, fit_intercept=False).fit(z, t).coef_.T
    lasso = MultiTaskLasso(alpha=strength, fit_intercept=False, tol=1e-12, max_iter=100000).fit(z, t).coef_.T
    for name, coef in (("Ridge", ridge), ("GroupLasso", lasso)):
        raw = coef / sx[:, None] * sy[None, :]
        out["fits"].append({"penalty": name, "strength": strength, "weights": raw.ravel().tolist()})
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "sklearn_linear.json"), "w") as f:
    json.dump(out, f)
