using System.Globalization;
using System.Text;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Persistence;

[TestClass]
public class ModelFileTests
{
    private static readonly FeatureEncoder s_encoder =
        new([new() { Name = "age", Median = 3.5, Mean = 0.1, Scale = 2 },
        new() { Name = "city", Categories = ["A", "B"] }]);

    [TestMethod]
    public void Load_AfterSave_GivesTheSameModelBytesAndScores()
    {
        MultiTaskModel model = TestModels.Mixed();
        byte[] bytes = TestModels.Bytes(model, s_encoder);

        SavedModel loaded = ModelFile.Load(new MemoryStream(bytes));

        Assert.AreEqual(model.Grouping, loaded.Model.Grouping);
        for (int t = 0; t < model.Tasks.Count; t++)
        {
            Assert.AreEqual(model.Tasks[t].Name, loaded.Model.Tasks[t].Name);
            Assert.AreEqual(model.Tasks[t].Kind, loaded.Model.Tasks[t].Kind);
            Assert.AreEqual(model.Tasks[t].Weight, loaded.Model.Tasks[t].Weight);
            CollectionAssert.AreEqual(model.Tasks[t].ClassNames.ToArray(), loaded.Model.Tasks[t].ClassNames.ToArray());
        }
        CollectionAssert.AreEqual(TestModels.Scores(model), TestModels.Scores(loaded.Model));
        CollectionAssert.AreEqual(new[] { "A", "B" }, loaded.Encoder!.Columns[1].Categories!.ToArray());
        Assert.AreEqual(s_encoder.Columns[0], loaded.Encoder.Columns[0]);
        CollectionAssert.AreEqual(bytes, TestModels.Bytes(loaded.Model, loaded.Encoder));
    }

    [TestMethod]
    public void Load_RandomModels_RoundTrip()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            MultiTaskModel model = RandomModel(seed);
            byte[] bytes = TestModels.Bytes(model);

            MultiTaskModel loaded = ModelFile.Load(new MemoryStream(bytes)).Model;

