#!/usr/bin/env bash
# The area under the precision-recall curve of equal scores depends on the order of the rows.
#
# Expected: rows with one score are one point of the curve, so that the area of a constant score is the share of
# positives (0.5 here), in every order of the rows; the area under the ROC curve treats ties so and is 0.5.
# Seen: the area of a constant score is 1 with the positive rows first and 0.304 with them last.
# Why it matters: a model that tells nothing looks perfect on a file sorted by label; scores of small trees, of
# rounded probabilities and of a task that was never learned are full of ties.
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
BinaryClassificationMetrics Evaluate(Func<int, bool> label) => context.BinaryClassification.EvaluateNonCalibrated(
    context.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(i => new Scored { Label = label(i), Score = 1 })));

var first = Evaluate(i => i < 5);
var last = Evaluate(i => i >= 5);
Console.WriteLine($"positives first: precision-recall {first.AreaUnderPrecisionRecallCurve:0.000}, "
    + $"ROC {first.AreaUnderRocCurve:0.000}");
Console.WriteLine($"positives last:  precision-recall {last.AreaUnderPrecisionRecallCurve:0.000}, "
    + $"ROC {last.AreaUnderRocCurve:0.000}");
bool same = first.AreaUnderPrecisionRecallCurve == 1 && last.AreaUnderPrecisionRecallCurve < 0.31
    && first.AreaUnderRocCurve == 0.5 && last.AreaUnderRocCurve == 0.5;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Scored
{
    public bool Label { get; set; }
    public float Score { get; set; }
    public bool PredictedLabel { get; set; }
}
CS
dotnet run --configuration Release
