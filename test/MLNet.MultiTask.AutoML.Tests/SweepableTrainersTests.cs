using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace MLNet.MultiTask.Tests.AutoML;

[TestClass]
public sealed class SweepableTrainersTests
{
    [TestMethod]
    public void SweepableSharedBottom_Choice_BuildsTheTrainerChosen()
    {
        var context = new MLContext(1);
        SharedBottomTrainer.Options options = Sample.Options();
        options.Training = Sample.Training with { MaxEpochs = 5 };
        SweepableEstimator sweepable = context.MultiTask().Trainers.SweepableSharedBottom(options,
            [TaskGrouping.All(4), TaskGrouping.Parse("0,1|2,3")], ["6", "3"]);
        IDataView data = Sample.View(context);
        Parameter chosen = Parameter.CreateNestedParameter(
            KeyValuePair.Create("grouping", Parameter.FromString("0,1|2,3")),
            KeyValuePair.Create("hidden", Parameter.FromString("3")),
            KeyValuePair.Create("learningrate", Parameter.FromString("0.01")));
        var model = (MultiTaskPredictionTransformer)sweepable.BuildFromOption(context, chosen).Fit(data);
        Assert.AreEqual("0,1|2,3", model.Grouping.ToString());
        options.Training = options.Training with { Hidden = [3] };
        options.Grouping = TaskGrouping.Parse("0,1|2,3");
        CollectionAssert.AreEqual(
            Sample.Column<float>(context.MultiTask().Trainers.SharedBottom(options).Fit(data).Transform(data),
                "Score.Amount"),
            Sample.Column<float>(model.Transform(data), "Score.Amount"));
    }

    [TestMethod]
    public void CreateSweepableEstimator_OptionsWithAttributes_BuildsTheTrainerDrawn()
    {
        var context = new MLContext(1);
        var space = new SearchSpace<SharedBottomSearch>();
        CollectionAssert.AreEquivalent(typeof(SharedBottomSearch).GetProperties().Select(p => p.Name).ToArray(),
            space.Keys.ToArray());
        SharedBottomTrainer.Options options = Sample.Options();
        SweepableEstimator sweepable = context.Auto().CreateSweepableEstimator((own, chosen) =>
        {
            options.Training = chosen.Apply(Sample.Training with { MaxEpochs = 5 });
            return (IEstimator<ITransformer>)own.MultiTask().Trainers.SharedBottom(options);
        }, space);
        // Keys in order: Dropout, Hidden, LearningRate, WeightDecay, Weighting.
        Parameter drawn = sweepable.SearchSpace.SampleFromFeatureSpace([0.5, 0.6, 0.5, 0.5, 0.9]);
        IDataView data = Sample.View(context);
        var model = (MultiTaskPredictionTransformer)sweepable.BuildFromOption(context, drawn).Fit(data);
        Assert.AreEqual(0.25f, options.Training.Dropout);
        CollectionAssert.AreEqual(new[] { 32 }, options.Training.Hidden.ToArray());
        Assert.AreEqual(Math.Sqrt(1e-4 * 2e-2), options.Training.LearningRate, 1e-8);
        Assert.AreEqual("si", options.Training.Weighting.ToString());
        CollectionAssert.AreEqual(
            Sample.Column<float>(context.MultiTask().Trainers.SharedBottom(options).Fit(data).Transform(data),
                "Score.Amount"),
            Sample.Column<float>(model.Transform(data), "Score.Amount"));
    }

    [TestMethod]
    public void SweepableSharedBottom_NoGrouping_IsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).MultiTask().Trainers
            .SweepableSharedBottom(Sample.Options(), [])).Message, "At least one grouping is needed");
}
