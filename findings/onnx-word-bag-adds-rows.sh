#!/usr/bin/env bash
# The ONNX graph of a word bag adds up the rows of a batch.
#
# Expected: the graph that ConvertToOnnx writes for ProduceWordBags declares an input of any number of rows, so two
# rows in give two rows of counts out, as in ML.NET.
# Seen: two rows in give one row out that holds the sum of both. There is no error.
# Why it matters: whoever scores in batches gets one answer for a mixture of all texts.
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

string[] texts = ["red car", "blue car"];
var context = new MLContext(seed: 1);
IDataView data = context.Data.LoadFromEnumerable(texts.Select(t => new Row { Text = t }));
ITransformer model = context.Transforms.Text.ProduceWordBags("Counts", "Text", ngramLength: 1).Fit(data);
float[][] managed = [.. model.Transform(data).GetColumn<float[]>("Counts")];

using var graph = new MemoryStream();
context.Model.ConvertToOnnx(model, data, graph);
using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
using var session = new InferenceSession(graph.ToArray(), options);
(int[] Shape, float[] Values) first = Score(texts[0]), second = Score(texts[1]), both = Score(texts);
int[] declared = session.InputMetadata["Text"].Dimensions;

Console.WriteLine($"ML.NET, row 1:             {string.Join(" ", managed[0])}");
Console.WriteLine($"ML.NET, row 2:             {string.Join(" ", managed[1])}");
Console.WriteLine($"ONNX Runtime, row 1 alone: {Text(first)}");
Console.WriteLine($"ONNX Runtime, row 2 alone: {Text(second)}");
Console.WriteLine($"ONNX Runtime, both rows:   {Text(both)}");
Console.WriteLine($"shape of the input as the graph declares it: [{string.Join(", ", declared)}] (-1: any)");
bool same = first.Values.SequenceEqual(managed[0]) && second.Values.SequenceEqual(managed[1])
    && declared[0] == -1 && both.Shape[0] == 1
    && both.Values.SequenceEqual(managed[0].Zip(managed[1], (a, b) => a + b));
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

(int[] Shape, float[] Values) Score(params string[] rows)
{
    var input = new DenseTensor<string>(rows, new[] { rows.Length, 1 });
    using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("Text", input)]);
    Tensor<float> counts = outputs.First(o => o.Name == "Counts.output").AsTensor<float>();
    return (counts.Dimensions.ToArray(), counts.ToArray());
}

static string Text((int[] Shape, float[] Values) of) =>
    $"{string.Join(" ", of.Values)}, shape [{string.Join(", ", of.Shape)}]";

public class Row
{
    public string Text { get; set; } = "";
}
CS
dotnet run --configuration Release
