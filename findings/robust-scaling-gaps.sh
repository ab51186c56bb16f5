#!/usr/bin/env bash
# NormalizeRobustScaling turns the whole column into NaN when some of its cells are missing.
#
# Expected: as with the other normalizers of ML.NET, missing cells are left out of the statistics and stay missing.
# Seen: 100 cells and 20 missing ones: every output is NaN, without an exception or a warning, where
# NormalizeMeanVariance has 20 of them and gives the others the same values as without gaps.
# Why it matters: trainers skip rows with a missing feature, so that no row is left; others learn from a column of
# NaN.
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
float[] Scaled(int gaps, IEstimator<ITransformer> normalizer)
{
    var cells = Enumerable.Range(0, 100).Select(i => (float)i).Concat(Enumerable.Repeat(float.NaN, gaps));
    IDataView rows = context.Data.LoadFromEnumerable(cells.Select(v => new Row { Value = v }).ToArray());
    return [.. normalizer.Fit(rows).Transform(rows).GetColumn<float>("Scaled")];
}
float[] Robust(int gaps) => Scaled(gaps, context.Transforms.NormalizeRobustScaling("Scaled", "Value"));
float[] Variance(int gaps) => Scaled(gaps, context.Transforms.NormalizeMeanVariance("Scaled", "Value"));

foreach (int gaps in new[] { 0, 20 })
    foreach (var (name, scaled) in new[] { ("RobustScaling", Robust(gaps)), ("MeanVariance", Variance(gaps)) })
        Console.WriteLine($"{name,-13} with {gaps,2} gaps: largest cell {scaled[99]:0.000}, "
            + $"{scaled.Count(float.IsNaN)} of {scaled.Length} missing");
Console.WriteLine($"warnings: {(warned ? "some" : "none")}");
bool same = Robust(0)[99] == 1 && Robust(20).All(float.IsNaN) && Variance(0)[99] == Variance(20)[99] && !warned;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Row
{
    public float Value { get; set; }
}
CS
dotnet run --configuration Release
