#!/usr/bin/env bash
# LightGBM by ML.NET learns a missing regression label as 0.
#
# Expected: a row without a label (NaN) is left out of training, as the FastTree trainer of ML.NET does, or refused.
# Seen: it counts as a row with label 0. All labels that exist are 10, the scores are about 5. There is no warning.
# Why it matters: with several labels of which each row has some, as is usual, all predictions are pulled to zero.
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
    <PackageReference Include="Microsoft.ML.FastTree" Version="[5.0.1]" />
  </ItemGroup>
</Project>
XML
echo 'Microsoft.ML 5.0.1'
echo 'Microsoft.ML.LightGbm 5.0.1'
echo 'Microsoft.ML.FastTree 5.0.1'
cat > Program.cs <<'CS'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

var context = new MLContext(seed: 1);
Row[] rows = [.. Enumerable.Range(0, 1000).Select(i =>
    new Row { Label = i % 2 == 0 ? 10 : float.NaN, Features = [i % 7, i % 5] })];
IDataView all = context.Data.LoadFromEnumerable(rows);
IDataView labeled = context.Data.LoadFromEnumerable(rows.Where(r => r.Label == 10));
var lightGbm = context.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options { NumberOfThreads = 1 });
var fastTree = context.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options { NumberOfThreads = 1 });
int warnings = 0;
context.Log += (_, e) => warnings += e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning ? 1 : 0;

float whole = MeanScore(lightGbm, all);
int told = warnings;
float part = MeanScore(lightGbm, labeled), other = MeanScore(fastTree, all);
Console.WriteLine("500 rows with label 10, 500 rows without a label; mean score:");
Console.WriteLine($"LightGBM on all rows      {whole:f3} ({told} warnings)");
Console.WriteLine($"LightGBM on labelled rows {part:f3}");
Console.WriteLine($"FastTree on all rows      {other:f3}");
bool same = whole is > 4 and < 6 && part > 9.9f && other > 9.9f && told == 0;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

float MeanScore(IEstimator<ITransformer> trainer, IDataView data) =>
    trainer.Fit(data).Transform(all).GetColumn<float>("Score").Average();

public class Row
{
    public float Label { get; set; }
    [VectorType(2)]
    public float[] Features { get; set; } = [];
}
CS
dotnet run --configuration Release
