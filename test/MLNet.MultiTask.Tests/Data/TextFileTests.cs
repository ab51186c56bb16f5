using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public class TextFileTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly List<LoggingEventArgs> _log = [];
    private readonly string _path = Path.GetTempFileName();

    public TextFileTests() => _context.Log += (_, e) => _log.Add(e);

    [TestCleanup]
    public void Delete() => File.Delete(_path);

    [TestMethod]
    public void LoadFromTextFile_Class_ReadsAnEmptyCellAsMissing()
    {
        File.WriteAllText(_path, "x,y\n1,2\n3,\n,\"5\"\nNA,?\n");
        IDataView data = _context.MultiTask().LoadFromTextFile<Pair>(_path);
        CollectionAssert.AreEqual(new[] { 1, 3, float.NaN, float.NaN }, Sample.Column<float>(data, "X"));
        CollectionAssert.AreEqual(new[] { 2, float.NaN, 5, float.NaN }, Sample.Column<float>(data, "Y"));
    }

    [TestMethod]
    public void LoadFromTextFile_Names_GivesTextsForFeaturizeAndLabels()
    {
        var random = new RandomStream(1, "text");
        File.WriteAllLines(_path, [";\"the x\";city;sick",
            .. Enumerable.Range(0, 150).Select(i =>
            {
                double x = random.NextNormal();
                return FormattableString.Invariant($"{i};{x:F3};{(i % 3 == 0 ? "\"Bern; old\"" : "Oslo")};") +
                    (i % 10 == 0 ? "NA" : x > 0 ? "yes" : "no");
            })]);
        IDataView data = _context.MultiTask().LoadFromTextFile(_path, ';');
        CollectionAssert.AreEqual(new[] { "the x", "city", "sick" }, data.Schema.Select(c => c.Name).ToArray());
        Assert.IsTrue(_log.Any(e => e.RawMessage.Contains("does not name it: column 1")));
        TaskColumn task = TaskColumn.Binary("sick");
        ITransformer model = _context.MultiTask().Featurize("the x", "city")
            .Append(_context.MultiTask().Trainers.SharedBottom(Sample.Options(task))).Fit(data);
        Assert.IsTrue(_log.Any(e => e.RawMessage == "Task 'sick' (Binary): 135 of 150 labels observed"));
        Assert.IsTrue(_log.Any(e => e.RawMessage.StartsWith("1 column read as numbers (the x), 1 as categories " +
            "(city: 2 values)", StringComparison.Ordinal)));
        Assert.IsFalse(_log.Any(e => e.RawMessage.Contains("not normalised")));
        Assert.IsGreaterThan(0.95,
            _context.MultiTask().Evaluate(model.Transform(data), [task]).Tasks[0].AreaUnderRocCurve);
    }

    [TestMethod]
    [DataRow("", "is empty")]
    [DataRow("a,b,a\n1,2,3\n", "names column 'a' twice")]
    [DataRow("a;b\n1;2\n", "its cells seem to be separated by ';', not by ','")]
    public void LoadFromTextFile_BadHeader_IsRefused(string text, string message)
    {
        File.WriteAllText(_path, text);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().LoadFromTextFile(_path)).Message, message);
    }

    [TestMethod]
    [DataRow("a,b\n1,2\n3\n4,5,6\n", "line 3 has 1 cell, but the first line has 2; line 4 has 3 cells")]
    [DataRow("a,b\n1,2\n//x,5\n", "line 3 begins with //, which ML.NET takes for a comment")]
    [DataRow("a,b\n1,\"2\n3\"\n", "line 2 has a quoted cell that does not end on it")]
    public void LoadFromTextFile_LinesThatWouldChange_AreNamed(string text, string message)
    {
        File.WriteAllText(_path, text);
        AssertRefused(message);
    }

    [TestMethod]
    public void LoadFromTextFile_BytesThatAreNoUtf8_AreRefusedByLine()
    {
        File.WriteAllBytes(_path, [.. "a,b\n1,x\n2,caf"u8, 0xE9, .. "\n"u8]);
        AssertRefused("line 3 holds bytes that are no UTF-8 text");
    }

    [TestMethod]
    public void LoadFromTextFile_ManyBadLines_AreCounted()
    {
        File.WriteAllLines(_path, ["a,b", .. Enumerable.Repeat("1", 12)]);
        AssertRefused("line 6 has 1 cell, but the first line has 2; and 7 more such lines");
    }

    [TestMethod]
    public void LoadFromTextFile_QuotedSeparatorsBlankLinesAndMarks_AreRead()
    {
        File.WriteAllText(_path, "\uFEFFa,b\r\n\"1, one\",\"say \"\"hi, you\"\"\"\r\n\r\n  \"2\" , //no\r\n");
        IDataView data = _context.MultiTask().LoadFromTextFile(_path);
        CollectionAssert.AreEqual(new[] { "1, one", "2" },
            Sample.Column<ReadOnlyMemory<char>>(data, "a").Select(t => t.ToString()).ToArray());
        CollectionAssert.AreEqual(new[] { "say \"hi, you\"", "//no" },
            Sample.Column<ReadOnlyMemory<char>>(data, "b").Select(t => t.ToString()).ToArray());
    }

    private void AssertRefused(string message)
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().LoadFromTextFile(_path)).Message, message);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().LoadFromTextFile<Pair>(_path)).Message, message);
    }

    [TestMethod]
    public void Fit_FeaturesNotNormalised_WarnsOnceAndNamesThem()
    {
        List<SampleRow> rows = Sample.Rows(60);
        foreach (SampleRow row in rows)
            (row.Features[1], row.Features[2]) = (50_000 + 9_000 * row.Features[1], row.Features[2] * 1e-4f);
        _context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Binary("Big")))
            .Fit(_context.Data.LoadFromEnumerable(rows));
        LoggingEventArgs warning = _log.Single(e => e.Kind == ChannelMessageKind.Warning
            && e.RawMessage.Contains("not normalised"));
        StringAssert.Contains(warning.RawMessage, "2 of 3 features in column 'Features' are not normalised, and a " +
            "network learns badly from them: slot 1 (mean ");
        _log.Clear();
        _context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Binary("Big")))
            .Fit(Sample.View(_context, Sample.Rows(60)));
        Assert.IsFalse(_log.Any(e => e.RawMessage.Contains("not normalised")));
    }

    private sealed class Pair
    {
        [LoadColumn(0)]
        public float X { get; set; }

        [LoadColumn(1)]
        public float Y { get; set; }
    }
}
