#!/usr/bin/env bash
# TorchSharp frees a number while libtorch still reads it, when a garbage collection happens just then.
#
# Expected: a + b works whatever the garbage collector does.
# Seen: every number that an operation takes, even the factor 1 of a + b that nobody writes, becomes a Scalar with a
# finalizer; its handle is taken, and nothing holds the object while native code uses it. With collections all the time
# about one addition in ten thousand throws "Expected false to be true … Scalar.h"; none does where it is held.
# Why it matters: a long training ends once in a while with an error that names no cause.
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
using static TorchSharp.torch;

set_num_threads(1);
bool ended = false;
var collector = new Thread(() =>
{
    while (!Volatile.Read(ref ended))
    {
        GC.Collect(0);
        GC.WaitForPendingFinalizers();
        Thread.SpinWait(2000);
    }
});
collector.Start();
using Tensor a = zeros(4), b = zeros(4);
using Scalar one = 1f;
int Thrown(Action call)
{
    int thrown = 0;
    for (long began = Environment.TickCount64; Environment.TickCount64 - began < 10_000;)
        try
        {
            call();
        }
        catch (System.Runtime.InteropServices.ExternalException e) when (e.Message.Contains("Scalar.h"))
        {
            thrown++;
        }
    return thrown;
}
int sums = Thrown(() => (a + b).Dispose()), held = Thrown(() => a.mul_(one));
Volatile.Write(ref ended, true);
Console.WriteLine($"a + b: {(sums > 0 ? "some throw" : "none throws")}; times a number that is held: " +
    (held > 0 ? "some throw" : "none throws"));
Console.WriteLine(sums > 0 && held == 0 ? "as found" : "the behaviour has changed");
return sums > 0 && held == 0 ? 0 : 1;
CS
dotnet run -c Release
