#!/usr/bin/env bash
# dotnet pack of a tool with runtime identifiers and symbol packages makes all packages and then fails with NU5017.
# Expected: success, or an error that says what is wrong before anything is written: the symbols of the pointer package,
# which holds no assemblies, have nothing in them.
# Seen: five packages lie in the output folder, the pointer package among them, and the command ends with 1 and "Cannot
# create a package that has no dependencies nor content", which names neither the package nor the symbols.
# Why it matters: a build script stops with its work done, and the message points at the wrong place.
# Exits with an error when the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
cat > Finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <PackAsTool>true</PackAsTool>
    <RuntimeIdentifiers>linux-x64;win-x64</RuntimeIdentifiers>
    <SelfContained>false</SelfContained>
    <UseAppHost>false</UseAppHost>
    <IncludeSymbols>@SYMBOLS@</IncludeSymbols>
    <SymbolPackageFormat>snupkg</SymbolPackageFormat>
  </PropertyGroup>
</Project>
XML
echo 'System.Console.WriteLine("hello");' > Program.cs
echo ".NET SDK $(dotnet --version)"
pack() {
    sed "s/@SYMBOLS@/$1/" Finding.csproj > tool.csproj
    mkdir "$1" && cp Program.cs "$1" && mv tool.csproj "$1/Finding.csproj"
    (cd "$1" && dotnet pack --configuration Release --output packages > log 2>&1) && status=0 || status=$?
    echo "symbols $1: exit $status, $(ls "$1"/packages | wc -l) packages$(grep -o -m1 'NU5017.*content\.' "$1"/log | sed 's/^/, /')"
}
pack false
without=$status
pack true
if [ "$without" = 0 ] && [ "$status" = 1 ] && grep -q NU5017 true/log && [ "$(ls true/packages | wc -l)" = 5 ]; then
    echo 'as found'
else
    echo 'the behaviour has changed'
    exit 1
fi
