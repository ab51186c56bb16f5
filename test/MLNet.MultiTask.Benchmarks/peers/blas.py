#!/usr/bin/env python3
"""What NumPy's BLAS and LAPACK need for the products and decompositions of `benchmarks bench gemm` and `bench eigen`.

gemm   C = A B in float32 with numpy.matmul into a given output. Products of a few microseconds are timed in bundles of 16 (one call of
       matmul over a stack, A and B the same for all), so that Python's own microsecond per call does not count.
eigen  numpy.linalg.eigh of a random symmetric float32 matrix: LAPACK ssyevd, with vectors.
One JSON line per figure, with the keys of the tool's lines; "core" is the kernel set that OpenBLAS chose.
"""
import argparse
import ctypes
import json
import os
import re
import subprocess
import sys
import time

ap = argparse.ArgumentParser(description="float32 products and eigen-decompositions by NumPy")
ap.add_argument("--threads", default="2,1", help="thread counts, one process each")
ap.add_argument("--steps", type=int, default=200)
ap.add_argument("--size", type=int, default=500, help="order of the decomposed matrix")
ap.add_argument("--child", type=int, default=0, help=argparse.SUPPRESS)
args = ap.parse_args()

if not args.child:
    for th in args.threads.split(","):
        env = dict(os.environ, OMP_NUM_THREADS=th, OPENBLAS_NUM_THREADS=th)
        subprocess.run([sys.executable, os.path.abspath(__file__), "--child", th, "--steps", str(args.steps), "--size", str(args.size)],
                       env=env, check=True)
    sys.exit(0)

import numpy as np  # noqa: E402


def core_name():
    with open("/proc/self/maps") as maps:
        found = re.search(r"(/\S*openblas\S*\.so\S*|/\S*/openblas-\w+/lib\w+\.so\S*)", maps.read())
    if not found:
        return "no OpenBLAS"
    name = ctypes.CDLL(found.group(1)).openblas_get_corename
    name.restype = ctypes.c_char_p
    return name().decode()


def timed(call, count):
    start, n = time.perf_counter(), 0
    while n < 10 or time.perf_counter() - start < 0.3:
        call()
        n += 1
    seconds = []
    for _ in range(count):
        t = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - t)
    return float(np.median(seconds)), float(np.percentile(seconds, 10))


rng = np.random.RandomState(1)
core = core_name()
for m, n, k in ((32, 64, 64), (256, 256, 128), (1024, 1024, 1024)):
    bundle = 16 if m * n * k < 1 << 20 else 1
    a, b = (rng.random_sample(s).astype(np.float32) - 0.5 for s in ((m, k), (k, n)))
    c = np.empty((bundle, m, n), np.float32)
    A, B = np.broadcast_to(a, (bundle, m, k)), np.broadcast_to(b, (bundle, k, n))
    med, p10 = timed(lambda: np.matmul(A, B, out=c), args.steps)
    flops = 2.0 * m * n * k * bundle
    print(json.dumps({"bench": "gemm", "m": m, "n": n, "k": k, "threads": args.child, "us_median": round(med / bundle * 1e6, 3),
                      "gflops": round(flops / med / 1e9, 2), "gflops_p90": round(flops / p10 / 1e9, 2), "core": core}), flush=True)

s = rng.standard_normal((args.size, args.size)).astype(np.float32)
s = s + s.T
med, p10 = timed(lambda: np.linalg.eigh(s), max(5, args.steps // 10))
print(json.dumps({"bench": "eigen", "n": args.size, "threads": args.child, "ms": round(med * 1e3, 3), "ms_p10": round(p10 * 1e3, 3),
                  "core": core}), flush=True)
