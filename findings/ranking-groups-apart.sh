#!/usr/bin/env bash
# Rows of one query that are not adjacent are many queries for the rankers and metrics of ML.NET.
# Expected: the group column says which rows belong together, wherever they are; or rows that are apart are refused.
# Seen: the same 2,000 rows of 100 queries and the same scores: NDCG@1 is 1.000 sorted by query and 0.749 interleaved,
# for each run of equal keys counts as a query. FastTree learns from them to score every row alike. Nothing warns.
# Why it matters: a shuffle or split of rows, harmless to every other trainer, spoils training and metrics of a ranker.
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
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext(seed: 1);
bool warned = false;
context.Log += (_, e) => warned |= e.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Warning;
var random = new Random(3);
Page[] pages = [.. Enumerable.Range(0, 2000).Select(i =>
{
    float a = random.NextSingle(), b = random.NextSingle();
    return new Page { Query = $"q{i % 100}", Features = [a, b], Label = (int)(4 * a), Score = a };
})];
var keys = context.Transforms.Conversion.MapValueToKey("Query");
(double Gain, float Lowest, float Highest) Try(IEnumerable<Page> order)
{
    IDataView rows = context.Data.LoadFromEnumerable(order.ToArray());
    rows = keys.Fit(rows).Transform(rows);
    double gain = context.Ranking.Evaluate(rows, rowGroupColumnName: "Query").NormalizedDiscountedCumulativeGains[0];
    var ranker = context.Ranking.Trainers.FastTree(rowGroupColumnName: "Query");
    float[] scores = [.. ranker.Fit(rows).Transform(rows).GetColumn<float>("Score")];
    return (gain, scores.Min(), scores.Max());
}
var sorted = Try(pages.OrderBy(p => p.Query, StringComparer.Ordinal));
var apart = Try(pages);
foreach (var (name, seen) in new[] { ("sorted by query", sorted), ("interleaved", apart) })
    Console.WriteLine($"{name,-15}: NDCG@1 {seen.Gain:0.000}; "
        + $"FastTree scores {seen.Lowest:0.00} to {seen.Highest:0.00}");
Console.WriteLine($"warnings: {(warned ? "some" : "none")}");
bool same = sorted.Gain > 0.999 && apart.Gain < 0.9 && sorted.Highest - sorted.Lowest > 1
    && apart.Highest == apart.Lowest && !warned;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Page
{
    public string Query { get; set; } = "";
    [VectorType(2)]
    public float[] Features { get; set; } = [];
    public float Label { get; set; }
    public float Score { get; set; }
}
CS
dotnet run --configuration Release
