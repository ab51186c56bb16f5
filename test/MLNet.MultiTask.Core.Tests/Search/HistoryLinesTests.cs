using System.Text;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class HistoryLinesTests
{
    [TestMethod]
    [DataRow("", new string[0])]
    [DataRow("torn", new string[0])]
    [DataRow("a\n", new[] { "a" })]
    [DataRow("a\n\nbc\ntorn", new[] { "a", "", "bc" })]
    public void Of_Text_IsItsWholeLines(string text, string[] expected) => Check(text, expected);

    [TestMethod]
    public void Of_LinesOfAnyLength_AreWhole()
    {
        var stream = new RandomStream(3, "lines");
        // Some are longer than what is read at once.
        string[] lines = [.. Enumerable.Range(0, 60).Select(i => new string((char)('a' + i % 26),
            stream.NextInt32(i % 20 == 7 ? 300_000 : 5000)))];
        Check(string.Join('\n', lines) + "\nä", lines);
    }

    private static void Check(string text, string[] expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var lines = HistoryLines.Of(new MemoryStream(bytes)).ToArray();
        CollectionAssert.AreEqual(expected, lines.Select(l => Encoding.UTF8.GetString(l.Bytes)).ToArray());
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.AreEqual(i + 1, lines[i].Place.Line);
            HistoryPlace place = lines[i].Place;
            Assert.AreEqual(expected[i], Encoding.UTF8.GetString(bytes, (int)place.From, place.Length));
            Assert.AreEqual((byte)'\n', bytes[place.End - 1]);
        }
    }
}
