#!/usr/bin/env python3
"""Writes sklearn_metrics.json: scores, labels and weights, and what scikit-learn says about them.

Run with an interpreter that has scikit-learn (made with 1.2.1): python3 sklearn_metrics.py > sklearn_metrics.json
"""
import json

import numpy as np
from sklearn import metrics as m

rng = np.random.RandomState(7)
n, k = 60, 4
f32 = lambda a: np.asarray(a, dtype=np.float32).astype(float)  # noqa: E731
w = f32(rng.uniform(0.1, 3, n))

y = (rng.rand(n) < 0.3).astype(int)
p = f32(np.round(np.clip(0.3 * y + rng.uniform(0, 0.9, n), 0.01, 0.99), 1))  # one decimal: many ties
binary = {"labels": y.tolist(), "scores": p.tolist()}
for name, sw in (("plain", None), ("weighted", w)):
    binary[name] = {"auc": m.roc_auc_score(y, p, sample_weight=sw), "auprc": m.average_precision_score(y, p, sample_weight=sw),
                    "accuracy": m.accuracy_score(y, p >= 0.5, sample_weight=sw), "f1": m.f1_score(y, p >= 0.5, sample_weight=sw),
                    "logloss": m.log_loss(y, p, sample_weight=sw)}

c = rng.choice(k, n, p=[0.2, 0.5, 0.25, 0.05])
q = rng.dirichlet(np.ones(k), n) + 0.8 * np.eye(k)[c] * rng.rand(n, 1)
q = f32(q / q.sum(1, keepdims=True))
multi = {"labels": c.tolist(), "scores": q.ravel().tolist()}
top = int(np.bincount(c).argmax())
top_weighted = int(np.bincount(c, weights=w).argmax())
for name, sw, t in (("plain", None, top), ("weighted", w, top_weighted)):
    multi[name] = {"accuracy": m.accuracy_score(c, q.argmax(1), sample_weight=sw), "f1": m.f1_score(c, q.argmax(1), average="macro", sample_weight=sw),
                   "logloss": float(np.average(-np.log(q[np.arange(n), c]), weights=sw)),
                   "auc_rest": m.roc_auc_score(c != t, 1 - q[:, t], sample_weight=sw)}

v = f32(rng.normal(50, 20, n))
z = f32(v + rng.normal(3, 8, n))
regression = {"labels": v.tolist(), "scores": z.tolist()}
for name, sw in (("plain", None), ("weighted", w)):
    r2 = m.r2_score(v, z, sample_weight=sw)
    regression[name] = {"rmse": m.mean_squared_error(v, z, sample_weight=sw) ** 0.5, "mae": m.mean_absolute_error(v, z, sample_weight=sw),
                        "r2": r2, "rrmse": (1 - r2) ** 0.5}

print(json.dumps({"weights": w.tolist(), "binary": binary, "multiclass": multi, "regression": regression}))
