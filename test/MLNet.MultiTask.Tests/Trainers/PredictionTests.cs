using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.Trainers;

[TestClass]
public class PredictionTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Transform_ScoresEqualTheModels()
    {
        List<SampleRow> rows = Sample.Rows();
        MultiTaskPredictionTransformer transformer = Fit(Sample.View(_context, rows), "0,2|1,(2),3");
        var expected = new float[rows.Count * transformer.Model.OutputCount];
        transformer.Model.Score([.. rows.SelectMany(r => r.Features)], rows.Count, expected);

        IDataView scored = transformer.Transform(Sample.View(_context, rows));

        float[] big = Sample.Column<float>(scored, "Probability.Big"),
            amount = Sample.Column<float>(scored, "Score.Amount");
        float[][] grade = Sample.Vectors(scored, "Score.Grade");
        uint[] label = Sample.Column<uint>(scored, "PredictedLabel.Grade");
        for (int i = 0; i < rows.Count; i++)
        {
            float[] row = expected[(i * 6)..((i + 1) * 6)];
            Assert.AreEqual(row[0], big[i], 1e-6f);
            Assert.AreEqual(row[1], amount[i], 1e-4f);
            Assert.AreEqual(1, grade[i].Sum(), 1e-5f);
            Assert.AreEqual(row[3], grade[i][1], 1e-6f);
            Assert.AreEqual((uint)Array.IndexOf(grade[i], grade[i].Max()) + 1, label[i]);
        }
        float[] logit = Sample.Column<float>(scored, "Score.Big");
        bool[] positive = Sample.Column<bool>(scored, "PredictedLabel.Big");
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.AreEqual(1 / (1 + Math.Exp(-logit[i])), big[i], 1e-6);
            Assert.AreEqual(logit[i] > 0, positive[i]);
        }
    }

    [TestMethod]
    public void Transform_FeatureNotFinite_GivesMissingScoresForThatRowOnly()
    {
        MultiTaskPredictionTransformer transformer = Fit(Sample.View(_context));
        List<SampleRow> rows = Sample.Rows(3);
        rows[1].Features[2] = float.NaN;

        IDataView scored = transformer.Transform(Sample.View(_context, rows));

        CollectionAssert.AreEqual(new[] { false, true, false },
            Sample.Column<float>(scored, "Score.Big").Select(float.IsNaN).ToArray());
        Assert.IsTrue(Sample.Vectors(scored, "Score.Grade")[1].All(float.IsNaN));
        Assert.IsFalse(Sample.Column<bool>(scored, "PredictedLabel.Big")[1]);
        Assert.AreEqual(0u, Sample.Column<uint>(scored, "PredictedLabel.Grade")[1]);
        Assert.AreNotEqual(0u, Sample.Column<uint>(scored, "PredictedLabel.Grade")[2]);
    }

    [TestMethod]
    public void Transform_FeaturesOfOtherSize_SaysBothTypes()
    {
        MultiTaskPredictionTransformer transformer = Fit(Sample.View(_context));
        IDataView data = _context.Transforms.Concatenate("Features", "Features", "Weight").Fit(Sample.View(_context))
            .Transform(Sample.View(_context));

        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transformer.Transform(data))
            .Message,
            "Schema mismatch for feature column 'Features': expected Vector<Single, 3>, got Vector<Single, 4>");
    }

    [TestMethod]
    public void Predict_OneEnginePerThread_EqualsSerial()
    {
        List<SampleRow> rows = Sample.Rows();
        MultiTaskPredictionTransformer transformer = Fit(Sample.View(_context, rows), "0,1|2,3");
        float[] expected = Sample.Column<float>(transformer.Transform(Sample.View(_context, rows)), "Score.Amount");

        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using PredictionEngine<FeatureRow, AmountRow> engine =
                _context.Model.CreatePredictionEngine<FeatureRow, AmountRow>(transformer);
            for (int i = 0; i < rows.Count; i++)
                Assert.AreEqual(expected[i], engine.Predict(new FeatureRow { Features = rows[i].Features }).Amount);
        });
    }

    [TestMethod]
    public void GetRow_ManyRows_AllocatesNothingPerRow()
    {
        var context = _context;
        IDataView data = context.Data.Cache(Sample.View(context, Sample.Rows(2000)));
        MultiTaskPredictionTransformer transformer = Fit(data, "0,1|2,3");
        IDataView scored = transformer.Transform(data);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<float> amount = cursor.GetGetter<float>(scored.Schema["Score.Amount"]);
        ValueGetter<VBuffer<float>> grade = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score.Grade"]);
        ValueGetter<bool> big = cursor.GetGetter<bool>(scored.Schema["PredictedLabel.Big"]);
        float a = 0;
        VBuffer<float> g = default;
        bool b = false;
        Read(500);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(1000);

        Assert.IsLessThan(4096, GC.GetAllocatedBytesForCurrentThread() - before);

        void Read(int rows)
        {
            for (int i = 0; i < rows; i++)
            {
                cursor.MoveNext();
                amount(ref a);
                grade(ref g);
                big(ref b);
            }
        }
    }

    [TestMethod]
    [DataRow("Text")]
    [DataRow("Single")]
    [DataRow("Int32")]
    [DataRow("Boolean")]
    public void Transform_AnyKeyType_PublishesClassNamesAndValues(string type)
    {
        var numbers = Sample.Rows().Select(r => new ClassRow
        {
            Features = r.Features,
            Text = r.Big ? "b" : "a",
            Single = r.Big ? 2.5f : 0,
            Int32 = r.Big ? -7 : 0,
            Boolean = r.Big,
        });
        IDataView data = _context.Transforms.Conversion.MapValueToKey("Label", type,
            keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(_context.Data.LoadFromEnumerable(numbers)).Transform(_context.Data.LoadFromEnumerable(numbers));
        var pipeline = _context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Multiclass("Label")))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Back", "PredictedLabel.Label"));

        ITransformer model = pipeline.Fit(data);
        IDataView scored = model.Transform(data);

        string[] expected = type switch { "Text" => ["a", "b"], "Single" => ["0", "2.5"], "Int32" => ["-7", "0"], _ =>
            ["false", "true"] };
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score.Label"].Annotations.GetValue("SlotNames", ref slots);
        CollectionAssert.AreEqual(expected, slots.DenseValues().Select(s => s.ToString()).ToArray());
        Assert.AreEqual(data.Schema[type].Type, scored.Schema["Back"].Type);
        var stream = new MemoryStream();
        _context.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        IDataView loaded = _context.Model.Load(stream, out _).Transform(data);
        CollectionAssert.AreEqual(EstimatorContract.Texts(scored, ["PredictedLabel.Label"]),
            EstimatorContract.Texts(loaded, ["PredictedLabel.Label"]));
        Assert.AreEqual(data.Schema[type].Type, loaded.Schema["Back"].Type);
    }

    [TestMethod]
    public void Transform_Annotations_AreThoseOfScorers()
    {
        IDataView scored = Fit(Sample.View(_context)).Transform(Sample.View(_context));

        Assert.AreEqual("BinaryClassification/Probability/1", Kinds("Probability.Big"));
        Assert.AreEqual("Regression/Score/2", Kinds("Score.Amount"));
        Assert.AreEqual("MulticlassClassification/PredictedLabel/3", Kinds("PredictedLabel.Grade"));
        Assert.AreEqual("BinaryClassification/Score/4", Kinds("Score.Maybe"));
        bool normalized = false;
        scored.Schema["Probability.Big"].Annotations.GetValue("IsNormalized", ref normalized);
        Assert.IsTrue(normalized);
        IDataView again = Fit(Sample.View(_context)).Transform(scored);
        Assert.AreEqual("Regression/Score/6", Text(again, "Score.Amount"), "set ids go on above those of the input");

        string Kinds(string column) => Text(scored, column);

        static string Text(IDataView view, string column)
        {
            ReadOnlyMemory<char> kind = default, value = default;
            uint set = 0;
            view.Schema[column].Annotations.GetValue("ScoreColumnKind", ref kind);
            view.Schema[column].Annotations.GetValue("ScoreValueKind", ref value);
            view.Schema[column].Annotations.GetValue("ScoreColumnSetId", ref set);
            return string.Create(CultureInfo.InvariantCulture, $"{kind}/{value}/{set}");
        }
    }

    [TestMethod]
    public void Append_BuiltInsAfterwards_WorkOnScores()
    {
        IDataView data = Sample.View(_context);
        IDataView scored = _context.MultiTask().Trainers.SharedBottom(Sample.Options())
            .Append(_context.Transforms.NormalizeMinMax("Scaled", "Score.Amount", fixZero: false)).Fit(data)
                .Transform(data);

        float[] scaled = Sample.Column<float>(scored, "Scaled");

        Assert.AreEqual(0, scaled.Min(), 1e-6f);
        Assert.AreEqual(1, scaled.Max(), 1e-6f);
    }

    private MultiTaskPredictionTransformer Fit(IDataView data, string grouping = "0,1,2,3")
    {
        SharedBottomTrainer.Options options = Sample.Options();
        options.Grouping = TaskGrouping.Parse(grouping);
        return _context.MultiTask().Trainers.SharedBottom(options).Fit(data);
    }

    private sealed class FeatureRow
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }

    private sealed class AmountRow
    {
        [ColumnName("Score.Amount")]
        public float Amount { get; set; }
    }

    private sealed class ClassRow
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public string Text { get; set; } = "";

        public float Single { get; set; }

        public int Int32 { get; set; }

        public bool Boolean { get; set; }
    }
}
