#!/usr/bin/env python3
"""Writes pytorch_training.json: small multi-task networks, and what PyTorch's autograd and AdamW make of them, in double precision; and the
learning rates of PyTorch's schedules.

Run with an interpreter that has PyTorch (made with 1.13): python3 pytorch_training.py > pytorch_training.json

Per case: the table (rows x features, rows x tasks; null = not observed), initial parameters layer by layer (weights out x in, then biases,
then with layer norm gains and shifts; the heads of all tasks one below the other as the last layer), and per step the batch's rows, the mean loss of each task (null = absent from the
batch), their weighted mean over the tasks present, its gradient before clipping, and the parameters after torch.optim.AdamW.
"""
import json

import numpy as np
import torch

F = torch.nn.functional
KINDS = {"b": "Binary", "m": "Multiclass", "r": "Regression"}
CLASSES = 3


def f32(values):
    return np.asarray(values, np.float32).astype(np.float64)


def make(name, kinds, hidden, seed, rows=14, features=5, missing=0.25, weighted=True, lr=0.01, decay=0.05, steps=5, batch=6, task_weights=None,
         clip=None, layer_norm=False):
    rng = np.random.RandomState(seed)
    T = len(kinds)
    x = f32(rng.standard_normal((rows, features)))
    signal = x[:, :1] + x @ rng.standard_normal((features, T))
    y = np.empty((rows, T))
    for t, kind in enumerate(kinds):
        s = signal[:, t]
        y[:, t] = s > 0 if kind == "b" else np.digitize(s, [-1, 1]) if kind == "m" else f32(20 + 3 * s)
        y[:CLASSES, t] = [0, 1, 2] if kind == "m" else [0, 1, 0] if kind == "b" else y[:CLASSES, t]
    observed = rng.random_sample((rows, T)) >= missing
    observed[:CLASSES] = True
    first_batch = list(range(batch))
    observed[first_batch[CLASSES:], 0] = False
    w = f32(rng.uniform(0.2, 2, (rows, T))) if weighted else np.ones((rows, T))
    w = w * observed
    if T > 1:  # the first task is absent from the second batch
        w[batch:2 * batch, 0] = 0
        observed[batch:2 * batch, 0] = False
    mean, scale = np.zeros(T), np.ones(T)
    for t, kind in enumerate(kinds):
        if kind == "r":
            mean[t] = np.average(y[:, t], weights=w[:, t])
            scale[t] = np.sqrt(np.average((y[:, t] - mean[t]) ** 2, weights=w[:, t]))

    torch.manual_seed(seed)
    widths = [features] + hidden
    trunk = [torch.nn.Linear(a, b) for a, b in zip(widths[:-1], widths[1:])]
    heads = [torch.nn.Linear(widths[-1], CLASSES if kind == "m" else 1) for kind in kinds]
    norms = [torch.nn.LayerNorm(b) if layer_norm else torch.nn.Identity() for b in hidden]
    modules = trunk + heads + norms
    for p in (p for m in modules for p in m.parameters()):
        p.data = torch.from_numpy(f32(p.detach().numpy()))
    everything = [p for m in modules for p in m.parameters()]
    if layer_norm:  # away from 1 and 0
        for m in norms:
            m.weight.data = torch.from_numpy(f32(rng.uniform(0.5, 1.5, m.weight.shape)))
            m.bias.data = torch.from_numpy(f32(rng.uniform(-0.5, 0.5, m.bias.shape)))
    optimizer = torch.optim.AdamW(everything, lr=lr, weight_decay=decay)
    shares = np.asarray(task_weights or [1.0] * T)

    def flat(get):
        parts = [torch.cat([get(m.weight).reshape(-1), get(m.bias)] + [get(p) for p in n.parameters()])
                 for m, n in zip(trunk, norms)]
        parts += [torch.cat([get(m.weight).reshape(-1) for m in heads]), torch.cat([get(m.bias) for m in heads])]
        return [round(float(v), 12) for v in torch.cat(parts)]

    case = {"name": name, "featureCount": features, "hidden": hidden, "learningRate": lr, "weightDecay": decay, "maxGradientNorm": clip, "layerNorm": layer_norm,
            "tasks": [{"kind": KINDS[k], "weight": float(s)} for k, s in zip(kinds, shares)],
            "features": x.ravel().tolist(), "labels": [float(v) if o else None for v, o in zip(y.ravel(), observed.ravel())],
            "weights": w.ravel().tolist() if weighted else None, "means": mean.tolist(), "scales": scale.tolist(),
            "parameters": flat(lambda p: p.detach()), "steps": []}
    for i in range(steps):
        chosen = first_batch if i == 0 else list(range(batch, 2 * batch)) if i == 1 else rng.permutation(rows)[:batch].tolist()
        optimizer.zero_grad(set_to_none=False)
        z = torch.from_numpy(x[chosen])
        for m, n in zip(trunk, norms):
            z = torch.relu(n(m(z)))
        losses = []
        for t, kind in enumerate(kinds):
            out, yt, wt = heads[t](z), torch.from_numpy(y[chosen, t]), torch.from_numpy(w[chosen, t])
            if float(wt.sum()) == 0:
                losses.append(None)
                continue
            if kind == "b":
                each = F.binary_cross_entropy_with_logits(out[:, 0], yt, reduction="none")
            elif kind == "m":
                each = F.cross_entropy(out, yt.long(), reduction="none")
            else:
                each = F.mse_loss(out[:, 0], (yt - mean[t]) / scale[t], reduction="none")
            losses.append((wt * each).sum() / wt.sum())
        total = sum(s * l for s, l in zip(shares, losses) if l is not None) / sum(s for s, l in zip(shares, losses) if l is not None)
        for p in everything:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
        total.backward()
        gradient = flat(lambda p: p.grad)
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(everything, clip)
        optimizer.step()
        case["steps"].append({"rows": chosen, "losses": [None if l is None else float(l) for l in losses], "total": float(total),
                              "gradient": gradient, "parameters": flat(lambda p: p.detach())})
    return case


