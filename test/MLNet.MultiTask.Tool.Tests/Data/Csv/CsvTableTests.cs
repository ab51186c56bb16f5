using System.Text;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Tests.Data.Csv;

[TestClass]
public sealed class CsvTableTests
{
    [TestMethod]
    public void Read_QuotesLineBreaksAndByteOrderMark_KeepsCellsAndLineNumbers()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["d.csv"], "\uFEFFname,\"a,b\"\r\n\"two\nlines\", 1 \r\n\r\n\"say \"\"hi\"\"\",2\r\n");

        CsvTable csv = Read(folder["d.csv"]);

        CollectionAssert.AreEqual(new[] { "name", "a,b" }, csv.Header.Names.ToArray());
        CollectionAssert.AreEqual(new[] { "two\nlines", "say \"hi\"" }, Texts(csv, "name"));
        CollectionAssert.AreEqual(new[] { "1", "2" }, Texts(csv, "a,b"));
        CollectionAssert.AreEqual(new long[] { 2, 5 }, new[] { csv.Line(0), csv.Line(1) });
    }

    [TestMethod]
    public void Column_NamesThatLookLikeNumbers_AreDifferentTexts()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual("2", Read(folder.Write("d.csv", "0,00,000", "1,2,3")).Column("00", "feature").Text(0));
    }

    [TestMethod]
    public void Read_Cancelled_Stops()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", "a", "1");
        Assert.ThrowsExactly<OperationCanceledException>(() =>
        {
            CsvTable.Read(file, new CsvFormat(), [], new CancellationToken(true));
        });
    }

    [TestMethod]
    [DataRow("a,b", "1,2", ',')]
    [DataRow("a;b", "1,5;2,5", ';')]
    [DataRow("a\tb", "1\t2", '\t')]
    [DataRow("a|b", "1|2", '|')]
    [DataRow("\"x;y;z\",b", "1,2", ',')]
    [DataRow("a;b (in m, s)", "1;2", ';')]
    [DataRow("a", "1", ',')]
    public void Read_AnySeparator_IsFoundFromTheFirstLines(string header, string row, char separator)
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(separator, Read(folder.Write("d.csv", header, row)).Header.Separator);
    }

    [TestMethod]
    public void Read_RaggedRows_AreAllNamedByTheirLines()
    {
        using var folder = new TemporaryFolder();
        var e = Assert.ThrowsExactly<InputException>(() =>
        {
            Read(folder.Write("d.csv", "a,b", "1,2", "3", "4,5", "6,7,8", "9"));
        });
        Assert.AreEqual("d.csv line 3 has 1 cell, but the header has 2; so have other lines another number: 5, 6.",
            e.Message);
    }

    [TestMethod]
    public void Read_RepeatedNames_AreAllNamed()
    {
        using var folder = new TemporaryFolder();
        var e = Assert.ThrowsExactly<InputException>(() => { Read(folder.Write("d.csv", "a,b,a,c,b", "1,2,3,4,5")); });
        StringAssert.Contains(e.Message, "'a' (columns 1, 3), 'b' (columns 2, 5)", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Read_BytesThatAreNoUtf8_AreAnErrorWithTheLineAndReadInTheirEncoding()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["d.csv"], Encoding.Latin1.GetBytes("city,x\nUlm,1\nKöln,2\n"));
        var e = Assert.ThrowsExactly<InputException>(() => { Read(folder["d.csv"]); });
        StringAssert.Contains(e.Message, "d.csv line 3 holds bytes that are no utf-8 text", StringComparison.Ordinal);
        CsvTable csv = CsvTable.Read(folder["d.csv"], new CsvFormat { Encoding = Encoding.Latin1 }, [], default);
        CollectionAssert.AreEqual(new[] { "Ulm", "Köln" }, Texts(csv, "city"));
    }

    [TestMethod]
    public void Read_Utf16WithByteOrderMark_IsRead()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["d.csv"], "city;x\nKöln;2\n", Encoding.Unicode);
        CsvTable csv = Read(folder["d.csv"]);
        Assert.AreEqual("Köln", csv.Column("city", "feature").Text(0));
        File.WriteAllBytes(folder["bad.csv"], [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a\n"),
            0x00, 0xD8, (byte)'\n', 0]);
        var e = Assert.ThrowsExactly<InputException>(() => { Read(folder["bad.csv"]); });
        StringAssert.Contains(e.Message, "bad.csv line 2 holds bytes that are no utf-16 text",
            StringComparison.Ordinal);
    }

    [TestMethod]
    public void Read_FortyThousandColumns_TakesNoTimeToFindThem()
    {
        using var folder = new TemporaryFolder();
        string[] names = [.. Enumerable.Range(0, 40_000).Select(i => $"c{i}")];
        string file = folder.Write("d.csv", string.Join(',', names), string.Join(',', names.Select((_, i) => i)));
        long started = Environment.TickCount64;
        CsvTable csv = Read(file);
        foreach (string name in names)
            Assert.IsTrue(csv.Column(name, "feature").TryNumber(0, out _));
        Assert.IsLessThan(3000, Environment.TickCount64 - started);
    }

    private static CsvTable Read(string path) => CsvTable.Read(path, new CsvFormat(), [], CancellationToken.None);

    private static string[] Texts(CsvTable csv, string column) =>
        [.. Enumerable.Range(0, csv.RowCount).Select(csv.Column(column, "label").Text)];
}
