using Microsoft.ML;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public class LabelLeaksTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Fit_LabelsAmongTheFeatures_AreAllNamed()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Sample.Rows(60));
        IDataView featured = _context.MultiTask().Featurize("Weight", "Amount", "Grade", "School").Fit(data)
            .Transform(data);
        string message = Refusal(featured, TaskColumn.Regression("Amount"), TaskColumn.Multiclass("Grade"));

        StringAssert.Contains(message, "Features 'Amount', 'Grade=high', 'Grade=low', 'Grade=middle' in column " +
            "'Features' are labels by name");
        StringAssert.Contains(message, "AllowLabelsAsFeatures");
    }

    [TestMethod]
    public void Fit_LabelAmongTheFeatures_IsRefusedByEveryEstimatorThatReadsBoth()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Sample.Rows(60));
        IDataView featured = _context.MultiTask().Featurize("Weight", "Amount").Fit(data).Transform(data);
        TaskColumn[] tasks = [TaskColumn.Regression("Amount"), TaskColumn.Binary("Big")];
        Action[] fits =
        [
            () => _context.MultiTask().Trainers.BoostedTrees(tasks).Fit(featured),
            () => _context.MultiTask().Affinity.LabelCorrelation(new TaskAffinityEstimator.Options { Tasks = tasks })
                .Fit(featured),
            () => _context.MultiTask().Sweep(tasks).Fit(featured),
        ];
        foreach (Action fit in fits)
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(fit).Message, "Feature 'Amount'");
    }

    [TestMethod]
    public void Fit_AllowedLabelAsFeature_IsTrained()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Sample.Rows(60));
        IDataView featured = _context.MultiTask().Featurize("Amount").Fit(data).Transform(data);
        SharedBottomTrainer.Options options = Sample.Options(TaskColumn.Regression("Amount"));
        options.AllowLabelsAsFeatures = true;

        Assert.AreEqual(1, _context.MultiTask().Trainers.SharedBottom(options).Fit(featured).Model.FeatureCount);
    }

    [TestMethod]
    public void Fit_ColumnsWhoseNamesOnlyBeginLikeALabel_AreFeatures()
    {
        IDataView data = _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 60).Select(i =>
            new Sales { Sold = i % 7, Before = i % 5, Town = i % 2 == 0 ? "x" : "y" }));
        data = _context.Transforms.CopyColumns("Sold.Before", "Before").Fit(data).Transform(data);
        data = _context.Transforms.CopyColumns("Sold=Town", "Town").Fit(data).Transform(data);
        data = _context.MultiTask().Featurize("Sold.Before", "Sold=Town").Fit(data).Transform(data);

        Assert.AreEqual(3, _context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Regression("Sold")))
            .Fit(data).Model.FeatureCount);
    }

    [TestMethod]
    public void Fit_FeatureColumnThatIsTheLabel_IsRefused() => StringAssert.Contains(
        Refusal(_context.Data.LoadFromEnumerable(Sample.Rows(60)), TaskColumn.Regression("Features")),
        "Column 'Features' is named as label and as features");

    private string Refusal(IDataView data, params TaskColumn[] tasks) => Assert.ThrowsExactly<ArgumentException>(() =>
        _context.MultiTask().Trainers.SharedBottom(Sample.Options(tasks)).Fit(data)).Message;

    private sealed class Sales
    {
        public float Sold { get; set; }

        public float Before { get; set; }

        public string Town { get; set; } = "";
    }
}
