using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Onnx.Tests;

/// <summary>The encoder of raw columns and a forest that takes gaps, in one graph.</summary>
[TestClass]
public sealed class FeaturizeTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void ConvertToOnnx_FeaturizeAndNetwork_GivesTheSameScores()
    {
        SharedBottomTrainer.Options options = Sample.Options(TaskColumn.Binary("Big"), TaskColumn.Regression("Amount"));
        ITransformer model = _context.MultiTask().Featurize("Maybe", "School", "Weight")
            .Append(_context.MultiTask().Trainers.SharedBottom(options)).Fit(Data(1));

        OnnxComparison.AssertEqual(_context, model, Data(2));
        using var run = new OnnxRun(OnnxComparison.Export(_context, model, Data(2)), Data(2));
        CollectionAssert.AreEquivalent(new[] { "Maybe", "School", "Weight" }, run.Inputs.ToArray());
    }

    [TestMethod]
    public void ConvertToOnnx_ForestWithGaps_ScoresRowsWithMissingFeatures()
    {
        var options = new BoostedTreesTrainer.Options
        {
            Tasks = [TaskColumn.Binary("Big"), TaskColumn.Multiclass("Grade")],
            FeatureColumnName = "Gaps",
            Seed = 3,
        };
        IDataView data = _context.Transforms.Concatenate("Gaps", "Features", "Maybe").Fit(Sample.View(_context))
            .Transform(Sample.View(_context));
        ITransformer model = _context.MultiTask().Trainers.BoostedTrees(options).Fit(data);

        OnnxComparison.AssertEqual(_context, model, data);
        Assert.IsFalse(Sample.Column<float>(model.Transform(data), "Score.Big").Any(float.IsNaN));
    }

    // Of seed 2 with a school that the training did not have.
    private IDataView Data(ulong seed)
    {
        List<SampleRow> rows = Sample.Rows(seed: seed);
        if (seed == 2)
            rows[5].School = "somewhere else";
        return _context.Data.LoadFromEnumerable(rows);
    }
}
