#!/usr/bin/env bash
# The log-loss of binary models is in bits, that of multiclass models in nats.
#
# Expected: the log-loss of a model with two classes is the same number whether they are evaluated as binary or as two
# classes; the documentation of both gives the same formula, without a base.
# Seen: with the probability of the right class 0.8 in all rows, BinaryClassification.Evaluate gives 0.3219 (log2) and
# MulticlassClassification.Evaluate 0.2231 (ln), with the same labels and probabilities.
# Why it matters: a table of tasks of both kinds compares unlike units, and so does a mean over them; the binary figure
# is 1.44 times the log-loss of other libraries.
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
var rows = Enumerable.Range(0, 100).Select(i => i % 2 == 1).ToArray();
double binary = context.BinaryClassification.Evaluate(context.Data.LoadFromEnumerable(rows.Select(yes =>
    new Binary { Label = yes, PredictedLabel = yes, Probability = yes ? 0.8f : 0.2f, Score = yes ? 1.386f : -1.386f })))
    .LogLoss;
IDataView classes = context.Data.LoadFromEnumerable(rows.Select(yes =>
    new Classes { Text = yes ? "yes" : "no", Score = yes ? [0.2f, 0.8f] : [0.8f, 0.2f] }));
var keys = context.Transforms.Conversion.MapValueToKey("Label", nameof(Classes.Text))
    .Append(context.Transforms.CopyColumns("PredictedLabel", "Label"));
double multiclass = context.MulticlassClassification.Evaluate(keys.Fit(classes).Transform(classes)).LogLoss;
Console.WriteLine($"binary {binary:0.0000}, multiclass {multiclass:0.0000}, "
    + $"-ln 0.8 = {-Math.Log(0.8):0.0000}, -log2 0.8 = {-Math.Log2(0.8):0.0000}");
bool same = Math.Abs(binary + Math.Log2(0.8)) < 1e-6 && Math.Abs(multiclass + Math.Log(0.8)) < 1e-6;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Binary
{
    public bool Label { get; set; }
    public bool PredictedLabel { get; set; }
    public float Probability { get; set; }
    public float Score { get; set; }
}

public class Classes
{
    public string Text { get; set; } = "";

    [VectorType(2)]
    public float[] Score { get; set; } = [];
}
CS
dotnet run --configuration Release
