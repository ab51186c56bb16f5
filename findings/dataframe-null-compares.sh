#!/usr/bin/env bash
# A null of a DataFrame column compares as 0: null < 1 is True, and a filter keeps the row.
# Expected: a comparison with a missing value is null or False.
# Seen: for a null, ElementwiseLessThan(18), ElementwiseGreaterThan(-1) and ElementwiseEquals(0) are all True.
# Why it matters: rows without a measurement pass every filter that 0 passes, and are trained on or counted.
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
using Microsoft.Data.Analysis;

var age = new PrimitiveDataFrameColumn<float>("age", [30, null, 0, 65]);
var frame = new DataFrame(new StringDataFrameColumn("name", ["a", "b", "c", "d"]), age);
bool?[] less = [.. age.ElementwiseLessThan(18f)], greater = [.. age.ElementwiseGreaterThan(-1f)],
    equal = [.. age.ElementwiseEquals(0f)];
DataFrame young = frame.Filter(age.ElementwiseLessThan(18f));
Console.WriteLine($"age:        {string.Join(", ", age.Select(v => v?.ToString() ?? "null"))}");
Console.WriteLine($"age < 18:   {string.Join(", ", less)}");
Console.WriteLine($"age > -1:   {string.Join(", ", greater)}");
Console.WriteLine($"age == 0:   {string.Join(", ", equal)}");
Console.WriteLine($"kept by the filter age < 18: {string.Join(", ", young["name"].Cast<string>())}");
bool same = less[1] == true && greater[1] == true && equal[1] == true && young.Rows.Count == 2;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;
CS
dotnet run --configuration Release
