#!/usr/bin/env bash
# One infinite cell makes NormalizeMinMax of ML.NET give 0 for all others.
# Expected: an error that names the column, or the infinite cell left out of the statistics, as missing ones are.
# Seen: every finite value becomes 0, and the infinite one NaN; nothing is said.
# Why it matters: the text loader reads 1e60 as infinite, so one slip of the keyboard takes a feature away from all rows.
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
float[] clean = Scaled(1, 2, 4, 8), spoilt = Scaled(1, 2, 4, 8, float.PositiveInfinity);
Console.WriteLine($"1, 2, 4, 8:           {string.Join(", ", clean)}");
Console.WriteLine($"1, 2, 4, 8, infinite: {string.Join(", ", spoilt)}");
bool same = clean.SequenceEqual([0.125f, 0.25f, 0.5f, 1]) && spoilt[..4].All(v => v == 0) && float.IsNaN(spoilt[4]);
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

float[] Scaled(params float[] values)
{
    IDataView data = context.Data.LoadFromEnumerable(values.Select(v => new Row { Value = v }));
    return [.. context.Transforms.NormalizeMinMax("Value").Fit(data).Transform(data).GetColumn<float>("Value")];
}

internal sealed class Row
{
    public float Value { get; set; }
}
CS
dotnet run --configuration Release
