#!/usr/bin/env bash
# NormalizeLogMeanVariance gives a missing cell 0, the score of the smallest value.
#
# Expected: a missing cell stays missing, as with NormalizeMeanVariance.
# Seen: NaN comes out as 0, where the smallest cell of the column has 0.015; there is no warning, and nothing tells
# the two apart any more.
# Why it matters: a step that fills or flags missing values after this one finds none; the model takes gaps for the
# least value.
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
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext(seed: 1);
bool warned = false;
context.Log += (_, e) => warned |= e.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Warning;
float[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, float.NaN];
IDataView rows = context.Data.LoadFromEnumerable(values.Select(v => new Row { Value = v }).ToArray());
float[] Scaled(IEstimator<ITransformer> normalizer) =>
    [.. normalizer.Fit(rows).Transform(rows).GetColumn<float>("Scaled")];

float[] linear = Scaled(context.Transforms.NormalizeMeanVariance("Scaled", "Value"));
float[] log = Scaled(context.Transforms.NormalizeLogMeanVariance("Scaled", "Value"));
Console.WriteLine($"NormalizeMeanVariance:    1 -> {linear[0]:0.000}, NaN -> {linear[^1]:0.000}");
Console.WriteLine($"NormalizeLogMeanVariance: 1 -> {log[0]:0.000}, NaN -> {log[^1]:0.000}; "
    + $"warnings: {(warned ? "some" : "none")}");
bool same = float.IsNaN(linear[^1]) && log[^1] == 0 && log[0] is > 0.01f and < 0.02f && !warned;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Row
{
    public float Value { get; set; }
}
CS
dotnet run --configuration Release
