#!/usr/bin/env bash
# The naive calibrator of ML.NET adds up the data of all its fits.
#
# Expected: an estimator has no memory; Fit on data B gives the same model whether or not Fit was called on A before.
# Seen: fitted on A and then on B, where the labels are the other way round, one estimator gives probability 0.5 on B
# for every row; a new one gives 0 and 1.
# Why it matters: one calibrator used for several label columns, or for the folds of a cross-validation, mixes them.
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
IDataView a = Scores(positive: true), b = Scores(positive: false);
var used = context.BinaryClassification.Calibrators.Naive();
used.Fit(a);
float[] seen = Probabilities(used.Fit(b).Transform(b));
float[] expected = Probabilities(context.BinaryClassification.Calibrators.Naive().Fit(b).Transform(b));
Console.WriteLine($"fitted on A before: {string.Join(' ', seen)}");
Console.WriteLine($"new estimator:      {string.Join(' ', expected)}");
bool same = seen.SequenceEqual([0.5f, 0.5f]) && expected.SequenceEqual([0f, 1f]);
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

IDataView Scores(bool positive) => context.Data.LoadFromEnumerable(Enumerable.Range(0, 1000).Select(i =>
    new Row { Score = i % 2 == 0 ? 1 : -1, Label = i % 2 == 0 == positive }).ToArray());

static float[] Probabilities(IDataView data) => [.. data.GetColumn<float>("Probability").Take(2)];

public class Row
{
    public float Score { get; set; }
    public bool Label { get; set; }
}
CS
dotnet run --configuration Release
