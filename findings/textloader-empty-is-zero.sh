#!/usr/bin/env bash
# An empty cell of a number is 0 for the text loader of ML.NET; a word, "NA" or "?" is NaN.
# Expected: an empty cell is missing like the others, as in other readers of such files.
# Seen: 0, unless MissingRealsAsNaNs is set, which is off.
# Why it matters: the most frequent way to write a gap is taken for a measurement of 0, or for a negative label.
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
    <PackageReference Include="Microsoft.ML" Version="[5.0.1]" />
  </ItemGroup>
</Project>
XML
echo 'Microsoft.ML 5.0.1'
cat > Program.cs <<'CS'
using Microsoft.ML;
using Microsoft.ML.Data;

var context = new MLContext(seed: 1);
File.WriteAllText("table.csv", "name,label\na,1\nb,\nc,NA\nd,?\ne,none\n");
float[] seen = Read(false), asked = Read(true);
Console.WriteLine($"cells: 1, (empty), NA, ?, none: {string.Join(", ", seen)}");
Console.WriteLine($"with MissingRealsAsNaNs:        {string.Join(", ", asked)}");
bool same = seen[1] == 0 && seen[2..].All(float.IsNaN) && asked[1..].All(float.IsNaN);
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

float[] Read(bool missing) => [.. context.Data.LoadFromTextFile("table.csv", new TextLoader.Options
{
    Columns = [new TextLoader.Column("Label", DataKind.Single, 1)],
    Separators = [','],
    HasHeader = true,
    MissingRealsAsNaNs = missing,
}).GetColumn<float>("Label")];
CS
dotnet run --configuration Release
