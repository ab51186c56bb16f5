using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class SpillFileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spill").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Read_AnyRecord_IsWhatWasAdded(bool folderExists)
    {
        using var file = new SpillFile(folderExists ? _folder : Path.Combine(_folder, "missing"), bufferBytes: 256);
        var stream = new RandomStream(1, "records");
        List<(long Place, byte[] Record)> added = [];
        for (int i = 0; i < 200; i++)
        {
            // Some are longer than the buffer.
            byte[] record = [.. Enumerable.Range(0, stream.NextInt32(i % 50 == 49 ? 1000 : 100))
                .Select(_ => (byte)stream.NextInt32(256))];
            added.Add((file.Add(record), record));
        }
        foreach (var (place, record) in added)
            CollectionAssert.AreEqual(record, file.Read(place));
        Assert.AreEqual(folderExists, file.Note is null);
        if (!folderExists)
            StringAssert.Contains(file.Note, "All trials stay in memory, since a temporary file cannot be written: ");
    }

    [TestMethod]
    public void Dispose_Leaves_NoFile()
    {
        using (var file = new SpillFile(_folder, bufferBytes: 64))
            for (int i = 0; i < 50; i++)
                file.Add(new byte[20]);
        Assert.IsEmpty(Directory.GetFiles(_folder));
    }
}
