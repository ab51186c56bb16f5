#!/usr/bin/env bash
# The Sigmoid of ONNX Runtime gives 0 from -18 down and falls where it must rise.
#
# Expected: 1 / (1 + exp(-x)) in single precision: 1.5e-8 at -18, 2.1e-9 at -20 (single precision reaches 1e-38), and
# a larger x never gives a smaller result.
# Seen (CPU, float): exactly 0 from -18 down, wrong by a factor of about two at -16 and -17, and a larger x gives a
# smaller result at hundreds of places of a fine grid.
# Why it matters: log-losses become infinite, rare events all tie at 0, and two rows may swap their order.
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

// A graph of one node, y = Sigmoid(x), IR version 7, operator set 13, written field by field (protocol buffers).
byte[] node = [.. Named(1, "x"), .. Named(2, "y"), .. Named(4, "Sigmoid")];
byte[] body = [.. Part(1, node), .. Named(2, "g"), .. Part(11, Floats("x")), .. Part(12, Floats("y"))];
using var session = new InferenceSession([.. Number(1, 7), .. Part(7, body), .. Part(8, Number(2, 13))]);

float[] points = [-10, -15, -16, -17, -18, -20, -50];
float[] seen = Sigmoid(points);
for (int i = 0; i < points.Length; i++)
    Console.WriteLine($"x = {points[i],3}: {seen[i],-12:g4} exact {1 / (1 + Math.Exp(-points[i])):g4}");
float[] fine = Sigmoid([.. Enumerable.Range(0, 2001).Select(i => -20 + i * 0.005f)]);
int falls = Enumerable.Range(1, 2000).Count(i => fine[i] < fine[i - 1]);
Console.WriteLine($"falls at {falls} of 2000 steps of 0.005 from -20 to -10");
bool same = seen[4] == 0 && seen[5] == 0 && seen[0] > 0 && falls > 0;
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

float[] Sigmoid(float[] x)
{
    var input = new DenseTensor<float>(x, new[] { x.Length });
    using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("x", input)]);
    return outputs[0].AsTensor<float>().ToArray();
}

static byte[] Number(int field, byte value) => [(byte)(field << 3), value];
static byte[] Part(int field, byte[] bytes) => [(byte)((field << 3) | 2), (byte)bytes.Length, .. bytes];
static byte[] Named(int field, string text) => Part(field, Encoding.ASCII.GetBytes(text));

// A tensor of floats (element type 1) with one free dimension "n".
static byte[] Floats(string name) =>
    [.. Named(1, name), .. Part(2, Part(1, [.. Number(1, 1), .. Part(2, Part(1, Named(2, "n")))]))];
CS
dotnet run --configuration Release
