#!/usr/bin/env bash
# Times the engine and what a user would pick instead (PyTorch, OpenBLAS, LAPACK, MathNet.Numerics), in turn, and prints the ratios.
#   compare.sh [--rounds N] [--threads N] [--prefix COMMAND] [--keep-coretype] [--keep FOLDER] [SCRIPTS]
# SCRIPTS is the folder of torch_train.py and latency.py; without it, ../shared/bench beside the repository.
# --keep-coretype leaves OPENBLAS_CORETYPE as it is; otherwise OpenBLAS picks the fastest kernels for the machine, as it does for a user.
# --prefix COMMAND runs both sides behind a command: 'chrt -r 50' keeps a busy machine's other work out of the figures. Real-time priority
# must be 50 then: .NET gives its threads that one, and a main thread of another priority would starve them or be starved.
# --keep FOLDER keeps the raw lines there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
python=/usr/bin/python3
rounds=3 threads=2 prefix= keep_coretype= folder= scripts=$root/../shared/bench
usage() { echo "usage: compare.sh [--rounds N] [--threads N] [--prefix COMMAND] [--keep-coretype] [--keep FOLDER] [SCRIPTS]" >&2; exit 2; }
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=${2:?}; shift ;;
        --threads) threads=${2:?}; shift ;;
        --prefix) prefix=${2:?}; shift ;;
        --keep-coretype) keep_coretype=yes ;;
        --keep) folder=${2:?}; shift ;;
        -*) usage ;;
        *) scripts=$1 ;;
    esac
    shift
done

fail() { echo "compare.sh: $*" >&2; exit 2; }
for script in torch_train.py latency.py; do
    [ -f "$scripts/$script" ] || fail "no $script in '$scripts'; give the folder of the PyTorch scripts as argument"
done
[ -x $python ] || fail "$python is missing: apt-get install python3 python3-torch python3-sklearn libopenblas0"
for module in numpy torch sklearn; do
    $python -c "import $module" 2>/dev/null || fail "$python has no $module: apt-get install python3-torch python3-sklearn libopenblas0"
done
$python -c 'import numpy.linalg; exit("openblas" not in open("/proc/self/maps").read())' ||
    fail "NumPy and PyTorch run on a BLAS that is not OpenBLAS and would look slow: apt-get install libopenblas0"
[ "$keep_coretype" ] || unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
rm -f "$folder"/ours.*.jsonl "$folder"/peer.*.jsonl

dotnet build "$root/test/MLNet.MultiTask.Benchmarks" -c Release --nologo -v quiet -clp:NoSummary >&2
ours() { $prefix "$root/test/MLNet.MultiTask.Benchmarks/bin/Release/net10.0/MLNet.MultiTask.Benchmarks" bench "$@"; }
benchmarks=$root/test/MLNet.MultiTask.Benchmarks/bin/Release/net10.0/MLNet.MultiTask.Benchmarks
both=$(printf '%s\n' "$threads" 1 | sort -ru | paste -sd,)
for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds" >&2
    own=$folder/ours.$round.jsonl peer=$folder/peer.$round.jsonl
    for th in ${both/,/ }; do
        ours train --threads "$th" >> "$own"
        $prefix $python "$scripts/torch_train.py" --threads "$th" --pergrad-steps 1 >> "$peer"
        ours score --shape b --threads "$th" >> "$own"
        $prefix $python "$scripts/latency.py" --threads "$th" >> "$peer"
        ours gemm --threads "$th" >> "$own"
        ours eigen --threads "$th" >> "$own"
        $prefix $python "$here/blas.py" --threads "$th" >> "$peer"
    done
    $prefix "$benchmarks" mapper b >> "$own"
done
$prefix "$benchmarks" --filter '*EigenBenchmarks*' \
    --inProcess --job short --exporters json --artifacts "$folder/bdn" >&2
$python "$here/table.py" "$folder" "$threads"
