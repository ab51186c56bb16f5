#!/usr/bin/env python3
"""Writes pytorch_options.json: steps of AdamW with clipped gradients and weighted tasks, and learning-rate schedules, as PyTorch
computes them (double precision). Run once with Debian's python3-torch 1.13; the tests only read the JSON.

Losses: per task the weighted mean over observed rows of BCE, cross entropy or squared error of the target standardised by weighted
mean and deviation; in total the mean weighted by task weights.
"""
import json
import os

import torch

F = torch.nn.functional
torch.set_default_dtype(torch.float64)


def case(name, kinds, hidden, rows, features, task_weights, clip, seed):
    g = torch.Generator().manual_seed(seed)
    f32 = lambda t: t.float().double()  # what single precision can hold, so that both sides see the same numbers
    X = f32(torch.randn(rows, features, generator=g))
    sizes = [{"binary": 1, "regression": 1, "multiclass": 3}[k] for k in kinds]
    dims = [features] + hidden + [sum(sizes)]
    params = []
    for a, b in zip(dims[:-1], dims[1:]):
        params += [f32((torch.rand(b, a, generator=g) - 0.5) * 1.2).requires_grad_(), f32((torch.rand(b, generator=g) - 0.5)).requires_grad_()]
    Y = torch.zeros(rows, len(kinds))
    for t, k in enumerate(kinds):
        Y[:, t] = torch.randint(0, 2 if k == "binary" else 3, (rows,), generator=g).double() if k != "regression" else f32(torch.randn(rows, generator=g) * 3 + 10)
    W = f32(torch.rand(rows, len(kinds), generator=g) + 0.5)
    seen = torch.rand(rows, len(kinds), generator=g) < 0.7
    W = W * seen
    scaled = Y.clone()
    for t, k in enumerate(kinds):
        if k == "regression":
            mean = (W[:, t] * Y[:, t]).sum() / W[:, t].sum()
            deviation = ((W[:, t] * (Y[:, t] - mean) ** 2).sum() / W[:, t].sum()).sqrt()
            scaled[:, t] = (Y[:, t] - mean) / deviation

    def losses():
        z = X
        for l in range(0, len(params), 2):
            z = z @ params[l].T + params[l + 1]
            if l + 2 < len(params):
                z = torch.relu(z)
        per, at = [], 0
        for t, (k, s) in enumerate(zip(kinds, sizes)):
            out = z[:, at:at + s]
            at += s
            if k == "binary":
                l = F.binary_cross_entropy_with_logits(out[:, 0], scaled[:, t], reduction="none")
            elif k == "multiclass":
                l = F.cross_entropy(out, Y[:, t].long(), reduction="none")
            else:
                l = (out[:, 0] - scaled[:, t]) ** 2
            per.append((l * W[:, t]).sum() / W[:, t].sum())
        return torch.stack(per)

    tw = torch.tensor(task_weights)
    total = lambda: (losses() * tw).sum() / tw.sum()
    flat = lambda ts: [x for t in ts for x in t.detach().reshape(-1).tolist()]
    start, first = flat(params), losses().tolist()
    gradient = flat(torch.autograd.grad(total(), params))
    opt = torch.optim.AdamW(params, lr=0.02, weight_decay=0.05)
    for _ in range(10):
        opt.zero_grad()
        total().backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(params, clip)
        opt.step()
    labels = [[y if s else None for y, s in zip(r, q)] for r, q in zip(Y.tolist(), seen.tolist())]
    return {"name": name, "kinds": kinds, "hidden": hidden, "taskWeights": task_weights, "clip": clip, "features": X.tolist(), "labels": labels,
            "weights": W.tolist(), "parameters": start, "losses": first, "gradient": gradient, "afterTenSteps": flat(params),
            "lossesAfter": losses().tolist()}


def schedule(steps):
    opt = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    one = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=0.1, total_steps=steps, cycle_momentum=False)
    a = []
    for _ in range(steps):
        a.append(opt.param_groups[0]["lr"])
        opt.step()
        if len(a) < steps:
            one.step()
    opt = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    cos = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=steps)
    b = []
    for _ in range(steps):
        b.append(opt.param_groups[0]["lr"])
        opt.step()
        cos.step()
    return {"steps": steps, "peak": 0.1, "oneCycle": a, "cosine": b}


doc = {
    "torch": torch.__version__,
    "cases": [
        case("clipped", ["regression", "binary"], [18], 13, 17, [1.0, 1.0], 0.1, 3),
        case("clipped mixed", ["binary", "multiclass", "regression"], [7, 5], 15, 4, [1.0, 2.0, 0.5], 0.3, 2),
    ],
    "schedule": schedule(40),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pytorch_options.json"), "w", encoding="utf-8") as f:
    json.dump(doc, f)
    f.write("\n")
