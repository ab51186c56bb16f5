#!/usr/bin/env bash
# A text with a line break, written by SaveAsText of ML.NET, comes back as two rows.
# Expected: what SaveAsText writes, LoadFromTextFile reads with the same separator and quotes allowed; the writer puts
# the text into quotes, the usual way to keep a line break.
# Seen: the reader ends the row at the line break and drops the text before it; that row has an empty text and 0, and
# the rest of the text begins a row of its own. Only ReadMultilines, which is off, reads what was written.
# Why it matters: comments and addresses have line breaks; the table gets more rows than it had, with labels of 0, and
# nothing is said.
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
Row[] rows = [new("good", 5), new("line one\nline two", 4), new("bad", 1)];
IDataView data = context.Data.LoadFromEnumerable(rows);
using (FileStream stream = File.Create("table.csv"))
    context.Data.SaveAsText(data, stream, ',', headerRow: true, schema: false);
Console.WriteLine(File.ReadAllText("table.csv"));
Row[] back = Read(false), lines = Read(true);
Console.WriteLine($"{rows.Length} rows written, {back.Length} read:");
foreach (Row row in back)
    Console.WriteLine($"  '{row.Text}' {row.Stars}");
Console.WriteLine($"with ReadMultilines: {lines.Length}");
bool same = back.Length == 4 && back[1].Stars == 0 && lines.SequenceEqual(rows);
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

Row[] Read(bool multiple)
{
    IDataView view = context.Data.LoadFromTextFile("table.csv", new TextLoader.Options
    {
        Columns = [new("Text", DataKind.String, 0), new("Stars", DataKind.Single, 1)],
        Separators = [','],
        HasHeader = true,
        AllowQuoting = true,
        ReadMultilines = multiple,
    });
    return [.. view.GetColumn<string>("Text").Zip(view.GetColumn<float>("Stars"), (t, s) => new Row(t, s))];
}

internal sealed record Row(string Text, float Stars);
CS
dotnet run --configuration Release
