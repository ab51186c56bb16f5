#!/usr/bin/env bash
# Makes the NuGet packages, their symbols and the tool: artifacts/packages.
#   build/pack.sh [-p:Version=1.2.3 ...]    further arguments go to dotnet pack
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf artifacts/packages
for project in src/*/*.csproj; do
    dotnet pack "$project" --nologo --configuration Release --output artifacts/packages "$@"
done
ls artifacts/packages
