using System.Text.RegularExpressions;

namespace MLNet.MultiTask.Tests;

/// <summary>The README cannot rot: its code is code of a sample, and what it links to is there.</summary>
[TestClass]
public class ReadmeTests
{
    private static readonly string Root = Repository.Root!;
    private static readonly string Readme = File.ReadAllText(Path.Combine(Root, "README.md"));

    [TestMethod]
    public void Readme_EverySnippet_IsPartOfASample()
    {
        string[] samples =
            [.. Directory.EnumerateFiles(Path.Combine(Root, "samples"), "*.cs", SearchOption.AllDirectories)
                .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
                    StringComparison.Ordinal))
                .Select(f => Squeeze(File.ReadAllText(f)))];
        string[] snippets =
            [.. Regex.Matches(Readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value)];
        Assert.IsNotEmpty(snippets);
        foreach (string snippet in snippets)
            Assert.IsTrue(samples.Any(s => s.Contains(Squeeze(snippet), StringComparison.Ordinal)),
                $"In no sample:\n{snippet}");
    }

    [TestMethod]
    public void Pages_EveryRelativeLink_LeadsToAFile()
    {
        string[] pages =
        [
            .. Directory.GetFiles(Root, "*.md"), .. Directory.GetFiles(Path.Combine(Root, "samples"), "*.md"),
            .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories),
        ];
        string[] broken = [.. pages.SelectMany(page => Regex
            .Matches(File.ReadAllText(page), @"\]\(([^)#:]+)(#[^)]*)?\)")
            .Select(m => m.Groups[1].Value)
            .Where(link => !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, link)))
            .Select(link => $"{Path.GetRelativePath(Root, page)} links to '{link}', which is not there"))];
        Assert.IsEmpty(broken, string.Join('\n', broken));
    }

    private static string Squeeze(string code) => Regex.Replace(code, @"\s+", " ").Trim();
}
