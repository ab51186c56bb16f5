#!/usr/bin/env bash
# A DataFrame made of a slice of an Arrow array holds the rows from the start of the array.
#
# Expected: the slice of two to four of (1, null, 3, null, 5) is (3, null, 5), in a frame as in Arrow.
# Seen: DataFrame.FromArrowRecordBatch reads the buffers from their beginning: the frame holds (1, null, 3), and its
# NullCount is -1.
# Why it matters: slices are how Arrow hands on a part of a table (a page of a query, a split into training and test
# rows); features and labels are then those of other rows, silently.
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
    <PackageReference Include="Microsoft.Data.Analysis" Version="[0.23.1]" />
  </ItemGroup>
</Project>
XML
echo 'Microsoft.Data.Analysis 0.23.1'
cat > Program.cs <<'CS'
using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.Data.Analysis;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
FloatArray whole = new FloatArray.Builder().Append(1).AppendNull().Append(3).AppendNull().Append(5).Build();
var slice = (FloatArray)whole.Slice(2, 3);
var schema = new Schema.Builder().Field(f => f.Name("x").DataType(FloatType.Default).Nullable(true)).Build();
string Text(IEnumerable<object> cells) => string.Join(", ", cells.Select(cell => cell ?? "null"));

DataFrameColumn column = DataFrame.FromArrowRecordBatch(new RecordBatch(schema, [slice], slice.Length))["x"];
string arrow = Text(Enumerable.Range(0, slice.Length).Select(i => (object)slice.GetValue(i)));
string frame = Text(Enumerable.Range(0, (int)column.Length).Select(i => (object)column[i]));
Console.WriteLine($"Apache.Arrow {typeof(FloatArray).Assembly.GetName().Version}: {arrow}");
Console.WriteLine($"the frame: {frame}; NullCount {column.NullCount}");
bool same = arrow == "3, null, 5" && frame == "1, null, 3" && column.NullCount == -1;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;
CS
dotnet run --configuration Release
