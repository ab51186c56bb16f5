#!/usr/bin/env bash
# Times projected per-sample gradients and the fit of one subset of tasks, and what a user would run instead (PyTorch, scikit-learn),
# in turn, and prints the ratios.
#   compare-affinity.sh [SCRIPTS]
# SCRIPTS is the folder of torch_pergrad.py and sklearn_subset_fit.py; without it, ../shared/bench beside the repository.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
scripts=${1:-$root/../shared/bench}
python=/usr/bin/python3
for script in torch_pergrad.py sklearn_subset_fit.py; do
    [ -f "$scripts/$script" ] || { echo "compare-affinity.sh: no $script in '$scripts'; give its folder as argument" >&2; exit 2; }
done
unset OPENBLAS_CORETYPE
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dotnet build "$root/test/MLNet.MultiTask.Benchmarks" -c Release --nologo -v quiet -clp:NoSummary >&2
bench() { "$root/test/MLNet.MultiTask.Benchmarks/bin/Release/net10.0/MLNet.MultiTask.Benchmarks" bench "$@" >> "$folder/ours"; }
for projection in krylov structured dense; do
    bench grad --shape a --shape b --projection $projection --threads 2
done
$python "$scripts/torch_pergrad.py" --threads 2 >> "$folder/peer"
bench subset --tasks 5 --rows 1000
bench subset --tasks 10 --rows 2000
$python "$scripts/sklearn_subset_fit.py" --threads 2 >> "$folder/peer"
$python - "$folder" <<'PYTHON'
import json, sys
read = lambda name: [json.loads(line) for line in open(f"{sys.argv[1]}/{name}")]
ours, peer = read("ours"), read("peer")
print("| seconds per 1,000 pairs, 2 threads | ours | fastest PyTorch | ratio | loop | ratio |\n|---|--:|--:|--:|--:|--:|")
for o in ours:
    if o["bench"] == "grad":
        p = {q["variant"]: q["s_per_1000"] for q in peer if q["bench"] == "per_sample_gradients" and q["shape"] == o["shape"]}
        s, fast, loop = o["seconds_per_1000_pairs"], min(p.values()), p["loop_retain"]
        print(f"| {o['projection']}, shape {o['shape']}, d = {o['d']} | {s:.5f} | {fast:.4f} | {fast / s:.1f} | {loop:.4f} | {loop / s:.0f} |")
print("\n| seconds per subset, d = 200 | ours (fit and evaluation) | fastest scikit-learn fit, 'decay' | ratio |\n|---|--:|--:|--:|")
for o in ours:
    if o["bench"] == "subset":
        fast = min(q["s_per_subset"] for q in peer if q["bench"] == "subset_fit" and q["tasks"] == o["tasks"] and q["features"] == "decay")
        print(f"| {o['tasks']} x {o['rows_per_task']} | {o['seconds_per_subset']:.6f} | {fast:.4f} | {fast / o['seconds_per_subset']:.0f} |")
PYTHON
