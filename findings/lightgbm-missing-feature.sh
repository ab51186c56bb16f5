#!/usr/bin/env bash
# LightGBM by ML.NET scores missing values like present ones where a feature has values of both signs.
#
# Expected: LightGBM treats a missing value (NaN) as a side of its own, so rows whose label is 10 exactly where the
# feature is missing score 10, on the training rows at the very least.
# Seen: they score 0, like the rows where it is present. With the same feature moved up so that all values are
# positive they score 10, although trees do not care about such a move. There is no warning.
# Why it matters: every standardised feature has values of both signs, so standardising one breaks the model.
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
    <PackageReference Include="Microsoft.ML.LightGbm" Version="[5.0.1]" />
  </ItemGroup>
</Project>
XML
echo 'Microsoft.ML 5.0.1'
echo 'Microsoft.ML.LightGbm 5.0.1'
cat > Program.cs <<'CS'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

float[] around = MeanScores(shift: 0), above = MeanScores(shift: 10);
Console.WriteLine("label 10 where the feature is missing, 0 elsewhere; mean score of the training rows:");
Console.WriteLine($"feature from -5 to 4: missing {around[0]:f3}, present {around[1]:f3}");
Console.WriteLine($"feature from 5 to 14: missing {above[0]:f3}, present {above[1]:f3}");
bool same = around[0] < 1 && above[0] > 9 && above[1] < 1;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

static float[] MeanScores(float shift)
{
    var context = new MLContext(seed: 1);
    Row[] rows = [.. Enumerable.Range(0, 1000).Select(i => i % 2 == 0
        ? new Row { Label = 10, Features = [float.NaN, i % 4] }
        : new Row { Label = 0, Features = [i / 2 % 10 - 5 + shift, i % 4] })];
    IDataView data = context.Data.LoadFromEnumerable(rows);
    var options = new LightGbmRegressionTrainer.Options { NumberOfThreads = 1 };
    float[] scores = [.. context.Regression.Trainers.LightGbm(options).Fit(data).Transform(data)
        .GetColumn<float>("Score")];
    return [scores.Where((_, i) => i % 2 == 0).Average(), scores.Where((_, i) => i % 2 == 1).Average()];
}

public class Row
{
    public float Label { get; set; }
    [VectorType(2)]
    public float[] Features { get; set; } = [];
}
CS
dotnet run --configuration Release
