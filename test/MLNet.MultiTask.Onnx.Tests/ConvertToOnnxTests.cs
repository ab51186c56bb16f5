using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Onnx.Tests;

[TestClass]
public sealed class ConvertToOnnxTests
{
    private static readonly TaskInfo s_binary = new("A", TaskKind.Binary);
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true, DisplayName = "layer norm")]
    public void ConvertToOnnx_EveryKindOfTaskBetweenStagesOfMicrosoft_GivesTheSameColumns(bool layerNorm)
    {
        SharedBottomTrainer.Options options = Sample.Options();
        options.Grouping = TaskGrouping.Parse("0,1,(3)|2,3");
        options.Training = Sample.Training with { Hidden = [18, 7], LayerNorm = layerNorm, MaxEpochs = 8 };
        ITransformer model = _context.Transforms.NormalizeMeanVariance("Features")
            .Append(_context.MultiTask().Trainers.SharedBottom(options))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel.Grade"))
            .Append(_context.Transforms.Concatenate("Both", "Probability.Big", "Score.Amount"))
            .Fit(Sample.View(_context));

        int compared = OnnxComparison.AssertEqual(_context, model, Gaps());

        // Big and Maybe: 3 columns; Amount: 1; Grade: 3 probabilities and the label; the name; two together.
        Assert.AreEqual(200 * (3 + 3 + 1 + 4 + 1 + 2), compared);
    }

    [TestMethod]
    [DataRow("0,1,2,3")]
    [DataRow("0,1|2,3")]
    public void ConvertToOnnx_MeanOfFolds_GivesTheSameColumns(string grouping)
    {
        SharedBottomTrainer.Options options = Sample.Options();
        options.Folds = 3;
        options.Grouping = TaskGrouping.Parse(grouping);
        IDataView data = Sample.View(_context, Sample.Rows(100));
        TransformerChain<MultiTaskPredictionTransformer> model = _context.Transforms.NormalizeMeanVariance("Features")
            .Append(_context.MultiTask().Trainers.SharedBottom(options)).Fit(data);
        Assert.HasCount(3, ((EnsembleModel)model.LastTransformer.Model.Models[0]).Members);

        OnnxComparison.AssertEqual(_context, model, data);
    }

    [TestMethod]
    public void ConvertToOnnx_AnyLabels_AreNoInputs()
    {
        IDataView data = Sample.View(_context);
        ITransformer model = _context.Transforms.NormalizeMinMax("Features")
            .Append(_context.MultiTask().Trainers.SharedBottom(Sample.Options())).Fit(data);

        using var run = new OnnxRun(OnnxComparison.Export(_context, model, data), data);
        CollectionAssert.AreEqual(new[] { "Features" }, run.Inputs.ToArray());
        using var one = new OnnxRun(OnnxComparison.Export(_context, model, data, "Probability.Maybe"), data);
        CollectionAssert.AreEqual(new[] { "Probability.Maybe.output" }, one.Outputs.ToArray());
        CollectionAssert.AreEqual(new[] { 200, 1 }, one.Shape("Probability.Maybe"));
    }

    [TestMethod]
    public void ConvertToOnnx_VectorLabels_GivesVectors()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Sample.Rows());
        IDataView data = _context.Transforms.Conversion.MapValueToKey("Marks").Fit(rows).Transform(rows);
        SharedBottomTrainer.Options options =
            Sample.Options(TaskColumn.Regression("Pair"), TaskColumn.Multiclass("Marks"));

        OnnxComparison.AssertEqual(_context, _context.MultiTask().Trainers.SharedBottom(options).Fit(data), data);
    }

    [TestMethod]
    [DataRow(UnknownTask.Average, false)]
    [DataRow(UnknownTask.Missing, true)]
    public void ConvertToOnnx_TaskIndexedData_ScoresTheRowsOwnTask(UnknownTask unknown, bool keys)
    {
        List<SampleRow> rows = Sample.Rows();
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        if (keys)
            data = _context.Transforms.Conversion.MapValueToKey("School").Fit(data).Transform(data);
        TaskColumn[] tasks = [TaskColumn.Indexed(TaskKind.Binary, "Big", "School", unknownTask: unknown)];
        ITransformer model = _context.MultiTask().Trainers.SharedBottom(Sample.Options(tasks)).Fit(data);
        if (!keys)
            rows[3].School = "a school that nobody knows";

        OnnxComparison.AssertEqual(_context, model, data);
    }

    [TestMethod]
    public void ConvertToOnnx_ExtremeLogits_GivesExactProbabilities()
    {
        float[] logits = [-200, -104, -90, -50, -30, -20, -18.1f, -18, -17.9f, -15, -1, 0, 1, 15, 18, 20, 90, 200];
        var network = new SharedBottomNetwork(new NetworkShape(1, [], [s_binary]), [1, 0]);
        var model = new MultiTaskModel([s_binary], TaskGrouping.All(1), [network]);
        var block = new TaskBlock
            { Name = "A", Kind = TaskKind.Binary, Form = TaskForm.Scalar, FirstTask = 0, Count = 1 };
        var layout = new TaskLayout([block], [s_binary]);
        IDataView data = _context.Data.LoadFromEnumerable(logits.Select(l => new One { Features = [l] }));
        var transformer = new MultiTaskPredictionTransformer(_context, model, layout, "Features");

        OnnxComparison.AssertEqual(_context, transformer, data);

        using var run = new OnnxRun(OnnxComparison.Export(_context, transformer, data), data);
        float[] p = run.Of<float>("Probability.A");
        for (int i = 0; i < p.Length; i++)
        {
            double exact = 1 / (1 + Math.Exp(-logits[i]));
            Assert.AreEqual(exact, p[i], 1e-5 * exact + 1e-37, $"logit {logits[i]}");
            Assert.IsTrue(i == 0 || p[i] >= p[i - 1], $"falls at logit {logits[i]}");
        }
    }

    [TestMethod]
    public void ConvertToOnnx_ThroughApplyOnnxModel_GivesVectorsOfOne()
    {
        IDataView data = Sample.View(_context, Sample.Rows(30));
        ITransformer model = _context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data);
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            using (Stream stream = File.Create(file))
                _context.MultiTask().ConvertToOnnx(model, data, stream);
            IDataView applied = _context.Transforms.ApplyOnnxModel(file).Fit(data).Transform(data);

            float[] expected = Sample.Column<float>(model.Transform(data), "Score.Amount");
            float[][] actual = Sample.Vectors(applied, "Score.Amount");
            Assert.AreEqual("Vector<Single, 1, 1>", applied.Schema["Score.Amount"].Type.ToString());
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i].Single(), 1e-5 * Math.Abs(expected[i]));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Other rows of the sample, two of them with a feature that is not finite.</summary>
    private IDataView Gaps()
    {
        List<SampleRow> rows = Sample.Rows(seed: 2);
        rows[3].Features[1] = float.NaN;
        rows[7].Features[0] = float.PositiveInfinity;
        return Sample.View(_context, rows);
    }

    private sealed class One
    {
        [VectorType(1)]
        public float[] Features { get; set; } = [];
    }
}
