using System.Text.RegularExpressions;

namespace MLNet.MultiTask.Tests;

/// <summary>Lines end within the columns that .editorconfig names.</summary>
[TestClass]
public sealed partial class LineLengthTests
{
    private const int Most = 120;

    private const string Quotes = "\"\"\"";

    [TestMethod]
    [DataRow("src"), DataRow("test"), DataRow("samples")]
    public void Sources_EveryLine_IsWithinTheColumns(string folder)
    {
        string[] tooLong = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root!, folder), "*.cs",
            SearchOption.AllDirectories).Where(f => !Generated().IsMatch(f)).SelectMany(TooLong).Order()];
        Assert.IsEmpty(tooLong, string.Join('\n', tooLong));
    }

    [TestMethod]
    public void TooLong_LineOfCode_IsFound()
    {
        string code = new('x', Most + 1), cref = $"    /// <inheritdoc cref=\"{code}\"/>";
        string[] lines =
            [code, $"var a = {Quotes}", code, $"    {Quotes};", code, cref, $"var b = {Quotes}{code}{Quotes};"];
        CollectionAssert.AreEqual(new[] { 1, 5 }, TooLong(lines).ToArray());
    }

    private static IEnumerable<string> TooLong(string file) => TooLong(File.ReadAllLines(file))
        .Select(n => $"{Path.GetRelativePath(Repository.Root!, file)} line {n} is longer than {Most}");

    // Two things cannot be cut: a raw text, whose lines are those of another format, and one long reference.
    private static IEnumerable<int> TooLong(string[] lines)
    {
        bool isText = false;
        for (int i = 0; i < lines.Length; i++)
        {
            int quotes = Regex.Count(lines[i], Quotes);
            if (lines[i].Length > Most && !isText && quotes == 0 && !Reference().IsMatch(lines[i]))
                yield return i + 1;
            isText ^= quotes % 2 == 1;
        }
    }

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex Generated();

    [GeneratedRegex("^ */// <inheritdoc cref=\"[^\"]+\"/>$")]
    private static partial Regex Reference();
}
