#!/usr/bin/env bash
# MapValue gives a text that is not in its dictionary 0, or False, not a missing value.
#
# Expected: a text without an entry becomes a missing value (NaN for a number), as an unknown text of MapValueToKey does;
# or it is refused.
# Seen: with yes = 1 and no = 0, "maybe" and "" become 0; with yes = true and no = false they become False.
# Why it matters: it is the usual way to make labels of texts. Every answer that was left out, mistyped or "not examined"
# is then learned as a no, without a warning.
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
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext(seed: 1);
IDataView answers = context.Data.LoadFromEnumerable(
    new[] { "yes", "no", "maybe", "" }.Select(text => new Answer { Text = text }));
T[] Mapped<T>(Dictionary<string, T> labels) => [.. context.Transforms.Conversion
    .MapValue("Label", labels, nameof(Answer.Text)).Fit(answers).Transform(answers).GetColumn<T>("Label")];

float[] numbers = Mapped(new Dictionary<string, float> { ["yes"] = 1, ["no"] = 0 });
bool[] flags = Mapped(new Dictionary<string, bool> { ["yes"] = true, ["no"] = false });
uint[] keys = [.. context.Transforms.Conversion.MapValueToKey("Key", nameof(Answer.Text), keyData:
    context.Data.LoadFromEnumerable(new[] { new Answer { Text = "no" }, new Answer { Text = "yes" } }))
    .Fit(answers).Transform(answers).GetColumn<uint>("Key")];
Console.WriteLine($"yes, no, maybe, (empty): MapValue to Single {string.Join(", ", numbers)}; "
    + $"to Boolean {string.Join(", ", flags)}; MapValueToKey {string.Join(", ", keys)} (0 = missing)");
bool same = numbers is [1, 0, 0, 0] && flags is [true, false, false, false]
    && keys is [2, 1, 0, 0];
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Answer
{
    public string Text { get; set; } = "";
}
CS
dotnet run --configuration Release
