#!/usr/bin/env bash
# Tables of AFFINITY.md about the options of grad-tag, from really fine-tuned hold-out subsets.
#   affinity-options.sh solvers|probes|adaptive [DATA SET...]
# solvers: each solver, evaluation and subspace (seed 1). probes: how many subsets the calibration of the steps needs, and its criteria
# (means of seeds 1-3, epochs of fine-tuning fixed). adaptive: subsets that adaptive sampling takes, and how near the groupings into 2, 3, ...
# groups, and those of 200 subsets, come to those of up to 2,500 subsets, in density under the affinity of those (seeds 1-3).
set -euo pipefail
table=${1:-}
case $table in
solvers | probes | adaptive) shift ;;
*)
    echo "affinity-options.sh: '$table' is not a table; expected solvers, probes or adaptive" >&2
    exit 2 ;;
esac
root=$(cd "$(dirname "$0")/../../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dotnet build "$root/test/MLNet.MultiTask.Benchmarks" -c Release --nologo -v quiet -clp:NoSummary >&2
tool=$root/test/MLNet.MultiTask.Benchmarks/bin/Release/net10.0/MLNet.MultiTask.Benchmarks
affinity() { # NAME OUTPUT OPTION...
    local name=$1 output=$2
    shift 2
    [ "$name" = enron ] && set -- "$@" --ignore D_D18
    "$tool" affinity --manifest "$root/../shared/data/manifest.json" --name "$name" --bases 1 --no-timings \
        --json "$folder/$name.$output.json" "$@" >&2
}
check=(--validate 60 --runs 4 --fine-tuned-only)
case $table in
solvers)
    for name in "${@:-yeast wq}"; do for name in $name; do
        affinity "$name" one-step "${check[@]}"
        for solver in newton lbfgs cg; do affinity "$name" $solver "${check[@]}" --solver $solver; done
        for evaluation in quadratic linearized; do affinity "$name" $evaluation "${check[@]}" --evaluation $evaluation; done
        affinity "$name" dense "${check[@]}" --subspace dense
        affinity "$name" legacy "${check[@]}" --solver legacy --subspace dense || true
    done; done ;;
probes)
    declare -A epochs=([yeast]=3 [scene]=3 [wq]=9)
    for name in "${@:-yeast scene wq}"; do for name in $name; do for seed in 1 2 3; do
        fixed=(--seed $seed --fine-tuning-epochs "${epochs[$name]:-3}")
        for probes in 2 4 8 12 24; do affinity "$name" $probes.$seed "${check[@]}" "${fixed[@]}" --calibration-probes $probes; done
        for criterion in error change step; do affinity "$name" $criterion.$seed "${check[@]}" "${fixed[@]}" --calibration $criterion; done
    done; done; done ;;
adaptive)
    for name in "${@:-yeast wq}"; do for name in $name; do for seed in 1 2 3; do
        affinity "$name" adaptive.$seed --seed $seed --adaptive
        affinity "$name" 200.$seed --seed $seed --subsets 200
        affinity "$name" all.$seed --seed $seed --subsets 2500
    done; done; done
    for file in "$folder"/*.json; do for k in 2 3 4 5 6 7 8; do
        "$tool" group --affinity "$file" --groups $k --no-timings --json "${file%.json}.groups$k" >&2 || true
    done; done ;;
esac
/usr/bin/python3 - "$table" "$folder" <<'PYTHON'
import collections, glob, json, os, sys
table, folder = sys.argv[1:]
files = {os.path.basename(f)[:-5].split(".", 1)[0] + "." + os.path.basename(f)[:-5].split(".", 1)[1]: f for f in glob.glob(folder + "/*.json")}
read = {key: json.load(open(f)) for key, f in files.items()}
names = sorted({key.split(".")[0] for key in read})
mean = lambda values: sum(values) / len(values)
if table == "solvers":
    print("| data set | variant | within | rel % | relative step | d |\n|---|---|--:|--:|--:|--:|")
    for name in names:
        for v in ("one-step", "newton", "lbfgs", "cg", "quadratic", "linearized", "dense", "legacy"):
            if (j := read.get(f"{name}.{v}")):
                a, d = j["validation"]["fineTuned"], j["diagnostics"]
                print(f"| {name} | {v} | {a['withinTaskPearson']:.3f} | {100 * a['relativeError']:.2f} | {d['relativeStep']:.3f} | {d['dimension']:.0f} |")
if table == "probes":
    print("| data set | probes or criterion | within | rel % | trivial % |\n|---|---|--:|--:|--:|")
    for name in names:
        for v in ("2", "4", "8", "12", "24", "error", "change", "step"):
            a = [read[f"{name}.{v}.{seed}"]["validation"]["fineTuned"] for seed in "123"]
            print(f"| {name} | {v} | {mean([x['withinTaskPearson'] for x in a]):.3f} | {100 * mean([x['relativeError'] for x in a]):.2f} "
                  f"| {100 * mean([x['trivialRelativeError'] for x in a]):.2f} |")
if table == "adaptive":
    density = lambda t, groups: sum(sum(t[i][j] for i in g for j in g) / len(g) for g in groups)
    print("| data set | sampling | subsets | same groupings | density, share of that of all |\n|---|---|--:|--:|--:|")
    for name in names:
        for v in ("200", "adaptive"):
            subsets, same, shares = [], [], []
            for seed in "123":
                j, every = read[f"{name}.{v}.{seed}"], read[f"{name}.all.{seed}"]
                subsets.append(int(j["diagnostics"]["subsets"]))
                for k in range(2, min(8, len(j["tasks"]) // 2) + 1):
                    a, b = ([[int(t) for t in g.split(",")] for g in json.load(open(f"{folder}/{name}.{x}.{seed}.groups{k}"))["groups"].split("|")]
                            for x in (v, "all"))
                    same.append(sorted(a) == sorted(b))
                    shares.append(density(every["affinity"], a) / density(every["affinity"], b))
            print(f"| {name} | {v} | {', '.join(map(str, subsets))} | {sum(same)} of {len(same)} | {mean(shares):.3f} |")
PYTHON
