#!/usr/bin/env python3
"""Prints the ratios between ours.N.jsonl and peer.N.jsonl (N = round) of a folder; see compare.sh.

Every ratio is taken within a round and written so that higher is better for us. Two columns: from the medians of the calls, and from
their best tenth (10th percentile of time), which other work on the machine disturbs less; each is the median over the rounds.
"""
import glob
import json
import os
import sys
from statistics import median

folder, threads = sys.argv[1], int(sys.argv[2])


def lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file if line.startswith("{")]


rounds = [(lines(path), lines(path.replace("ours.", "peer."))) for path in sorted(glob.glob(os.path.join(folder, "ours.*.jsonl")))]


def find(entries, **keys):
    found = [e for e in entries if all(e.get(k) == v for k, v in keys.items())]
    if not found:
        sys.exit(f"No figure {keys} among the measurements in {folder}")
    return found[0]


rows = []


def compare(name, target, ours, peer, key, best_key, unit, higher_is_faster=False):
    """ours and peer select the line of each round; peer is taken from ours if it is a pair (our own other figure)."""
    medians, bests, first, second = [], [], [], []
    for own, other in rounds:
        a, b = find(own, **ours), find(*((own,) if "self" in peer else (other,)), **{k: v for k, v in peer.items() if k != "self"})
        turn = (lambda x, y: x / y) if higher_is_faster else (lambda x, y: y / x)
        medians.append(turn(a[key], b[key]))
        if best_key:
            bests.append(turn(a[best_key], b[best_key]))
        first.append(a[key])
        second.append(b[key])
    rows.append((name, f"{median(first):.4g} {unit}", f"{median(second):.4g} {unit}", median(medians), median(bests) if bests else None, target))


for shape, fused, listed in (("a", 2.5, 8), ("b", 1.5, 3.5), ("c", 1.0, 2.8)):
    for heads, target in (("fused", fused), ("list", listed)):
        compare(f"training step {shape}, PyTorch {heads} heads", target, {"bench": "train", "shape": shape, "threads": threads},
                {"bench": "train", "shape": shape, "heads": heads, "threads": threads}, "ms_median", "ms_p10", "ms")
for (m, n, k), target in (((256, 256, 128), 0.9), ((1024, 1024, 1024), 0.9), ((32, 64, 64), 0.75)):
    size = {"bench": "gemm", "m": m, "n": n, "k": k}
    compare(f"gemm {m}x{n}x{k}, OpenBLAS, 1 thread", target, {**size, "threads": 1}, {**size, "threads": 1}, "gflops", "gflops_p90", "GFLOP/s", True)
size = {"bench": "gemm", "m": 1024, "n": 1024, "k": 1024}
compare(f"gemm 1024x1024x1024, {threads} threads against 1", 1.8, {**size, "threads": threads}, {**size, "threads": 1, "self": True},
        "gflops", "gflops_p90", "GFLOP/s", True)
its_own = median(find(other, **size, threads=threads)["gflops"] / find(other, **size, threads=1)["gflops"] for _, other in rounds)
rows[-1] = (f"{rows[-1][0]} (OpenBLAS: {its_own:.2f})", *rows[-1][1:])
compare("eigen n = 500, LAPACK ssyevd, 1 thread", 0.25, {"bench": "eigen", "threads": 1}, {"bench": "eigen", "threads": 1}, "ms", "ms_p10", "ms")
one = {"bench": "score", "shape": "b", "variant": "network"}
compare("score one row, eager PyTorch", 2.5, {**one, "threads": 1}, {"variant": "torch_eager", "threads": 1}, "row_us", None, "us")
for th in sorted({1, threads}):
    compare(f"score 10,000 rows, PyTorch, {th} thread(s)", 1.0, {**one, "threads": th}, {"variant": "torch_eager", "threads": th}, "batch_ms", None, "ms")

for path in glob.glob(os.path.join(folder, "bdn", "results", "*Eigen*full-compressed.json")):
    with open(path) as file:
        times = {b["Method"]: b["Statistics"]["Median"] / 1e6 for b in json.load(file)["Benchmarks"]}
    rows.append(("eigen n = 500, MathNet.Numerics", f"{times['Decompose']:.4g} ms", f"{times['MathNet']:.4g} ms", times["MathNet"] / times["Decompose"], None, 4))

print("| figure | ours | peer | ratio | ratio of best tenth | target | |")
print("|---|--:|--:|--:|--:|--:|---|")
for name, ours, peer, ratio, best, target in rows:
    print(f"| {name} | {ours} | {peer} | {ratio:.2f} | {'' if best is None else format(best, '.2f')} | >= {target} | {'met' if ratio >= target else 'missed'} |")

bytes_per_step = max(find(own, bench="train", shape=s, threads=th)["bytes_per_step"] for own, _ in rounds for s in "abc" for th in {1, threads})
bytes_per_row = max(find(own, **one, threads=th)["bytes_per_row"] for own, _ in rounds for th in {1, threads})
mapped = [find(own, bench="score", shape="b", variant="mapper") for own, _ in rounds]
over = median(m["over_network_us"] for m in mapped)
print(f"| one row through the mapper, over the network alone | {over:.2f} us | {median(m['network_row_us'] for m in mapped):.2f} us | | "
      f"| <= 3 us | {'met' if over <= 3 else 'missed'} |")
for name, value in (("bytes allocated per training step", bytes_per_step), ("bytes allocated per scored row", bytes_per_row),
                    ("bytes allocated per row through the mapper", max(m["bytes_per_row"] for m in mapped))):
    print(f"| {name} | {value:.0f} | | | | 0 | {'met' if value == 0 else 'missed'} |")
core = {e["core"] for _, other in rounds for e in other if "core" in e}
print(f"\nRatios: higher is better for us; {len(rounds)} rounds, {threads} threads where nothing else is said; OpenBLAS kernels: {', '.join(sorted(core))}.")
