#!/usr/bin/env bash
# The package of Microsoft.ML.LightGbm stops the build of a project whose platform is AnyCPU.
# Expected: a build, or a warning: on a 64-bit machine an AnyCPU program is a 64-bit process, and runs LightGBM; a project
# that names no platform is built as AnyCPU, too, and is accepted.
# Seen: an error that asks for the processor architecture x64.
# Why it matters: a library that names AnyCPU, as templates and solutions do, cannot reference the trainers.
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
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.LightGbm" Version="[5.0.1]" />
  </ItemGroup>
</Project>
XML
echo 'Console.WriteLine(Environment.Is64BitProcess);' > Program.cs
echo 'Microsoft.ML.LightGbm 5.0.1'
dotnet build --configuration Release > unnamed.log 2>&1 && unnamed=0 || unnamed=$?
dotnet build --configuration Release -p:PlatformTarget=AnyCPU > named.log 2>&1 && named=0 || named=$?
echo "no platform named: exit $unnamed"
echo "AnyCPU: exit $named, $(grep -o -m1 "LightGBM currently supports.*'x64'\." named.log)"
if [ "$unnamed" = 0 ] && [ "$named" = 1 ] && grep -q "LightGBM currently supports 'x64'" named.log; then
    echo 'as found'
else
    echo 'the behaviour has changed'
    exit 1
fi
