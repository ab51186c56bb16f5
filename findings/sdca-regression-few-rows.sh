#!/usr/bin/env bash
# The SDCA regression trainer diverges on a few hundred rows of a line without noise.
#
# Expected: features in [0, 1), y = 3 a + b, all defaults: weights near 3 and 1, as the trainer finds for 2,000 rows,
# or an exception that says that it did not converge.
# Seen: with 500 rows, weights -0.1 and -397 and an RMSE of 160, where the mean alone has 0.9; no warning. With 200
# rows it overflows ("non-finite weights"). One thread or many, the same figures.
# Why it matters: it is the linear trainer that ML.NET names first, and a table of a few hundred rows is where one is
# used.
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
bool warned = false;
(double Rmse, string Seen) Fit(int count)
{
    var context = new MLContext(seed: 1);
    context.Log += (_, e) => warned |= e.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Warning;
    var random = new Random(3);
    IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
    {
        float a = random.NextSingle(), b = random.NextSingle();
        return new Row { Features = [a, b], Label = 3 * a + b };
    }).ToArray());
    try
    {
        var fitted = context.Regression.Trainers.Sdca().Fit(rows);
        double rmse = context.Regression.Evaluate(fitted.Transform(rows)).RootMeanSquaredError;
        var weights = fitted.Model.Weights.Select(w => w.ToString("0.00"));
        return (rmse, $"weights {string.Join(", ", weights)}, RMSE {rmse:0.000}");
    }
    catch (ArgumentOutOfRangeException e)
    {
        return (double.NaN, e.Message);
    }
}
var results = new[] { 2000, 500, 200 }.Select(n => (Rows: n, Result: Fit(n))).ToArray();
foreach (var (count, result) in results)
    Console.WriteLine($"{count,4} rows: {result.Seen}");
Console.WriteLine($"warnings: {(warned ? "some" : "none")}");
bool same = results[0].Result.Rmse < 0.05 && results[1].Result.Rmse > 5 && !warned;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Row
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];
    public float Label { get; set; }
}
CS
dotnet run --configuration Release
