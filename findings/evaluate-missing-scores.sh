#!/usr/bin/env bash
# Evaluate of ML.NET leaves out rows whose score is missing.
#
# Expected: a row that the model could not score (NaN) counts as wrong, or the metrics say how many rows they are of.
# Seen: with 89 of 100 scores missing the accuracy of a binary model and the R squared of a regression are 1. Only the
# sum of the confusion matrix tells; the metrics of a regression have no number of rows.
# Why it matters: a model that fails on most rows looks perfect, and comparing two models by these metrics compares
# different rows.
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
IDataView binary = context.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i => new Binary
{
    Label = i % 2 == 0,
    PredictedLabel = i >= 89 && i % 2 == 0,
    Score = i < 89 ? float.NaN : i % 2 == 0 ? 2 : -2,
    Probability = i < 89 ? float.NaN : i % 2 == 0 ? 0.9f : 0.1f,
}));
CalibratedBinaryClassificationMetrics b = context.BinaryClassification.Evaluate(binary);
double counted = b.ConfusionMatrix.Counts.Sum(row => row.Sum());
IDataView numbers = context.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i =>
    new Number { Label = i, Score = i < 89 ? float.NaN : i }));
RegressionMetrics r = context.Regression.Evaluate(numbers);

Console.WriteLine("100 rows, 89 of them with score NaN");
Console.WriteLine($"binary:     accuracy {b.Accuracy}, area under ROC {b.AreaUnderRocCurve}, F1 {b.F1Score}, "
    + $"rows in the confusion matrix {counted}");
Console.WriteLine($"regression: R squared {r.RSquared}, RMSE {r.RootMeanSquaredError}");
bool same = b.Accuracy == 1 && b.AreaUnderRocCurve == 1 && counted == 11
    && r.RSquared == 1 && r.RootMeanSquaredError == 0;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Binary
{
    public bool Label { get; set; }
    public bool PredictedLabel { get; set; }
    public float Score { get; set; }
    public float Probability { get; set; }
}

public class Number
{
    public float Label { get; set; }
    public float Score { get; set; }
}
CS
dotnet run --configuration Release
