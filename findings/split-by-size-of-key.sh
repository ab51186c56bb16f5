#!/usr/bin/env bash
# TrainTestSplit of ML.NET cuts a sampling key of type Single by size; it does not hash it.
#
# Expected: samplingKeyColumnName keeps rows of one key together and deals keys out at random (by hash, as it does
# for text).
# Seen: with a key column of Single the test set is the rows with the smallest keys, for every seed.
# Why it matters: customer numbers grow with time, so the test set is the oldest customers and its metric is off, and
# another seed is no other split.
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

float[] numbers = Test(seed: 1, "Number"), again = Test(seed: 2, "Number"), texts = Test(seed: 1, "Text");
Console.WriteLine("100 customers, numbers 1000 to 1099; customers in the test set (a fifth):");
Console.WriteLine($"key as Single, seed 1: {string.Join(" ", numbers)}");
Console.WriteLine($"key as Single, seed 2: {string.Join(" ", again)}");
Console.WriteLine($"key as text, seed 1:   {string.Join(" ", texts)}");
float[] smallest = [.. Enumerable.Range(1000, 20).Select(i => (float)i)];
bool same = numbers.SequenceEqual(smallest) && again.SequenceEqual(smallest) && texts.Any(n => n >= 1050);
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

static float[] Test(int seed, string key)
{
    var context = new MLContext(seed);
    // In no order, so that it is not the place of a row that counts.
    IDataView data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i => 1000 + i * 37 % 100)
        .Select(n => new Row { Number = n, Text = $"customer {n}" }));
    IDataView test = context.Data.TrainTestSplit(data, testFraction: 0.2, samplingKeyColumnName: key, seed).TestSet;
    return [.. test.GetColumn<float>("Number").Order()];
}

public class Row
{
    public float Number { get; set; }
    public string Text { get; set; } = "";
}
CS
dotnet run --configuration Release
