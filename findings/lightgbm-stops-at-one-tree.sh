#!/usr/bin/env bash
# LightGBM by ML.NET keeps one tree when it stops early without a metric.
#
# Expected: EarlyStoppingRound with EvaluationMetric None is refused, stops on the loss, or does not stop at all.
# Seen: 1 of 100 trees is kept, R squared 0.34 on the validation rows; with the metric Default 68 trees and 0.99. There
# is no exception and no warning.
# Why it matters: None reads like "do not print a metric", and what comes back is a model that has learned one step.
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
echo 'Microsoft.ML 5.0.1, Microsoft.ML.LightGbm 5.0.1'
cat > Program.cs <<'CS'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;
using Metric = Microsoft.ML.Trainers.LightGbm.LightGbmRegressionTrainer.Options.EvaluateMetricType;

var context = new MLContext(seed: 1);
bool warned = false;
context.Log += (_, e) => warned |= e.Kind is Microsoft.ML.Runtime.ChannelMessageKind.Warning
    or Microsoft.ML.Runtime.ChannelMessageKind.Error;
var random = new Random(1);
IDataView train = Rows(2000), validation = Rows(500);
(int trees, double quality) = Train(Metric.None);
Console.WriteLine($"None:    {trees} of 100 trees, R squared {quality:0.00}; warnings: {(warned ? "some" : "none")}");
(int more, double better) = Train(Metric.Default);
Console.WriteLine($"Default: {more} of 100 trees, R squared {better:0.00}");
bool same = trees == 1 && quality < 0.5 && !warned && more > 20 && better > 0.95;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

(int Trees, double RSquared) Train(Metric metric)
{
    var model = context.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
    {
        NumberOfIterations = 100, EarlyStoppingRound = 10, EvaluationMetric = metric, NumberOfThreads = 1,
    }).Fit(train, validation);
    return (model.Model.TrainedTreeEnsemble.Trees.Count,
        context.Regression.Evaluate(model.Transform(validation)).RSquared);
}

IDataView Rows(int count) => context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
{
    float x = random.NextSingle(), z = random.NextSingle();
    return new Row { Features = [x, z], Label = MathF.Sin(6 * x) + z + 0.2f * random.NextSingle() };
}).ToArray());

public class Row
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];
    public float Label { get; set; }
}
CS
dotnet run --configuration Release
