#!/usr/bin/env bash
# DataFrame.Description divides the sum by all rows, DataFrameColumn.Mean by those with a value.
#
# Expected: the two means of a column are equal; Description says "Length (excluding null values)" in its first row.
# Seen: with one null in four cells, Mean() is 4/3 and the Mean of Description is 1.
# Why it matters: Description is the first look at a table. With labels observed for a tenth of the rows, their share
# of positives or mean looks ten times smaller than it is.
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

var frame = new DataFrame(new SingleDataFrameColumn("Price", new float?[] { 1, null, 3, 0 }));
DataFrame description = frame.Description();
double Described(string row) => Convert.ToDouble(
    description.Rows.First(r => (string)r[0] == row)[1], CultureInfo.InvariantCulture);
double length = Described("Length (excluding null values)"), mean = Described("Mean"), own = frame["Price"].Mean();

FormattableString line = $"cells 1, null, 3, 0: length {length}, mean by Description {mean}, by Mean() {own:0.0000}";
Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
bool same = length == 3 && mean == 1 && Math.Abs(own - 4.0 / 3) < 1e-6;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;
CS
dotnet run --configuration Release
