#!/usr/bin/env bash
# FastTree by ML.NET scores a missing feature like the largest value of it.
#
# Expected: rows whose label is -5 exactly where the feature is missing score -5, as LightGBM by ML.NET does it on this
# data, or at least something that is not the opposite.
# Seen: FastTree leaves those rows out of the training (a warning counts them) and then scores them, without a word,
# like rows with the largest value: 0.99, the highest score of all. GAM scores them like the smallest value.
# Why it matters: the fewer is known of a row, the surer the model is of it.
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
    <PackageReference Include="Microsoft.ML.LightGbm" Version="[5.0.1]" />
  </ItemGroup>
</Project>
XML
echo 'Microsoft.ML 5.0.1, Microsoft.ML.FastTree 5.0.1, Microsoft.ML.LightGbm 5.0.1'
cat > Program.cs <<'CS'
using Microsoft.ML;
using Microsoft.ML.Data;

var context = new MLContext(seed: 1);
var random = new Random(1);
IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, 1000).Select(i =>
{
    float x = random.NextSingle();
    return i % 4 == 0 ? new Row { X = float.NaN, Label = -5 } : new Row { X = x, Label = x };
}).ToArray());
IDataView data = context.Transforms.Concatenate("Features", "X").Fit(rows).Transform(rows);
float[] fastTree = Scores(context.Regression.Trainers.FastTree().Fit(data));
float[] gam = Scores(context.Regression.Trainers.Gam().Fit(data));
float[] lightGbm = Scores(context.Regression.Trainers.LightGbm().Fit(data));

Console.WriteLine("label where the feature is missing: -5, elsewhere 0 to 1; scores where it is missing:");
Console.WriteLine($"FastTree {fastTree[0]:0.000} of {fastTree.Min():0.000} to {fastTree.Max():0.000}");
Console.WriteLine($"GAM      {gam[0]:0.000} of {gam.Min():0.000} to {gam.Max():0.000}");
Console.WriteLine($"LightGBM {lightGbm[0]:0.000} of {lightGbm.Min():0.000} to {lightGbm.Max():0.000}");
bool same = fastTree[0] == fastTree.Max() && fastTree[0] > 0.9 && gam[0] == gam.Min() && gam[0] > -0.1
    && Math.Abs(lightGbm[0] + 5) < 0.1;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

float[] Scores(ITransformer model) => [.. model.Transform(data).GetColumn<float>("Score")];

public class Row
{
    public float X { get; set; }
    public float Label { get; set; }
}
CS
dotnet run --configuration Release
