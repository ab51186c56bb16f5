using System.Diagnostics;
using System.IO.Compression;

namespace MLNet.MultiTask.Tests;

/// <summary>What build/pack.sh makes is enough for an application that has the packages alone.</summary>
[TestClass]
public class PackageTests
{
    private static readonly string Root = Repository.Root!;
    private static readonly string Packages = Path.Combine(Root, "artifacts", "packages");

    [TestMethod]
    [TestCategory("Slow")]
    public void Pack_ConsumerOfThePackages_RunsTheFirstExampleOfTheReadme()
    {
        string version = $"0.0.1-test.{Environment.ProcessId}.{DateTime.UtcNow.Ticks}";
        string folder = Directory.CreateTempSubdirectory("consumer").FullName;
        try
        {
            Run(Root, "bash", "build/pack.sh", $"-p:Version={version}");
            string[] packages = [.. Directory.GetFiles(Packages, "*.nupkg")];
            Assert.IsNotEmpty(packages);
            foreach (string package in packages)
                IsComplete(package);
            WriteConsumer(folder, version);

            string output = Run(folder, "dotnet", "run", "--", "out");

            StringAssert.Contains(output, "Macro AUC on");
            Assert.IsTrue(File.Exists(Path.Combine(folder, "out", "digits-model.zip")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            foreach (string cached in Directory.Exists(Cache)
                ? Directory.GetDirectories(Cache, "mlnet.multitask*") : [])
                if (Directory.Exists(Path.Combine(cached, version)))
                    Directory.Delete(Path.Combine(cached, version), recursive: true);
        }
    }

    private static string Cache => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static void IsComplete(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        foreach (string entry in (string[])["README.md", "icon.png"])
            Assert.IsNotNull(archive.GetEntry(entry), $"{Path.GetFileName(package)} lacks {entry}");
        using var reader = new StreamReader(archive.Entries.Single(e => e.Name.EndsWith(".nuspec",
            StringComparison.Ordinal)).Open());
        string nuspec = reader.ReadToEnd();
        foreach (string field in (string[])["<license type=\"expression\">MIT", "<tags>", "<description>",
            "<repository type=\"git\""])
            StringAssert.Contains(nuspec, field, $"{Path.GetFileName(package)}");
        Assert.IsTrue(File.Exists(Path.ChangeExtension(package, ".snupkg")), $"{package} has no symbols");
    }

    private static void WriteConsumer(string folder, string version)
    {
        string sample = Path.Combine(Root, "samples", "01.QuickStart");
        foreach (string file in Directory.GetFiles(sample, "*.cs"))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        File.Copy(Path.Combine(Root, "samples", "data", "digits.csv"), Path.Combine(folder, "digits.csv"));
        File.WriteAllText(Path.Combine(folder, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestoreAdditionalProjectSources>{Packages}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MLNet.MultiTask" Version="{version}" />
                <Content Include="digits.csv" CopyToOutputDirectory="PreserveNewest" />
              </ItemGroup>
            </Project>
            """);
    }

    private static string Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        // The variables of the test run would steer the inner build.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.Ordinal))
            .ToArray())
            start.Environment.Remove(name);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output + errors.Result);
        return output;
    }
}
