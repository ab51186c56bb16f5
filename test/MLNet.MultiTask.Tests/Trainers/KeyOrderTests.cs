using Microsoft.ML;

namespace MLNet.MultiTask.Tests.Trainers;

/// <summary>Labels whose keys were fitted elsewhere, in another order.</summary>
[TestClass]
public sealed class KeyOrderTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Transform_KeysOfALabelInAnotherOrder_AreRefused()
    {
        MultiTaskPredictionTransformer model = _context.MultiTask().Trainers
            .SharedBottom(Sample.Options(TaskColumn.Multiclass("Grade"))).Fit(Sample.View(_context));
        IDataView other = View("high", "low", "middle");
        string message = Assert.ThrowsExactly<ArgumentException>(() => model.Transform(other)).Message;

        StringAssert.Contains(message, "The keys of label column 'Grade' are high, low, middle, those that the model " +
            "was trained on low, middle, high");
        model.Transform(View("low", "middle", "high"));
        model.Transform(_context.Data.LoadFromEnumerable(Sample.Rows(20)));
    }

    [TestMethod]
    public void Fit_ValidationKeysInAnotherOrder_AreMatchedByValue()
    {
        SharedBottomTrainer trainer = _context.MultiTask().Trainers
            .SharedBottom(Sample.Options(TaskColumn.Multiclass("Grade")));
        IDataView train = Sample.View(_context, Sample.Rows(120));
        float[] same = Parameters(trainer.Fit(train, View("low", "middle", "high")));
        CollectionAssert.AreEqual(same, Parameters(trainer.Fit(train, View("high", "low", "middle"))));
    }

    private static float[] Parameters(MultiTaskPredictionTransformer model) =>
        model.Model.Models[0].Network().Parameters;

    private IDataView View(params string[] grades)
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Sample.Rows(60, 7));
        return _context.Transforms.Conversion.MapValueToKey("Grade", keyData: _context.Data.LoadFromEnumerable(
            grades.Select(g => new Grade { Value = g }))).Fit(rows).Transform(rows);
    }

    private sealed class Grade
    {
        public string Value { get; set; } = "";
    }
}
