#!/usr/bin/env bash
# Above 100,000 rows the area under the precision-recall curve is that of a random sample.
#
# Expected: Evaluate of the same scored rows gives the same metrics, as its area under the ROC curve does.
# Seen: 300,000 rows with 2 % positives, evaluated five times by one MLContext with a fixed seed: five different
# areas, 0.004 or more apart (other seeds differ more), where the area under the ROC curve is the same to the last
# digit. Up to 100,000 rows it is the same each time. Nothing in the log or in the result says that rows were left
# out.
# Why it matters: models are chosen by this metric where positives are rare, and differ by less than this noise.
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
string log = "";
context.Log += (_, e) => log += e.Message.Contains("sampl", StringComparison.OrdinalIgnoreCase) ? e.Message : "";
var random = new Random(3);
Scored[] rows = [.. Enumerable.Range(0, 300_000).Select(_ =>
{
    bool positive = random.NextDouble() < 0.02;
    return new Scored { Label = positive, Score = (float)(random.NextDouble() + (positive ? 0.3 : 0)) };
})];
BinaryClassificationMetrics[] Evaluate(int count) => [.. Enumerable.Range(0, 5).Select(_ =>
    context.BinaryClassification.EvaluateNonCalibrated(context.Data.LoadFromEnumerable(rows.Take(count).ToArray())))];

var few = Evaluate(100_000).Select(m => m.AreaUnderPrecisionRecallCurve).ToArray();
var many = Evaluate(300_000);
var areas = many.Select(m => m.AreaUnderPrecisionRecallCurve).ToArray();
Console.WriteLine($"100,000 rows: {string.Join(" ", few.Select(a => a.ToString("0.00000")))}");
Console.WriteLine($"300,000 rows: {string.Join(" ", areas.Select(a => a.ToString("0.00000")))}");
Console.WriteLine($"ROC:          {string.Join(" ", many.Select(m => m.AreaUnderRocCurve.ToString("0.00000")))}");
bool same = few.Distinct().Count() == 1 && areas.Distinct().Count() == 5 && areas.Max() - areas.Min() > 0.001
    && many.Select(m => m.AreaUnderRocCurve).Distinct().Count() == 1 && log == "";
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
