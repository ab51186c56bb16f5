#!/usr/bin/env bash
# Moving a TorchSharp module to another type makes new parameters and disposes of those that its fields hold.
#
# Expected: as in PyTorch, module.to(float64) changes the parameters in place; every reference to one stays good.
# Seen: a parameter that is registered by the name of its field is exchanged there, too. One that is registered under
# another name, and those of an array, are exchanged in the module's list only: the fields hold disposed tensors then.
# Why it matters: a module that works on one device throws, or trains nothing, after a move to the next.
# Where the system's libstdc++ is older than libtorch wants, build/glibcxx-shim.sh bridges it, which needs gcc.
# Exits with an error when the behaviour changes.
set -euo pipefail
shim=$(realpath "$(dirname "$0")/../build/glibcxx-shim.sh")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$shim" "$folder/shim"
export LD_LIBRARY_PATH="$folder/shim${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
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
    <PackageReference Include="TorchSharp-cpu" Version="[0.107.0]" />
  </ItemGroup>
</Project>
XML
echo 'TorchSharp-cpu 0.107.0'
cat > Program.cs <<'CS'
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

using var module = new Bank();
Parameter before = module.named_parameters().First(p => p.name == "other").parameter;
module.to(float64);
var after = module.named_parameters().ToDictionary(p => p.name, p => p.parameter);
string Kept(string name, Parameter field)
{
    string listed = after[name].dtype.ToString();
    string held = field.IsInvalid ? "disposed of" : field.dtype.ToString();
    return $"{name}: listed {listed}, field {held}";
}
string[] seen = [Kept("weight", module.weight), Kept("other", module.Named), Kept("first", module.All[0])];
foreach (string line in seen)
    Console.WriteLine(line);
bool same = seen[0].EndsWith("field Float64") && seen[1..].All(line => line.EndsWith("field disposed of"));
Console.WriteLine(same ? "as found" : "the behaviour has changed");
return same ? 0 : 1;

public sealed class Bank : nn.Module
{
    public Parameter weight = new(zeros(2));
    public Parameter Named = new(zeros(2));
    public Parameter[] All = [new(zeros(2))];

    public Bank() : base("bank")
    {
        register_parameter("weight", weight);
        register_parameter("other", Named);
        register_parameter("first", All[0]);
    }
}
CS
dotnet run --configuration Release
