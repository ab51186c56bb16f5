#!/usr/bin/env bash
# A sweep on two workers and PostgreSQL, all on this machine; one worker is killed on the way.
#   samples/06.DistributedSweep/run.sh [TRIALS]
#   samples/06.DistributedSweep/run.sh --telemetry [TRIALS]    a host of one's own that shows meters and activities
set -euo pipefail
cd "$(dirname "$0")/../.."
telemetry=
if [ "${1:-}" = --telemetry ]; then telemetry=1; shift; fi
trials=${1:-12}

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "PostgreSQL is missing: apt-get install postgresql" >&2; exit 1; }

folder=$(mktemp -d)
as=()
[ "$(id -u)" = 0 ] && { as=(runuser -u postgres --); chown postgres "$folder"; }
children=()
finish() {
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    wait 2>/dev/null || true
    "${as[@]}" "$bin/pg_ctl" -D "$folder/db" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap finish EXIT

# Six yes-or-no tasks of the digit written; the digit itself is left out.
awk -F, -v OFS=, 'NR == 1 { $NF = "is_even,is_prime,is_at_least_five,is_looped,is_multiple_of_three,is_straight"; print; next }
    { d = $NF
      $NF = (d % 2 == 0) OFS (d ~ /^[2357]$/) OFS (d >= 5) OFS (d ~ /^[04689]$/) OFS (d % 3 == 0) OFS (d ~ /^[147]$/)
      print }' samples/data/digits.csv > "$folder/digits.csv"

echo "== PostgreSQL on loopback"
port=$((20000 + RANDOM % 20000))
"${as[@]}" "$bin/initdb" -D "$folder/db" -U sweeps -A trust --no-sync -E UTF8 --locale=C >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/db" -w -l "$folder/db/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" start >/dev/null
"$bin/createdb" -h 127.0.0.1 -p "$port" -U sweeps sweeps
address=postgres://sweeps@127.0.0.1:$port/sweeps

if [ -n "$telemetry" ]; then
    dotnet build samples/06.DistributedSweep --nologo -v quiet
    host=(dotnet samples/06.DistributedSweep/bin/Debug/net10.0/DistributedSweep.dll)
    "${host[@]}" worker "$address" > "$folder/worker.log" & children+=($!)
    "${host[@]}" sweep "$address" "$trials"
    kill "${children[0]}" && wait "${children[0]}" || true
    echo "== the worker"
    cat "$folder/worker.log"
    exit
fi

echo "== building"
dotnet build src/MLNet.MultiTask.Hangfire.Tool --nologo -v quiet
tool=(dotnet src/MLNet.MultiTask.Hangfire.Tool/bin/Debug/net10.0/mlnet-multitask-hangfire.dll)

echo "== two workers"
"${tool[@]}" worker --storage "$address" --slots 1 & children+=($!)
"${tool[@]}" worker --storage "$address" --slots 1 & children+=($!); victim=$!

echo "== the sweep; a worker is killed on the way"
ask() { "$bin/psql" -h 127.0.0.1 -p "$port" -U sweeps -d sweeps -At -F ' workers: ' -c "$1" 2>/dev/null; }
(until [ "$(ask 'select count(*) from multitask.trial where finished is not null')0" -ge 100 ]; do sleep 0.2; done
    kill -9 "$victim" && echo "== killed a worker") & children+=($!)
"${tool[@]}" sweep --data "$folder/digits.csv" --label-pattern "is_*" --kind binary --max-rows 600 \
    --trials "$trials" --hidden 16 --epochs 10 --method none --workers "$address" --outstanding 4 --out "$folder/found"

echo "== trials by the number of workers that began them"
ask "select cardinality(workers), count(*) || ' groups' from multitask.trial group by 1 order by 1"
