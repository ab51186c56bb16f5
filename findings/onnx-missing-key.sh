#!/usr/bin/env bash
# The name of a missing key differs between ML.NET and the ONNX graph that ML.NET exports.
#
# Expected: MapKeyToValue gives the same text for a value never seen in training, whether ML.NET runs it or ONNX
# Runtime runs the graph of ConvertToOnnx.
# Seen: ML.NET gives an empty text, the exported graph the text "_Unused": its LabelEncoder has no default_string, so
# the default of the ONNX standard applies.
# Why it matters: a service that asks "is the text empty?" takes "_Unused" for a class once it moves to ONNX.
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
    <PackageReference Include="Microsoft.ML.OnnxConverter" Version="[0.23.1]" />
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="[1.31.1]" />
  </ItemGroup>
</Project>
XML
echo 'Microsoft.ML 5.0.1'
echo 'Microsoft.ML.OnnxConverter 0.23.1'
echo 'Microsoft.ML.OnnxRuntime 1.31.1'
cat > Program.cs <<'CS'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

var context = new MLContext(seed: 1);
IDataView known = context.Data.LoadFromEnumerable(new Row[] { new() { Color = "red" }, new() { Color = "blue" } });
IDataView fresh = context.Data.LoadFromEnumerable(new Row[] { new() { Color = "red" }, new() { Color = "green" } });
ITransformer model = context.Transforms.Conversion.MapValueToKey("Key", "Color")
    .Append(context.Transforms.Conversion.MapKeyToValue("Back", "Key")).Fit(known);
string[] managed = [.. model.Transform(fresh).GetColumn<string>("Back")];

using var graph = new MemoryStream();
context.Model.ConvertToOnnx(model, known, graph);
using var session = new InferenceSession(graph.ToArray());
var colors = new DenseTensor<string>(new[] { "red", "green" }, new[] { 2, 1 });
using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("Color", colors)]);
string[] onnx = [.. outputs.First(o => o.Name == "Back.output").AsTensor<string>()];

Console.WriteLine("colors known: red, blue; colors asked: red, green");
Console.WriteLine($"ML.NET gives       '{string.Join("', '", managed)}'");
Console.WriteLine($"ONNX Runtime gives '{string.Join("', '", onnx)}'");
bool same = managed is ["red", ""] && onnx is ["red", "_Unused"];
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public class Row
{
    public string Color { get; set; } = "";
}
CS
dotnet run --configuration Release
