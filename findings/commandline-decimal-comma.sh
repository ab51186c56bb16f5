#!/usr/bin/env bash
# A decimal comma in an option of System.CommandLine is dropped: --rate 1,5 is 15 and 0,01 is 1.
# Expected: an error, as for an option of type int, where 1,000 cannot be parsed.
# Seen: options of type double and float take the comma for a mark of thousands, wherever it is.
# Why it matters: half of Europe writes 0,01; a learning rate becomes a hundred times what was asked for, in silence.
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
    <PackageReference Include="System.CommandLine" Version="[3.0.0]" />
  </ItemGroup>
</Project>
XML
echo 'System.CommandLine 3.0.0'
cat > Program.cs <<'CS'
using System.CommandLine;
using System.Globalization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rate = new Option<double>("--rate");
var count = new Option<int>("--count");
var command = new RootCommand { rate, count };
double[] seen = [.. new[] { "1,5", "0,01", "1,2,3" }.Select(text =>
{
    ParseResult result = command.Parse(["--rate", text]);
    double value = result.Errors.Count == 0 ? result.GetValue(rate) : double.NaN;
    Console.WriteLine($"--rate {text}: {value}, {result.Errors.Count} errors");
    return value;
})];
int errors = command.Parse(["--count", "1,000"]).Errors.Count;
Console.WriteLine($"--count 1,000: {errors} error");
bool same = seen.SequenceEqual([15, 1, 123]) && errors == 1;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;
CS
dotnet run --configuration Release
