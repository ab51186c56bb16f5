#!/usr/bin/env bash
# Copies the repository as a clone would have it and tries each first command of a user: with Microsoft.ML nowhere to be had
# (the stand-in), and with a feed that has it (a dummy package made here). Other packages come from the cache of this machine.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

version=$(sed -n 's/.*"Microsoft\.ML" Version="\([^"]*\)".*/\1/p' "$root/Directory.Packages.props")
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
tests=test/MLNet.MultiTask.Tests/MLNet.MultiTask.Tests.csproj
library=src/MLNet.MultiTask/MLNet.MultiTask.csproj
checks=0

fail() { echo "FAILED: $*" >&2; [ -f "$work/log" ] && tail -30 "$work/log" >&2; exit 1; }
check() { checks=$((checks + 1)); "${@:2}" || fail "$1"; echo "ok: $1"; }

# A package cache of its own: links to what this machine has, without anything of Microsoft.ML.
fresh_clone() {
  rm -rf "$work/clone" "$work/packages"
  mkdir -p "$work/clone" "$work/packages"
  (cd "$root" && git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done |
    xargs -0 cp --parents -t "$work/clone")
  for package in "$cache"/*/; do
    case $(basename "$package") in
      microsoft.ml | microsoft.ml.*) ;;
      *) ln -s "$package" "$work/packages/$(basename "$package")" ;;
    esac
  done
  export NUGET_PACKAGES="$work/packages"
  cd "$work/clone"
}

run() { "$@" >"$work/log" 2>&1; }
fails() { ! run "$@"; }
says() { grep -qF -- "$1" "$work/log"; }
says_once() { [ "$(grep -cF -- "$1" "$work/log")" = 1 ]; }
chose() { [ "$(cat build/MicrosoftML.source)" = "$1" ]; }
resolved() { tr -d ' \n' <"$(dirname "$1")/obj/project.assets.json" | grep -qF "\"Microsoft.ML/$3\":{\"type\":\"$2\""; }

make_feed() {
  mkdir -p "$work/dummy" "$work/feed"
  cat >"$work/dummy/Microsoft.ML.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <PackageVersion>$version</PackageVersion>
  </PropertyGroup>
</Project>
PROJECT
  (cd "$work/dummy" && RestoreSources="$work/feed" run dotnet pack -o "$work/feed")
}

# Fills the cache with every other package, so that only Microsoft.ML can be missing below.
run dotnet restore "$root/MLNet.MultiTask.sln" || fail "dotnet restore in the repository, to fill the package cache"

mkdir "$work/empty"

fresh_clone
export RestoreSources="$work/empty"
check "no package: dotnet build of a project is the first command" run dotnet build "$tests"
check "no package: the stand-in is chosen" chose standin
check "no package: the build says so once" says_once "Microsoft.ML: the stand-in"
check "no package: the reason is given" says "Unable to find package Microsoft.ML"
check "no package: the project references the stand-in" resolved "$tests" project 0.1.0
check "no package: the choice is not under version control" git -C "$root" check-ignore -q build/MicrosoftML.source
if [ -f "$library" ]; then
  check "no package: pack is refused" fails dotnet pack "$library"
  check "no package: pack says why" says MLMT002
fi
check "an unknown MLNetSource is refused" fails dotnet restore "$tests" -p:MLNetSource=both
check "an unknown MLNetSource is named" says "got 'both'"

fresh_clone
check "no package: dotnet restore of the solution is the first command" run dotnet restore MLNet.MultiTask.sln
check "no package: the solution chooses the stand-in" chose standin
check "no package: the solution says so once" says_once "Microsoft.ML: the stand-in"
check "no package: a project of the solution references the stand-in" resolved "$tests" project 0.1.0

fresh_clone
check "building without a restore is refused" fails dotnet build "$tests" --no-restore

fresh_clone
export RestoreSources="https://127.0.0.1:9/none"
check "no network: dotnet restore works from the cache" run dotnet restore "$tests"
check "no network: the stand-in is chosen" chose standin

make_feed
export RestoreSources="$work/feed"
for entry in "$tests" MLNet.MultiTask.sln; do
  fresh_clone
  check "package: dotnet restore $entry is the first command" run dotnet restore "$entry"
  check "package: $entry chooses the package" chose package
  check "package: $entry says so once" says_once "Microsoft.ML: the package"
  check "package: $entry references the package" resolved "$tests" package "$version"
done

fresh_clone
check "package: MLNetSource=standin overrides it" run dotnet restore "$tests" -p:MLNetSource=standin
check "package: the override references the stand-in" resolved "$tests" project 0.1.0
check "package: the override is not remembered" test ! -e build/MicrosoftML.source

echo "$checks checks of a fresh clone passed"
