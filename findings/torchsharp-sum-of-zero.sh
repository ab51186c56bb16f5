#!/usr/bin/env bash
# tensor.sum(0) of TorchSharp sums everything in bytes; tensor.sum(1) sums along dimension 1.
#
# Expected: as in PyTorch, sum(0) sums along the first dimension.
# Seen: the C# compiler binds the constant 0 to the overload with an element type (0 converts to any enumeration, and
# is Byte here) and every other number to the one with a dimension. So sum(0) is one number, taken modulo 256. The
# script shows the overloads that the compiler chooses and needs no libtorch.
# Why it matters: code moved from PyTorch compiles, runs, and gives other numbers.
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
    <PackageReference Include="TorchSharp" Version="[0.107.0]" />
  </ItemGroup>
</Project>
XML
echo 'TorchSharp 0.107.0'
cat > Program.cs <<'CS'
using System.Reflection;
using static TorchSharp.torch;

string zero = Called(nameof(Calls.SumOfZero)), one = Called(nameof(Calls.SumOfOne));
string product = Called(nameof(Calls.ProductOfZero));
Console.WriteLine($"sum(0):  {zero}");
Console.WriteLine($"sum(1):  {one}");
Console.WriteLine($"prod(0): {product}");
bool same = zero.Contains("ScalarType") && product.Contains("ScalarType") 
    && !zero.Contains("Int64") && one.Contains("Int64");
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

// The method that the compiled body calls: the operand of its only call instruction (0x28 call, 0x6F callvirt).
string Called(string name)
{
    MethodInfo method = typeof(Calls).GetMethod(name)!;
    byte[] code = method.GetMethodBody()!.GetILAsByteArray()!;
    int call = Array.FindLastIndex(code, b => b is 0x28 or 0x6F);
    return method.Module.ResolveMethod(BitConverter.ToInt32(code, call + 1))!.ToString()!;
}

public static class Calls
{
    public static Tensor SumOfZero(Tensor t) => t.sum(0);
    public static Tensor SumOfOne(Tensor t) => t.sum(1);
    public static Tensor ProductOfZero(Tensor t) => t.prod(0);
}
CS
dotnet run --configuration Release
