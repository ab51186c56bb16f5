#!/usr/bin/env bash
# ONNX Runtime ignores the logistic function of a tree ensemble with one target.
#
# Expected: TreeEnsembleRegressor with post_transform LOGISTIC gives 1 / (1 + exp(-sum of leaves)), for one target as
# for several.
# Seen: with two targets it does; with one target it gives the sum, as with NONE. The model loads without a warning.
# Why it matters: an exported boosted model of one binary label gives -2 and 2 where a probability is expected.
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
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="[1.31.1]" />
  </ItemGroup>
</Project>
XML
echo 'Microsoft.ML.OnnxRuntime 1.31.1'
cat > Program.cs <<'CS'
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

bool same = true;
foreach (ulong targets in new ulong[] { 2, 1 })
    foreach (string transform in new[] { "NONE", "LOGISTIC" })
    {
        float[] scores = Score(targets, transform);
        Console.WriteLine($"{targets} target(s), {transform,-8}: {scores[0]:0.000} and {scores[^1]:0.000}");
        same &= Math.Abs(scores[^1] - (targets == 2 && transform == "LOGISTIC" ? 0.8808 : 2)) < 0.001;
    }
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

// One tree for all targets: -2 where x is at most 0, else 2. Scored at -1 and at 1.
static float[] Score(ulong targets, string transform)
{
    ulong[] ids = [.. Enumerable.Range(0, (int)targets).Select(i => (ulong)i)];
    byte[] node =
    [
        .. Named(1, "x"), .. Named(2, "y"), .. Named(4, "TreeEnsembleRegressor"), .. Named(7, "ai.onnx.ml"),
        .. Integers("nodes_treeids", 0, 0, 0), .. Integers("nodes_nodeids", 0, 1, 2),
        .. Integers("nodes_featureids", 0, 0, 0), .. Floats("nodes_values", 0, 0, 0),
        .. Texts("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF"),
        .. Integers("nodes_truenodeids", 1, 0, 0), .. Integers("nodes_falsenodeids", 2, 0, 0),
        .. Integers("target_treeids", [.. ids.Concat(ids).Select(_ => 0ul)]),
        .. Integers("target_nodeids", [.. ids.Select(_ => 1ul), .. ids.Select(_ => 2ul)]),
        .. Integers("target_ids", [.. ids, .. ids]),
        .. Floats("target_weights", [.. ids.Select(_ => -2f), .. ids.Select(_ => 2f)]),
        .. Integer("n_targets", targets), .. Text("post_transform", transform),
    ];
    byte[] graph = [.. Part(1, node), .. Named(2, "g"), .. Part(11, Tensor("x", 1, 1)),
        .. Part(12, Tensor("y", 1, targets))];
    using var session = new InferenceSession([.. Number(1, 7), .. Part(7, graph), .. Part(8, Number(2, 13)),
        .. Part(8, [.. Named(1, "ai.onnx.ml"), .. Number(2, 2)])]);
    using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("x",
        new DenseTensor<float>(new float[] { -1, 1 }, [2, 1]))]);
    return outputs[0].AsTensor<float>().ToArray();
}

static byte[] Varint(ulong value) => value < 128 ? [(byte)value] : [(byte)(value | 128), .. Varint(value >> 7)];
static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];
static byte[] Part(int field, byte[] bytes) =>
    [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];
static byte[] Named(int field, string text) => Part(field, Encoding.ASCII.GetBytes(text));

// Attributes of a node; the last number is their type.
static byte[] Integers(string name, params ulong[] values) =>
    Part(5, [.. Named(1, name), .. values.SelectMany(v => Number(8, v)), .. Number(20, 7)]);
static byte[] Floats(string name, params float[] values) => Part(5, [.. Named(1, name),
    .. values.SelectMany(v => (byte[])[(7 << 3) | 5, .. BitConverter.GetBytes(v)]), .. Number(20, 6)]);
static byte[] Texts(string name, params string[] values) =>
    Part(5, [.. Named(1, name), .. values.SelectMany(v => Named(9, v)), .. Number(20, 8)]);
static byte[] Text(string name, string value) => Part(5, [.. Named(1, name), .. Named(4, value), .. Number(20, 3)]);
static byte[] Integer(string name, ulong value) => Part(5, [.. Named(1, name), .. Number(3, value), .. Number(20, 2)]);

// An input or output: its element type (1 float, 7 integer), a free first dimension, and columns (0 = no second one).
static byte[] Tensor(string name, ulong type, ulong columns)
{
    byte[] shape = [.. Part(1, Named(2, "n")), .. columns == 0 ? [] : Part(1, Number(1, columns))];
    return [.. Named(1, name), .. Part(2, Part(1, [.. Number(1, type), .. Part(2, shape)]))];
}
CS
dotnet run --configuration Release
