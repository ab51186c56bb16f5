#!/usr/bin/env bash
# From a fresh clone to a grouped multi-task model on real data: restores, builds and runs samples/01.QuickStart.
# Writes affinity.svg and digits-model.zip into the folder given (default: artifacts/quickstart).
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet run --project samples/01.QuickStart -- "${1:-artifacts/quickstart}"
