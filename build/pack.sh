#!/usr/bin/env bash
# Makes the NuGet packages and the tool: artifacts/packages/*.nupkg. Refused while the stand-in of Microsoft.ML is in use.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet pack MLNet.MultiTask.sln --configuration Release --output artifacts/packages "$@"
