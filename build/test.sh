#!/usr/bin/env bash
# Builds the solution and runs all tests; the last line counts them.
#   build/test.sh          the default suite, minutes
#   build/test.sh --all    also the long checks (category Slow); those of the report need Chromium, see CONTRIBUTING.md
set -euo pipefail
cd "$(dirname "$0")/.."

filter=(--filter 'TestCategory!=Slow')
case "${1:-}" in
    --all) filter=() ;;
    "") ;;
    *) echo "usage: build/test.sh [--all]" >&2; exit 2 ;;
esac

dotnet build MLNet.MultiTask.sln --nologo -v minimal

# TorchSharp's native library asks for a newer libstdc++ than some systems have; without it, its tests say so and skip.
shim=$PWD/artifacts/glibcxx-shim
build/glibcxx-shim.sh "$shim"
if [ -d "$shim" ]; then export LD_LIBRARY_PATH="$shim${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"; fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
dotnet test MLNet.MultiTask.sln --no-build --nologo "${filter[@]}" 2>&1 | tee "$log" || status=$?

# Each test project closes with: Passed!  - Failed:     0, Passed:    55, Skipped:     0, Total: …
awk '
    /^(Passed|Failed|Skipped)! +- Failed:/ {
        gsub(/,/, "")
        for (i = 1; i < NF; i++) {
            if ($i == "Failed:") failed += $(i + 1)
            if ($i == "Passed:") passed += $(i + 1)
            if ($i == "Skipped:") skipped += $(i + 1)
        }
    }
    END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$log"
exit "$status"
