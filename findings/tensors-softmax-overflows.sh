#!/usr/bin/env bash
# TensorPrimitives.SoftMax is NaN for numbers that a double or float can hold with ease.
#
# Expected: the softmax of (1, 90, 100) is (0, 0.0000454, 0.9999546), that of (-1000, -1001) is (0.731, 0.269): it
# depends on differences only, so that every implementation for networks takes off the largest number first.
# Seen: exponentials are taken as they are. (1, 90, 100) gives 0, NaN, NaN, and (-1000, -1001) gives NaN, NaN. In double
# the same happens beyond 709 and below -745.
# Why it matters: logits of a sure classifier, and weights of tasks at a low temperature, reach such numbers; one NaN then
# spoils a training without an error.
# Exits with an error when the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
dotnet new console --name Finding --output . --framework net10.0 --no-restore > /dev/null
cat > Finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="System.Numerics.Tensors" Version="[10.0.15]" />
  </ItemGroup>
</Project>
XML
echo 'System.Numerics.Tensors 10.0.15'
cat > Program.cs <<'CS'
using System.Globalization;
using System.Numerics.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
float[] Shares(params float[] logits)
{
    var shares = new float[logits.Length];
    TensorPrimitives.SoftMax(logits, shares);
    Console.WriteLine($"({string.Join(", ", logits)}) -> ({string.Join(", ", shares)})");
    return shares;
}

float[] usual = Shares(0, 1), large = Shares(1, 90, 100), small = Shares(-1000, -1001);
bool same = Math.Abs(usual[1] - 0.7310586f) < 1e-6f && float.IsNaN(large[1]) && float.IsNaN(large[2])
    && float.IsNaN(small[0]) && float.IsNaN(small[1]);
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;
CS
dotnet run --configuration Release
