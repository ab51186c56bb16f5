#!/usr/bin/env bash
# ConvertToOnnx of ML.NET leaves out a stage that it cannot export, and says that all went well.
#
# Expected: a chain with a transformer that has no ONNX form is refused, or a warning names it.
# Seen: what comes before the stage, and the stage itself, is gone; its outputs are inputs of the graph. Where the stage
# rewrites a column in place nothing shows it: the graph takes the raw column and scores it.
# Why it matters: model and graph give different scores for the same row (3.0 against 0.2 here), and every check of
# names and types passes.
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
echo 'Microsoft.ML 5.0.1, Microsoft.ML.OnnxConverter 0.23.1, Microsoft.ML.OnnxRuntime 1.31.1'
cat > Program.cs <<'CS'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

var context = new MLContext(seed: 1);
bool warned = false;
context.Log += (_, e) => warned |= e.Kind is Microsoft.ML.Runtime.ChannelMessageKind.Warning
    or Microsoft.ML.Runtime.ChannelMessageKind.Error;
IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(i =>
    new Row { Amount = i / 100f, Label = 2 * i / 100f + 1 }).ToArray());
ITransformer stage = new ToOtherUnit();
IDataView converted = stage.Transform(rows);
ITransformer trained = context.Transforms.Concatenate("Features", "Amount")
    .Append(context.Regression.Trainers.Sdca()).Fit(converted);
ITransformer chain = new TransformerChain<ITransformer>(stage, trained);

using var stream = new MemoryStream();
warned = false;
context.Model.ConvertToOnnx(chain, rows, stream);
using var session = new InferenceSession(stream.ToArray());
float model = chain.Transform(rows).GetColumn<float>("Score").ElementAt(100);
using var outputs = session.Run(
[
    NamedOnnxValue.CreateFromTensor("Amount", new DenseTensor<float>(new[] { 1f }, [1, 1])),
    NamedOnnxValue.CreateFromTensor("Label", new DenseTensor<float>(new[] { 0f }, [1, 1])),
]);
float graph = outputs.First(o => o.Name == "Score.output").AsTensor<float>().First();
Console.WriteLine($"inputs of the graph: {string.Join(", ", session.InputMetadata.Keys)}; "
    + $"warnings: {(warned ? "some" : "none")}");
Console.WriteLine($"score of the row with Amount = 1: model {model:0.00}, graph {graph:0.00}");
bool same = !warned && session.InputMetadata.ContainsKey("Amount") && Math.Abs(model - 3) < 0.3
    && Math.Abs(graph - model) > 1;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

// Amount becomes 10 * Amount + 5, in the same column.
public sealed class ToOtherUnit : ITransformer
{
    public bool IsRowToRowMapper => false;
    public DataViewSchema GetOutputSchema(DataViewSchema input) => input;
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema input) => throw new NotSupportedException();
    public void Save(ModelSaveContext ctx) => throw new NotSupportedException();

    public IDataView Transform(IDataView input)
    {
        var context = new MLContext();
        return context.Data.LoadFromEnumerable(context.Data.CreateEnumerable<Row>(input, reuseRowObject: false)
            .Select(r => new Row { Amount = 10 * r.Amount + 5, Label = r.Label }).ToArray());
    }
}

public class Row
{
    public float Amount { get; set; }
    public float Label { get; set; }
}
CS
dotnet run --configuration Release
