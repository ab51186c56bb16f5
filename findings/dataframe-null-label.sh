#!/usr/bin/env bash
# A null in an integer or Boolean column of a DataFrame is 0 or False for ML.NET.
#
# Expected: as in a Single column, where a null comes out as NaN, a null cell is missing, or the column is refused.
# Seen: the Int32 and Boolean columns give 0 and False for their nulls, without a warning; a trainer learns them as
# labels. Back in a DataFrame (ToDataFrame) no column has a null any more; those of the Single column are NaN then.
# Why it matters: a label that was not observed becomes a negative one. With several label columns most rows lack
# some.
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
    <PackageReference Include="Microsoft.Data.Analysis" Version="[0.23.1]" />
  </ItemGroup>
</Project>
XML
echo 'Microsoft.ML 5.0.1, Microsoft.Data.Analysis 0.23.1'
cat > Program.cs <<'CS'
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

var context = new MLContext(seed: 1);
bool warned = false;
context.Log += (_, e) => warned |= e.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Warning;
var frame = new DataFrame(
    new SingleDataFrameColumn("Price", new float?[] { 1, null, 3 }),
    new Int32DataFrameColumn("Visits", new int?[] { 1, null, 3 }),
    new BooleanDataFrameColumn("Bought", new bool?[] { true, null, true }));
IDataView view = frame;
float[] price = [.. view.GetColumn<float>("Price")];
int[] visits = [.. view.GetColumn<int>("Visits")];
bool[] bought = [.. view.GetColumn<bool>("Bought")];
long[] nulls = [.. view.ToDataFrame().Columns.Select(c => c.NullCount)];

Console.WriteLine($"in the frame, nulls per column: {string.Join(", ", frame.Columns.Select(c => c.NullCount))}");
Console.WriteLine($"Single:  {string.Join(", ", price)}");
Console.WriteLine($"Int32:   {string.Join(", ", visits)}");
Console.WriteLine($"Boolean: {string.Join(", ", bought)}");
Console.WriteLine($"back in a frame, nulls per column: {string.Join(", ", nulls)}");
Console.WriteLine($"warnings: {(warned ? "some" : "none")}");
bool same = float.IsNaN(price[1]) && visits[1] == 0 && !bought[1] && nulls.All(n => n == 0) && !warned;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;
CS
dotnet run --configuration Release
