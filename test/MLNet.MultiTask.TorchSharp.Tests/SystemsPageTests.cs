using System.Text.RegularExpressions;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Torch.Tests;

/// <summary>The page of the literature's systems says what the code has: no more, and no less.</summary>
[TestClass]
public sealed partial class SystemsPageTests
{
    private const int Names = 2, Classes = 3, Tests = 4, Cells = 7;

    private static readonly string Folder = Repository.Root ?? "";

    public static IEnumerable<object[]> Registries =>
    [
        new object[] { "weighting", TaskWeightings.All.Select(m => m.Name).ToArray() },
        new object[] { "affinity", AffinityMethods.All.Select(m => m.Name).ToArray() },
        new object[] { "solver", GroupingSolvers.All.Select(m => m.Name).ToArray() },
        new object[] { "architecture", BuiltInArchitectures.All.Keys.ToArray() },
        new object[] { "merging", ModelMergings.Names.ToArray() },
        new object[] { "loss", TorchLosses.Names.ToArray() },
    ];

    [TestMethod]
    [DynamicData(nameof(Registries))]
    public void Page_EveryRegisteredName_IsInTheTable(string what, string[] names)
    {
        HashSet<string> known = [.. Rows().SelectMany(r => Quoted(r[Names]))];

        Assert.AreEqual("", string.Join(", ", names.Where(n => !known.Contains(n))),
            $"{what} without a row in docs/systems.md");
    }

    [TestMethod]
    public void Page_EveryNameInTheTable_IsRegistered()
    {
        HashSet<string> registered = [.. Registries.SelectMany(r => (string[])r[1])];

        Assert.AreEqual(
            "", string.Join(", ", Rows().SelectMany(r => Quoted(r[Names])).Where(n => !registered.Contains(n))));
    }

    [TestMethod]
    public void Page_EveryClass_IsASourceFile() =>
        AreFiles(Classes, "src", Path.Combine("test", "MLNet.MultiTask.Benchmarks"));

    [TestMethod]
    public void Page_EveryTest_IsATestFileAndHasTests() => AreFiles(Tests, "test");

    [TestMethod]
    public void Page_EveryRowWithAName_HasAClassAndATest() => Assert.AreEqual("", string.Join("; ", Rows()
        .Where(r => Quoted(r[Names]).Length > 0 && (Quoted(r[Classes]).Length == 0 || Quoted(r[Tests]).Length == 0))
        .Select(r => r[1])));

    /// <summary>
    /// A row's tests, or the reference values beside them, speak of every class or of a name of the row.
    /// </summary>
    [TestMethod]
    public void Page_TestsOfARow_SpeakOfItsClasses()
    {
        SkipOutside();
        ILookup<string, string> files = Directory.EnumerateFiles(Path.Combine(Folder, "test"), "*Tests.cs",
            SearchOption.AllDirectories).ToLookup(f => Path.GetFileNameWithoutExtension(f)!);
        var silent = new List<string>();
        foreach (string[] row in Rows().Where(r => Quoted(r[Tests]).Length > 0))
        {
            string text = string.Concat(Quoted(row[Tests]).SelectMany(t => files[t]).SelectMany(f =>
                Directory.EnumerateFiles(Path.GetDirectoryName(f)!, "*.json").Prepend(f)).Select(File.ReadAllText));
            silent.AddRange(Quoted(row[Classes]).Where(c => !Regex.IsMatch(text, $@"\b{c}\b")
                && !Quoted(row[Names]).Any(n => text.Contains($"\"{n}", StringComparison.Ordinal))));
        }
        Assert.AreEqual("", string.Join(", ", silent));
    }

    private static void AreFiles(int cell, params string[] folders)
    {
        SkipOutside();
        Dictionary<string, string> files = [];
        foreach (string path in folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Folder, f), "*.cs",
            SearchOption.AllDirectories)))
            files[Path.GetFileNameWithoutExtension(path)] = path;
        string[] wrong = [.. Rows().SelectMany(r => Quoted(r[cell])).Distinct()
            .Where(n => !files.TryGetValue(n, out string? path)
            || !Regex.IsMatch(File.ReadAllText(path), $@"\b(class|record|struct) {n}\b")
            || (cell == Tests && !File.ReadAllText(path).Contains("[TestMethod]", StringComparison.Ordinal)))];

        Assert.AreEqual("", string.Join(", ", wrong));
    }

    // Rows of the tables with five columns: the text between bars, from 1 on.
    private static string[][] Rows()
    {
        SkipOutside();
        string[][] rows = [.. File.ReadLines(Path.Combine(Folder, "docs", "systems.md"))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Split('|'))
            .Where(c => c.Length == Cells)];
        Assert.IsGreaterThan(60, rows.Length);
        return rows;
    }

    private static void SkipOutside()
    {
        if (Folder.Length == 0)
            Assert.Inconclusive("The tests run outside of the repository");
    }

    private static string[] Quoted(string cell) => [.. Quotes().Matches(cell).Select(m => m.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quotes();
}
