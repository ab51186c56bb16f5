using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Trainers;

namespace MLNet.MultiTask.Tests.Persistence;

[TestClass]
public class PipelineFileTests
{
    private readonly MLContext _context = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("pipeline").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    private string FilePath => Path.Combine(_folder, "model.mtsk");

    [TestMethod]
    public void Load_ChainWithBuiltIns_GivesTheSameScoresAnnotationsAndSchema()
    {
        (ITransformer model, IDataView data) = Chain();
        _context.MultiTask().Save(model, data.Schema, FilePath);

        ITransformer loaded = new MLContext().MultiTask()
            .Load(FilePath, out DataViewSchema schema, new() { TrustMicrosoftMLStages = true });

        string[] columns = ["Score.Big", "Probability.Big", "PredictedLabel.Big", "Score.Amount", "Score.Grade",
            "PredictedLabel.Grade", "Name", "TaskAffinity", "TaskGroup"];
        CollectionAssert.AreEqual(EstimatorContract.Texts(model.Transform(data), columns),
            EstimatorContract.Texts(loaded.Transform(data), columns));
        VBuffer<ReadOnlyMemory<char>> classes = default;
        loaded.GetOutputSchema(data.Schema)["Score.Grade"].Annotations.GetValue("SlotNames", ref classes);
        CollectionAssert.AreEqual(Sample.Grades, classes.DenseValues().Select(c => c.ToString()).ToArray());
        Assert.AreEqual("Key<UInt32, 0-2>", schema["Grade"].Type.ToString());
        TaskAffinityTransformer affinity = ((IEnumerable<ITransformer>)loaded).OfType<TaskAffinityTransformer>()
            .Single();
        Assert.AreEqual("Fixed", affinity.Affinity.Method);
        Assert.AreEqual(200, affinity.Affinity.Diagnostics["rows"]);
        Assert.AreEqual(5, affinity.Affinity.PairCounts![5]);
        Assert.AreEqual("0,1|2,3", ((IEnumerable<ITransformer>)loaded).OfType<MultiTaskPredictionTransformer>().Single()
            .Grouping.ToString());
    }

    [TestMethod]
    public void Load_BuiltInsWithoutTrust_AreRefusedWithTheOptionToSet()
    {
        (ITransformer model, IDataView data) = Chain();
        _context.MultiTask().Save(model, data.Schema, FilePath);

        StringAssert.Contains(Assert.ThrowsExactly<ModelFormatException>(() =>
            _context.MultiTask().Load(FilePath, out _)).Message, "TrustMicrosoftMLStages");
    }