            CollectionAssert.AreEqual(bytes, TestModels.Bytes(loaded), $"seed {seed}");
            CollectionAssert.AreEqual(TestModels.Scores(model), TestModels.Scores(loaded), $"seed {seed}");
        }
    }

    [TestMethod]
    [DataRow(5ul, null, 60)]
    [DataRow(ulong.MaxValue, 20000, 581012)]
    public void Load_SplitOfRows_ComesBack(ulong seed, int? maxRows, int fileRows)
    {
        var split = new SavedSplit(seed, maxRows, fileRows);
        var stream = new MemoryStream();
        ModelFile.Save(new SavedModel(TestModels.Mixed(), null, split), stream);
        byte[] bytes = stream.ToArray();

        Assert.AreEqual(split, ModelFile.Load(new MemoryStream(bytes)).Split);
        Assert.IsNull(ModelFile.Load(new MemoryStream(TestModels.Bytes(TestModels.Mixed()))).Split);
        StringAssert.Contains(Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(
            new MemoryStream(Edited(bytes, $"\"fileRows\":{fileRows}", "\"fileRows\":0")))).Message, "fileRows");
    }

    [TestMethod]
    public void Load_LayerNorm_IsInTheDescription()
    {
        MultiTaskModel model = TestModels.Of([new("a", TaskKind.Binary)], TaskGrouping.All(1), 3, [4, 2], 7, true);
        byte[] bytes = TestModels.Bytes(model);

        Assert.IsTrue(ModelFile.Load(new MemoryStream(bytes)).Model.Models[0].Network().Shape.LayerNorm);
        StringAssert.Contains(Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(
            new MemoryStream(Edited(bytes, ",\"layerNorm\":true", "")))).Message, "'models.0.layers.1.weight' F32");
    }

    [TestMethod]
    public void Load_LinearSkip_IsInTheDescription()
    {
        MultiTaskModel model = TestModels.Of([new("a", TaskKind.Binary)], TaskGrouping.All(1), 3, [4, 2], 7,
            linearSkip: true);
        byte[] bytes = TestModels.Bytes(model);

        MultiTaskModel loaded = ModelFile.Load(new MemoryStream(bytes)).Model;
        CollectionAssert.AreEqual(model.Models[0].Network().Parameters, loaded.Models[0].Network().Parameters);
        CollectionAssert.AreEqual(TestModels.Scores(model), TestModels.Scores(loaded));
        StringAssert.Contains(Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(
            new MemoryStream(Edited(bytes, ",\"linearSkip\":true", "")))).Message, "skip.weight");
    }

    [TestMethod]
    [DataRow("tr-TR")]
    [DataRow("de-DE")]
    [DataRow("ar-SA")]
    public void Save_InAnyCulture_WritesTheSameBytes(string culture)
    {
        byte[] bytes = TestModels.Bytes(TestModels.Mixed(), s_encoder);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            CollectionAssert.AreEqual(bytes, TestModels.Bytes(TestModels.Mixed(), s_encoder));
            CollectionAssert.AreEqual(bytes,
                TestModels.Bytes(ModelFile.Load(new MemoryStream(bytes)).Model, s_encoder));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    [DataRow("😀 İ ﷽ \u202e\u0000\n\"\\/../")]
    public void Save_StrangeNames_ComeBack(string name)
    {
        MultiTaskModel model = TestModels.Of([new(name, TaskKind.Multiclass, [name, name + "2"])], TaskGrouping.All(1),
            2, [2], 1);

        TaskInfo task = ModelFile.Load(new MemoryStream(TestModels.Bytes(model))).Model.Tasks[0];

        Assert.AreEqual(name, task.Name);
        Assert.AreEqual(name + "2", task.ClassNames[1]);
    }

    [TestMethod]
    public void Save_NameIsNoUnicodeText_IsRefused() => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
        () => TestModels.Bytes(TestModels.Of([new("a\ud800", TaskKind.Binary)], TaskGrouping.All(1), 2, [2], 1)))
            .Message, "not valid Unicode");

    [TestMethod]
    [DataRow(2_000, true)]
    [DataRow(10_000, false)]
    public void Load_ManyTasks_AreAllThere(int tasks, bool single)
    {
        TaskInfo[] infos = [.. Enumerable.Range(0, tasks)
            .Select(t => new TaskInfo($"label number {t}", TaskKind.Binary))];
        MultiTaskModel model =
            TestModels.Of(infos, single ? TaskGrouping.Single(tasks) : TaskGrouping.All(tasks), 2, [2], 1);
        SavedModel loaded = ModelFile.Load(new MemoryStream(TestModels.Bytes(model)));
        CollectionAssert.AreEqual(infos.Select(t => t.Name).ToArray(),
            loaded.Model.Tasks.Select(t => t.Name).ToArray());
    }

    [TestMethod]
    public void Save_NamesOverTheLimitOfTheHeader_AreRefused() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
        () => TestModels.Bytes(TestModels.Of([new(new string('x', 1 << 26), TaskKind.Binary)], TaskGrouping.All(1), 2,
            [2], 1))).Message,
        "over the limit of 67108864");

    [TestMethod]
    public void Save_WeightNotFinite_IsRefused()
    {
        MultiTaskModel model = TestModels.Mixed();
        model.Models[0].Network().Parameters[0] = float.NaN;

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TestModels.Bytes(model)).Message,
            "models.0.layers.0.weight");
    }

    [TestMethod]
    [DataRow("\"grouping\":\"0,(1),2|1\"", "\"grouping\":\"1|0,(1),2\"", "canonical")]
    [DataRow("\"grouping\":\"0,(1),2|1\"", "\"grouping\":\"0,(1),3|1\"", "outside")]
    [DataRow("\"grouping\":\"0,(1),2|1\"", "\"grouping\":\"0,1,2\"", "3 tasks in 1 group")]
    [DataRow("\"grouping\":\"0,(1),2|1\"", "\"grouping\":\"0,1\"", "2 tasks in 1 group")]
    [DataRow("\"kind\":\"Binary\"", "\"kind\":\"Ternary\"", "'Ternary' is unknown")]
    [DataRow("\"kind\":\"Regression\"", "\"kind\":\"Multiclass\"", "at least two class names")]
    [DataRow("\"classes\":[\"x\",\"y\",\"z\"]", "\"classes\":[\"x\",\"y\"]", "expected, found")] // head of another size
    [DataRow("\"classes\":[\"x\",\"y\",\"z\"]", "\"classes\":[\"x\",null,\"z\"]", "null")]
    [DataRow("\"name\":\"b\"", "\"name\":\"a\"", "used twice")]
    [DataRow("\"name\":\"b\"", "\"name\":\"\"", "name")]
    [DataRow("\"weight\":2.5", "\"weight\":-2.5", "not negative")]
    [DataRow("\"weight\":2.5", "\"weight\":1e400", "")]
    [DataRow("\"featureCount\":3", "\"featureCount\":0", "featureCount")]
    [DataRow("\"featureCount\":3", "\"featureCount\":2147483647", "")]
    [DataRow("\"featureCount\":3", "\"featureCount\":4", "expected, found")]
    [DataRow("\"hidden\":[4,2]", "\"hidden\":[4]", "'models.0.layers.1.weight' F32[5,4] expected")]
    [DataRow("\"hidden\":[4,2]", "\"hidden\":[4,-2]", "at least 1")]
    [DataRow("\"hidden\":[4,2]", "\"hidden\":[4,3]", "expected, found")]
    [DataRow("\"encoderLength\":0", "\"encoderLength\":5", "'encoder' U8[5] expected")]
    [DataRow("\"encoderLength\":0", "\"encoderLength\":-1", "its length is -1")]
    [DataRow("\"kind\":\"shared-bottom\"", "\"kind\":\"forest-of-doom\"",
        "The file holds a model of kind 'forest-of-doom'; known here are ")]
    [DataRow("\"description\":{\"hidden\":[4,2]}", "\"description\":null", "null")]
    [DataRow("\"description\":{\"hidden\":[4,2]}", "\"description\":[4,2]", "NetworkContent")]
    public void Load_DescriptionDoesNotFit_IsRefusedWithTheReason(string old, string wrong, string reason)
    {
        byte[] edited = Edited(TestModels.Bytes(TestModels.Mixed()), old, wrong);

        ModelFormatException e = Assert.ThrowsExactly<ModelFormatException>(() =>
            ModelFile.Load(new MemoryStream(edited)));

        StringAssert.Contains(e.Message, reason);
    }

    [TestMethod]
    public void Save_ModelOfAKindWithoutFormat_SaysTheKind() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => TestModels.Bytes(new MultiTaskModel([new("a", TaskKind.Binary)],
            TaskGrouping.All(1), [new ConstantModel([new("a", TaskKind.Binary)], 1, 0)]))).Message,
        "A model of kind 'constant' cannot be saved: there is a format for 'boosted-trees', 'calibrated', ");

    [TestMethod]
    public void Load_ModelsOfSeveralKinds_EachIsReadByItsFormat()
    {
        TaskInfo[] tasks = [new("a", TaskKind.Binary), new("b", TaskKind.Regression)];
        MultiTaskModel networks = TestModels.Of(tasks, TaskGrouping.Single(2), 3, [2], 1);
        var model = new MultiTaskModel(tasks, TaskGrouping.Single(2),
            [networks.Models[0], new ConstantModel([tasks[1]], 3, 0.5f)]);
        GroupModelFormats formats = GroupModelFormats.BuiltIn.With(new ConstantFormat());
        var stream = new MemoryStream();
        ModelFile.Save(new SavedModel(model), stream, formats);
        stream.Position = 0;
        CollectionAssert.AreEqual(TestModels.Scores(model),
            TestModels.Scores(ModelFile.Load(stream, null, formats).Model));
        stream.Position = 0;
        StringAssert.Contains(Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(stream)).Message,
            "The file holds a model of kind 'constant'");
    }

    [TestMethod]
    public void Load_OverTheLimits_IsRefused()
    {
        byte[] bytes = TestModels.Bytes(TestModels.Mixed());

        Refused(new() { MaxTasks = 2 }, "3 tasks, over the limit of 2");
        Refused(new() { MaxParameters = 20 }, "over the limit of 20");
        Refused(new() { MaxBytes = bytes.Length - 1 }, $"over the limit of {bytes.Length - 1}");
        Assert.IsNotNull(ModelFile.Load(new MemoryStream(bytes), new() { MaxBytes = bytes.Length, MaxTasks = 3 }));

        void Refused(MultiTaskModelLoadOptions options, string reason) => StringAssert.Contains(
            Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(new MemoryStream(bytes), options)).Message,
                reason);
    }

    [TestMethod]
    public void Load_EncoderOfOtherSize_IsRefused() =>
        StringAssert.Contains(Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(
        new MemoryStream(TestModels.Bytes(TestModels.Mixed(features: 5), s_encoder)))).Message,
            "makes 3 features, the model takes 5");

    /// <summary>Changes the header's text and makes lengths and checksum right again.</summary>
    private static byte[] Edited(byte[] file, string old, string wrong)
    {
        int length = BitConverter.ToInt32(file, 8);
        string header = Encoding.UTF8.GetString(file, 16, length);
        StringAssert.Contains(header, old);
        int at = header.IndexOf(old, StringComparison.Ordinal);
        byte[] changed = Encoding.UTF8.GetBytes(header[..at] + wrong + header[(at + old.Length)..]);
        byte[] body = [.. file[..8], .. BitConverter.GetBytes((long)changed.Length), .. changed,
            .. file[(16 + length)..^32]];
        return [.. body, .. System.Security.Cryptography.SHA256.HashData(body)];
    }

    private static MultiTaskModel RandomModel(ulong seed)
    {
        var random = new RandomStream(seed, "model");
        TaskInfo[] tasks = [.. Enumerable.Range(0, 1 + random.NextInt32(8))
            .Select(t => (TaskKind)random.NextInt32(3) is TaskKind.Multiclass
            ? new TaskInfo($"t{t}", TaskKind.Multiclass, ["p", "q", "r"])
                : new TaskInfo($"t{t}", (TaskKind)(2 * random.NextInt32(2)), weight: random.NextSingle()))];
        int[] hidden = [.. Enumerable.Range(0, random.NextInt32(3)).Select(_ => 1 + random.NextInt32(6))];
        return TestModels.Of(tasks, TaskGrouping.FromAssignment([.. tasks.Select(_ => random.NextInt32(4))]), 1
            + random.NextInt32(5), hidden, seed, layerNorm: hidden.Length > 0 && seed % 2 == 0);
    }
}
