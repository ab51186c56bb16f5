#!/usr/bin/env bash
# The median of MathNet.Numerics depends on the order of the values when one is NaN.
# Expected: NaN whatever the order, as Mean, Minimum and Quantile give, or the median of the others.
# Seen: NaN, 1.5 or 2.5 for the same four values.
# Why it matters: a median of a column with a gap looks measured, and changes when the rows are shuffled.
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
float[][] orders = [[1, float.NaN, 2, 3], [float.NaN, 1, 2, 3], [1, 2, 3, float.NaN]];
double[] seen = [.. orders.Select(o => (double)o.Median())];
for (int i = 0; i < orders.Length; i++)
    Console.WriteLine($"{string.Join(", ", orders[i])}: median {seen[i]}, mean {orders[i].Mean()}");
bool same = seen.Distinct().Count() > 1 && orders.All(o => double.IsNaN(o.Mean()));
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;
CS
dotnet run --configuration Release