    [TestMethod]
    public void Load_TruncatedOrBitFlipped_IsRefused()
    {
        IDataView data = Sample.View(_context);
        _context.MultiTask().Save(_context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data), data.Schema,
            FilePath);
        byte[] file = File.ReadAllBytes(FilePath);
        for (int at = 0; at < file.Length; at += 13)
        {
            Refused(file[..at], $"cut at {at}");
            byte[] flipped = [.. file];
            flipped[at] ^= (byte)(1 << (at % 8));
            Refused(flipped, $"bit of byte {at}");
        }
    }

    [TestMethod]
    public void Load_AbsurdDimensions_AreRefused()
    {
        IDataView data = Sample.View(_context);
        _context.MultiTask().Save(_context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data), data.Schema,
            FilePath);
        byte[] file = File.ReadAllBytes(FilePath);
        foreach (string wrong in new[] { "2147483647,2147483647,2147483647,", "-1,", "65536,65536," })
            Refused(Edited(file, "\"dimensions\":[", $"\"dimensions\":[{wrong}"), wrong);
    }

    [TestMethod]
    public void Load_OurStages_WithEditedDescriptions_AreRefused()
    {
        IDataView data = Sample.View(_context);
        MultiTaskPredictionTransformer transformer = _context.MultiTask().Trainers.SharedBottom(Sample.Options())
            .Fit(data);
        using var stream = new MemoryStream();
        PredictionState.Save(transformer, stream);

        foreach ((string old, string wrong) in (IEnumerable<(string, string)>)
            [("\"form\":\"Scalar\"", "\"form\":\"Indexed\""), ("\"form\":\"Scalar\"", "\"form\":\"Round\""),
                ("\"count\":1", "\"count\":2"), ("\"count\":1", "\"count\":-1"),
             ("\"name\":\"Big\"", "\"name\":\"Amount\""), ("\"classType\":\"Text\"", "\"classType\":\"Int32\""),
                 ("\"classType\":\"Text\"", "\"classType\":\"System.String\""),
             ("\"classType\":\"Text\"", "\"classType\":null"),
                 ("\"taskId\":null", "\"taskId\":{\"columnName\":\"a\",\"form\":\"Value\",\"unknown\":\"Missing\"}"),
             ("\"blocks\":[", "\"blocks\":[null,")])
            Assert.ThrowsExactly<ModelFormatException>(() =>
                PredictionState.Load(_context, new MemoryStream(Edited(stream.ToArray(), old, wrong)), new()), wrong);
    }

    [TestMethod]
    public void Save_StageThatCannotBeSaved_KeepsTheOldFile()
    {
        IDataView data = Sample.View(_context);
        File.WriteAllText(FilePath, "old");
        ITransformer model = _context.Transforms.CustomMapping<Nothing, Nothing>((_, _) => { }, null).Fit(data);

        Assert.Throws<Exception>(() => _context.MultiTask().Save(model, data.Schema, FilePath));

        Assert.AreEqual("old", File.ReadAllText(FilePath));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void Load_OurOwnStages_LoadsNoAssembly()
    {
        IDataView data = Sample.View(_context);
        _context.MultiTask().Save(_context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data), data.Schema,
            FilePath);
        _context.MultiTask().Load(FilePath, out _);
        var loaded = new List<string?>();
        AppDomain.CurrentDomain.AssemblyLoad += Note;

        _context.MultiTask().Load(FilePath, out _);

        AppDomain.CurrentDomain.AssemblyLoad -= Note;
        CollectionAssert.AreEqual(Array.Empty<string>(), loaded);

        void Note(object? sender, AssemblyLoadEventArgs e)
        {
            if (Environment.CurrentManagedThreadId == _thread)
                loaded.Add(e.LoadedAssembly.FullName);
        }
    }

    private readonly int _thread = Environment.CurrentManagedThreadId;

    [TestMethod]
    public void Persistence_Sources_NameNothingThatRunsCodeOrFollowsPaths()
    {
        foreach (string project in (string[])["MLNet.MultiTask", "MLNet.MultiTask.Core"])
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root!, "src", project,
                "Persistence"), "*.cs"))
                foreach (string forbidden in (string[])["Type.GetType", "Assembly.Load", "BinaryFormatter",
                    "Path.Combine", "Activator.", "Process."])
                    Assert.DoesNotContain(forbidden, File.ReadAllText(file), file);
    }

    private void Refused(byte[] bytes, string what)
    {
        File.WriteAllBytes(FilePath, bytes);
        Assert.ThrowsExactly<ModelFormatException>(() => _context.MultiTask().Load(FilePath, out _), what);
    }

    private (ITransformer Model, IDataView Data) Chain()
    {
        IDataView data = Sample.View(_context);
        var pipeline = _context.Transforms.NormalizeMeanVariance("Features")
            .Append(_context.MultiTask().Affinity.Custom(new TaskAffinityEstimator.Options { Tasks = Sample.Tasks },
                new FixedAffinity()))
            .Append(_context.MultiTask().Grouping.SemidefiniteProgram(2))
            .Append(_context.MultiTask().Trainers.SharedBottom(Sample.Options()))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel.Grade"));
        return (pipeline.Fit(data), data);
    }

    /// <summary>Changes the header's text and makes lengths and checksum right again.</summary>
    private static byte[] Edited(byte[] file, string old, string wrong)
    {
        int length = BitConverter.ToInt32(file, 8);
        string header = Encoding.UTF8.GetString(file, 16, length);
        int at = header.IndexOf(old, StringComparison.Ordinal);
        Assert.IsGreaterThan(0, at, old);
        byte[] changed = Encoding.UTF8.GetBytes(header[..at] + wrong + header[(at + old.Length)..]);
        byte[] body = [.. file[..8], .. BitConverter.GetBytes((long)changed.Length), .. changed,
            .. file[(16 + length)..^32]];
        return [.. body, .. System.Security.Cryptography.SHA256.HashData(body)];
    }

    private sealed class Nothing;
}
