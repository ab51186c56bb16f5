#!/usr/bin/env bash
# ONNX Runtime turns a tree classifier round whose weights are those of class 0.
#
# Expected: TreeEnsembleClassifier with classes 0 and 1 and weights for class 0 only: -2 where x is at most 0, else 2.
# So class 0 scores -2 at x = -1 (class 1 wins) and 2 at x = 1 (class 0 wins).
# Seen: label 0 and score 2 of class 0 at x = -1, label 1 and score -2 at x = 1: the opposite of what the weights say.
# They are read as those of class 1, without a warning.
# Why it matters: a converter that writes the first class's margin gets every label wrong, and nothing fails.
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

// One tree: -2 for class 0 where x is at most 0, else 2 for class 0.
byte[] node =
[
    .. Named(1, "x"), .. Named(2, "label"), .. Named(2, "scores"), .. Named(4, "TreeEnsembleClassifier"),
    .. Named(7, "ai.onnx.ml"),
    .. Integers("nodes_treeids", 0, 0, 0), .. Integers("nodes_nodeids", 0, 1, 2),
    .. Integers("nodes_featureids", 0, 0, 0), .. Floats("nodes_values", 0, 0, 0),
    .. Texts("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF"),
    .. Integers("nodes_truenodeids", 1, 0, 0), .. Integers("nodes_falsenodeids", 2, 0, 0),
    .. Integers("class_treeids", 0, 0), .. Integers("class_nodeids", 1, 2), .. Integers("class_ids", 0, 0),
    .. Floats("class_weights", -2, 2), .. Integers("classlabels_int64s", 0, 1), .. Text("post_transform", "NONE"),
];
byte[] graph = [.. Part(1, node), .. Named(2, "g"), .. Part(11, Tensor("x", 1, 1)),
    .. Part(12, Tensor("label", 7, 0)), .. Part(12, Tensor("scores", 1, 2))];
using var session = new InferenceSession([.. Number(1, 7), .. Part(7, graph), .. Part(8, Number(2, 13)),
    .. Part(8, [.. Named(1, "ai.onnx.ml"), .. Number(2, 2)])]);
using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("x",
    new DenseTensor<float>(new float[] { -1, 1 }, [2, 1]))]);
long[] labels = [.. outputs[0].AsTensor<long>()];
float[] scores = [.. outputs[1].AsTensor<float>()];
for (int row = 0; row < 2; row++)
    Console.WriteLine($"x = {(row == 0 ? -1 : 1),2}: weight of class 0 {(row == 0 ? -2 : 2),2}, "
        + $"label {labels[row]}, scores {scores[2 * row]:0} and {scores[2 * row + 1]:0}");
bool same = labels.SequenceEqual([0L, 1L]) && scores.SequenceEqual([2f, -2f, -2f, 2f]);
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

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

// An input or output: its element type (1 float, 7 integer), a free first dimension, and columns (0 = no second one).
static byte[] Tensor(string name, ulong type, ulong columns)
{
    byte[] shape = [.. Part(1, Named(2, "n")), .. columns == 0 ? [] : Part(1, Number(1, columns))];
    return [.. Named(1, name), .. Part(2, Part(1, [.. Number(1, type), .. Part(2, shape)]))];
}
CS
dotnet run --configuration Release
