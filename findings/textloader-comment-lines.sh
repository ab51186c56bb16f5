#!/usr/bin/env bash
# The text loader of ML.NET leaves out lines that begin with //, without a word.
# Expected: a row, or an option that says what a comment is, which is off; the format (CSV) has no comments.
# Seen: the row is missing; quoting its first cell brings it back.
# Why it matters: an address such as //server/share, or an identifier, in the first column takes its rows away.
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
string[] lines = ["path,label", "/a/b,1", "//server/share,1", "\"//server/other\",0", "c,0"];
File.WriteAllLines("table.csv", lines);
string[] seen = [.. context.Data.LoadFromTextFile("table.csv", new TextLoader.Options
{
    Columns = [new TextLoader.Column("Path", DataKind.String, 0)],
    Separators = [','],
    HasHeader = true,
    AllowQuoting = true,
}).GetColumn<string>("Path")];
Console.WriteLine($"{lines.Length - 1} rows written, {seen.Length} read: {string.Join("  ", seen)}");
bool same = seen.SequenceEqual(["/a/b", "//server/other", "c"]);
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;
CS
dotnet run --configuration Release
