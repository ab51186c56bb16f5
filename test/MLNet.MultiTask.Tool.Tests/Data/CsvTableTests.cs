using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Tests.Data;

[TestClass]
public sealed class CsvTableTests
{
    [TestMethod]
    public void Read_QuotesLineBreaksAndByteOrderMark_KeepsCellsAndLineNumbers()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["d.csv"], "\uFEFFname,\"a,b\"\r\n\"two\nlines\", 1 \r\n\r\n\"say \"\"hi\"\"\",2\r\n");

        CsvTable csv = CsvTable.Read(folder["d.csv"], CancellationToken.None);

        CollectionAssert.AreEqual(new[] { "name", "a,b" }, csv.Header.ToArray());
        CollectionAssert.AreEqual(new[] { "two\nlines", "say \"hi\"" }, csv.Column("name", "label").ToArray());
        CollectionAssert.AreEqual(new[] { "1", "2" }, csv.Column("a,b", "label").ToArray());
        CollectionAssert.AreEqual(new long[] { 2, 5 }, new[] { csv.Line(0), csv.Line(1) });
    }

    [TestMethod]
    public void Column_NamesThatLookLikeNumbers_AreDifferentTexts()
    {
        using var folder = new TemporaryFolder();
        CsvTable csv = CsvTable.Read(folder.Write("d.csv", "0,00,000", "1,2,3"), CancellationToken.None);
        Assert.AreEqual("2", csv.Column("00", "feature")[0]);
    }

    [TestMethod]
    public void Read_Cancelled_Stops()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", "a", "1");
        Assert.ThrowsExactly<OperationCanceledException>(() => { CsvTable.Read(file, new CancellationToken(true)); });
    }
}
