#!/usr/bin/env bash
# A key property of a class is shifted by one on its way into ML.NET and not on its way out.
#
# Expected: rows read back by CreateEnumerable have the values with which LoadFromEnumerable was called.
# Seen: a [KeyType(3)] property of 0, 1, 2, 3 comes back as 1, 2, 3, 0. Going in it counts from 0, so that 3 becomes
# "missing"; coming out it counts from 1, with 0 for "missing". There is no warning, and a second round shifts again.
# Why it matters: who writes grades 1, 2, 3, with 0 for "not known", trains "not known" as the first class and loses the
# last one.
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
uint[] written = [0, 1, 2, 3];
uint[] once = Round(written);
uint[] twice = Round(once);
Console.WriteLine($"written     {string.Join(' ', written)}");
Console.WriteLine($"read back   {string.Join(' ', once)}");
Console.WriteLine($"once more   {string.Join(' ', twice)}");
bool same = string.Join(' ', once) == "1 2 3 0" && string.Join(' ', twice) == "2 3 0 1";
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

uint[] Round(uint[] grades) =>
    [.. context.Data.CreateEnumerable<Row>(context.Data.LoadFromEnumerable(
        grades.Select(g => new Row { Grade = g })), reuseRowObject: false).Select(r => r.Grade)];

public class Row
{
    [KeyType(3)]
    public uint Grade { get; set; }
}
CS
dotnet run --configuration Release
