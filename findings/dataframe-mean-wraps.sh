#!/usr/bin/env bash
# DataFrameColumn.Mean sums in the column's own type: it wraps round, or stops growing.
#
# Expected: the mean of equal cells is that cell.
# Seen: the mean of a thousand bytes of 200 is 0.064 (the sum is 64), that of three integers of 2,000,000,000 is
# 568,344,234.67, and that of twenty million cells of 0.1f is 0.105 (the running Single no longer grows right). No
# exception, no warning.
# Why it matters: imputing or centring by this mean spoils the column; identifiers, cents and counts reach such sums
# soon.
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
    <PackageReference Include="Microsoft.Data.Analysis" Version="[0.23.1]" />
  </ItemGroup>
</Project>
XML
echo 'Microsoft.Data.Analysis 0.23.1'
cat > Program.cs <<'CS'
using System.Globalization;
using Microsoft.Data.Analysis;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
double bytes = new ByteDataFrameColumn("b", Enumerable.Repeat((byte)200, 1000)).Mean();
double integers = new Int32DataFrameColumn("i", Enumerable.Repeat(2_000_000_000, 3)).Mean();
double singles = new SingleDataFrameColumn("f", Enumerable.Repeat(0.1f, 20_000_000)).Mean();
double doubles = new DoubleDataFrameColumn("d", Enumerable.Repeat(0.1, 20_000_000)).Mean();

Console.WriteLine($"1,000 bytes of 200:              {bytes}");
Console.WriteLine($"3 integers of 2,000,000,000:     {integers:0.00}");
Console.WriteLine($"20,000,000 Singles of 0.1:       {singles:0.0000}");
Console.WriteLine($"20,000,000 Doubles of 0.1:       {doubles:0.0000}");
bool same = bytes == 0.064 && integers < 600_000_000 && singles > 0.104 && Math.Abs(doubles - 0.1) < 1e-6;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;
CS
dotnet run --configuration Release
