#!/usr/bin/env bash
# ReplaceMissingValues by the mode does not count the zeros that a sparse vector leaves out.
#
# Expected: the same rows get the same replacement, written as dense or as sparse vectors; by the mean they do.
# Seen: cells NaN, 5, 0, 0 of one slot: the dense vectors get 0 for the missing one, the sparse ones 5, without a
# warning.
# Why it matters: one-hot, hashed and text features are sparse and mostly 0, so a gap is filled by a rare value; and
# the same model changes with the way its training rows were stored.
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
using Mode = Microsoft.ML.Transforms.MissingValueReplacingEstimator.ReplacementMode;

var context = new MLContext(seed: 1);
float[] slot = [float.NaN, 5, 0, 0];
IDataView dense = context.Data.LoadFromEnumerable(
    slot.Select(v => new Row { Values = new VBuffer<float>(2, [v, 1]) }).ToArray());
IDataView sparse = context.Data.LoadFromEnumerable(slot.Select(v => new Row
{
    Values = v == 0 ? new VBuffer<float>(2, 1, [1], [1]) : new VBuffer<float>(2, 2, [v, 1], [0, 1]),
}).ToArray());
float Filled(IDataView rows, Mode mode) => context.Transforms.ReplaceMissingValues("Values", replacementMode: mode)
    .Fit(rows).Transform(rows).GetColumn<float[]>("Values").First()[0];

foreach (Mode mode in new[] { Mode.Mean, Mode.Mode })
    Console.WriteLine($"{mode}: dense {Filled(dense, mode):0.0000}, sparse {Filled(sparse, mode):0.0000}");
bool same = Filled(dense, Mode.Mean) == Filled(sparse, Mode.Mean)
    && Filled(dense, Mode.Mode) == 0 && Filled(sparse, Mode.Mode) == 5;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Row
{
    [VectorType(2)]
    public VBuffer<float> Values { get; set; }
}
CS
dotnet run --configuration Release
