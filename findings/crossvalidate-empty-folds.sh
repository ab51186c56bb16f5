#!/usr/bin/env bash
# CrossValidate of ML.NET counts a fold without rows as R squared 0 and error 0.
#
# Expected: ten folds by a key of twelve values; keys are hashed, so a fold may get none, and then it is left out,
# named, or has no metrics (NaN).
# Seen: two of ten folds have no rows, R squared 0 and RMSE 0, without an exception or a warning. The mean R squared
# over the folds is 0.8, where that of the folds with rows is above 0.999; the mean RMSE is a fifth too small.
# Why it matters: with customers, patients or machines as the key, the mean over folds is wrong in both directions.
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
    <PackageReference Include="Microsoft.ML.FastTree" Version="[5.0.1]" />
  </ItemGroup>
</Project>
XML
echo 'Microsoft.ML 5.0.1, Microsoft.ML.FastTree 5.0.1'
cat > Program.cs <<'CS'
using Microsoft.ML;
using Microsoft.ML.Data;

var context = new MLContext(seed: 1);
bool warned = false;
context.Log += (_, e) => warned |= e.Kind is Microsoft.ML.Runtime.ChannelMessageKind.Warning
    or Microsoft.ML.Runtime.ChannelMessageKind.Error;
var random = new Random(1);
IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, 600).Select(i =>
{
    float x = random.NextSingle();
    return new Order { Customer = $"customer {i % 12}", Amount = x, Label = 2 * x };
}).ToArray());
var pipeline = context.Transforms.Concatenate("Features", "Amount").Append(context.Regression.Trainers.FastTree());
var folds = context.Regression.CrossValidate(rows, pipeline, numberOfFolds: 10, samplingKeyColumnName: "Customer");

int Rows(IDataView fold) => fold.GetColumn<float>("Score").Count();
foreach (var fold in folds)
    Console.WriteLine($"fold {fold.Fold}: {Rows(fold.ScoredHoldOutSet),3} rows, R squared "
        + $"{fold.Metrics.RSquared:0.0000}, RMSE {fold.Metrics.RootMeanSquaredError:0.0000}");
var filled = folds.Where(f => Rows(f.ScoredHoldOutSet) > 0).ToArray();
var empty = folds.Where(f => Rows(f.ScoredHoldOutSet) == 0).ToArray();
Console.WriteLine($"mean R squared of all folds {folds.Average(f => f.Metrics.RSquared):0.0000}, "
    + $"of those with rows {filled.Average(f => f.Metrics.RSquared):0.0000}; warnings: {(warned ? "some" : "none")}");
bool same = empty.Length == 2 && !warned
    && empty.All(f => f.Metrics.RSquared == 0 && f.Metrics.RootMeanSquaredError == 0)
    && filled.All(f => f.Metrics.RSquared > 0.99);
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Order
{
    public string Customer { get; set; } = "";
    public float Amount { get; set; }
    public float Label { get; set; }
}
CS
dotnet run --configuration Release
