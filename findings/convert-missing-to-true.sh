#!/usr/bin/env bash
# ConvertType of ML.NET turns a missing number into True.
# Expected: a missing Boolean cannot be said, so an error, or False as for every other value that is not a number; texts
# that are no Boolean are refused by the same stage.
# Seen: NaN becomes True, like any number that is not 0; nothing is said.
# Why it matters: labels that were not observed, NaN in a column of Single, become positive examples when the column is
# converted for a trainer or an evaluator that wants a Boolean label.
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
float[] labels = [0, 1, float.NaN, float.NaN, 0];
IDataView data = context.Data.LoadFromEnumerable(labels.Select(v => new Row { Label = v }));
IDataView converted = context.Transforms.Conversion.ConvertType("Label", outputKind: DataKind.Boolean).Fit(data)
    .Transform(data);
bool[] seen = [.. converted.GetColumn<bool>("Label")];
Console.WriteLine($"Single:  {string.Join(", ", labels)}");
Console.WriteLine($"Boolean: {string.Join(", ", seen)}");
bool same = seen.SequenceEqual([false, true, true, true, false]);
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

internal sealed class Row
{
    public float Label { get; set; }
}
CS
dotnet run --configuration Release
