#!/usr/bin/env bash
# Spearman of MathNet.Numerics ranks NaN as the smallest value; Pearson of the same values is NaN.
# Expected: with a NaN among the values both are NaN, or the pair is left out (Spearman of the other three pairs is 1).
# Seen: Spearman is 0.8, Pearson is NaN.
# Why it matters: a correlation of labels or scores of which some are missing looks like a measured one.
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
    <PackageReference Include="MathNet.Numerics" Version="[5.0.0]" />
  </ItemGroup>
</Project>
XML
echo 'MathNet.Numerics 5.0.0'
cat > Program.cs <<'CS'
using System.Globalization;
using MathNet.Numerics.Statistics;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
double[] x = [1, double.NaN, 2, 3], y = [1, 2, 3, 4];
double pearson = Correlation.Pearson(x, y), spearman = Correlation.Spearman(x, y);
double others = Correlation.Spearman([1.0, 2, 3], [1.0, 3, 4]);
Console.WriteLine($"x = 1, NaN, 2, 3; y = 1, 2, 3, 4: Pearson {pearson}, Spearman {spearman:0.00}");
Console.WriteLine($"Spearman of the three pairs with both values: {others:0.00}");
bool same = double.IsNaN(pearson) && Math.Abs(spearman - 0.8) < 1e-12 && Math.Abs(others - 1) < 1e-12;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;
CS
dotnet run --configuration Release