def rates(schedule, steps):
    """The learning rate of each step, with 0.1 as the highest."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    schedule = schedule(optimizer)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(found) < steps:
            schedule.step()
    return found


LR = torch.optim.lr_scheduler
torch.set_default_dtype(torch.float64)
print(json.dumps({"torch": torch.__version__, "cases": [
    make("linear, one binary task", "b", [], 1),
    make("one binary task", "b", [4], 2, weighted=False, missing=0),
    make("one multi-class task", "m", [6], 3),
    make("one regression task", "r", [6, 3], 4),
    make("three binary tasks", "bbb", [7, 5], 5, weighted=False),
    make("all kinds", "bmr", [6, 4], 6),
    make("all kinds in another order, task weights", "rbmrb", [9], 7, task_weights=[2, 0.5, 1, 3, 1]),
    make("more heads than a vector", "b" * 19, [5], 8, steps=3),
    make("no decay", "br", [5], 9, decay=0.0, lr=0.003),
    make("clipped at every step", "rb", [18], 10, features=17, clip=0.1),
    make("clipped at some steps", "rbm", [4], 11, clip=0.5),
    make("layer norm, one layer", "b", [6], 12, layer_norm=True),
    make("layer norm, all kinds", "bmr", [21, 9], 13, steps=3, layer_norm=True),
    make("layer norm, clipped, no decay", "rb", [18, 16], 14, features=17, decay=0.0, clip=0.1, steps=3, layer_norm=True),
], "schedules": {
    "oneCycle": rates(lambda o: LR.OneCycleLR(o, max_lr=0.1, total_steps=40, cycle_momentum=False), 40),
    "cosine": rates(lambda o: LR.CosineAnnealingLR(o, T_max=40), 40),
}}, separators=(",", ":")))
