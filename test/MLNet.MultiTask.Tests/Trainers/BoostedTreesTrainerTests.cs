using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Trainers;

[TestClass]
public class BoostedTreesTrainerTests
{
    private static readonly BoostedTreesOptions Small = new()
        { NumberOfTrees = 60, LearningRate = 0.1, MinimumExampleCountPerLeaf = 5 };

    private static readonly TaskGrouping ByKind = TaskGrouping.Parse("0,3|1|2");

    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Fit_TasksOfAllKinds_PredictThem()
    {
        IDataView train = Sample.View(_context), test = _context.Data.LoadFromEnumerable(Sample.Rows(seed: 2));
        MultiTaskPredictionTransformer model =
            _context.MultiTask().Trainers.BoostedTrees(Sample.Tasks, forest: Small).Fit(train);
        MultiTaskMetrics metrics = _context.MultiTask().Evaluate(model.Transform(test), Sample.Tasks);
        Assert.IsGreaterThan(0.9, metrics.Tasks[0].AreaUnderRocCurve);
        Assert.IsGreaterThan(0.7, metrics.Tasks[1].RSquared);
        Assert.IsGreaterThan(0.7, metrics.Tasks[2].MicroAccuracy);
    }

    [TestMethod]
    public void Fit_GroupingOption_TrainsOneForestPerGroup()
    {
        MultiTaskPredictionTransformer model = _context.MultiTask().Trainers.BoostedTrees(Sample.Tasks,
            grouping: TaskGrouping.Parse("0,3|1,2"), forest: Small).Fit(Sample.View(_context));
        Assert.AreEqual("0,3|1,2", model.Grouping.ToString());
        Assert.IsTrue(model.Model.Models.All(m => m is BoostedForest { TreeCount: > 0 }));
    }

    [TestMethod]
    public void Fit_MissingFeatures_AreLearnedFromAndScored()
    {
        List<SampleRow> rows = Sample.Rows(400);
        for (int r = 0; r < rows.Count; r += 4)
            rows[r].Features[1] = float.NaN;
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        var tasks = new[] { TaskColumn.Regression("Amount"), TaskColumn.Binary("Big") };
        MultiTaskPredictionTransformer model =
            _context.MultiTask().Trainers.BoostedTrees(tasks, forest: Small).Fit(data);
        float[] scores = Sample.Column<float>(model.Transform(data), "Score.Amount");
        Assert.IsTrue(scores.All(float.IsFinite));
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Trainers.Linear(tasks).Fit(data));
        Assert.Contains("features must be finite", e.Message);
    }

    [TestMethod]
    public void Load_SavedModelOfEveryTrainer_ScoresTheSame()
    {
        IDataView data = Sample.View(_context);
        MultiTaskTrainerCatalog trainers = _context.MultiTask().Trainers;
        foreach (IEstimator<MultiTaskPredictionTransformer> trainer in (IEstimator<MultiTaskPredictionTransformer>[])
            [trainers.BoostedTrees(Sample.Tasks, forest: Small), trainers.Linear(Sample.Tasks),
                trainers.Ensemble(Sample.Tasks), trainers.RobustTrees(Sample.Tasks, grouping: ByKind)])
        {
            MultiTaskPredictionTransformer model = trainer.Fit(data);
            var stream = new MemoryStream();
            ModelFile.Save(new SavedModel(model.Model, null), stream);
            MultiTaskModel loaded = ModelFile.Load(new MemoryStream(stream.ToArray())).Model;
            float[] x = Sample.Rows(1)[0].Features, a = new float[6], b = new float[6];
            model.Model.Score(x, 1, a);
            loaded.Score(x, 1, b);
            CollectionAssert.AreEqual(a, b);
            Assert.IsTrue(a.Any(v => v != 0));
        }
    }

    [TestMethod]
    public void Fit_LinearTasks_LinearModelRecoversThem()
    {
        IDataView train = Sample.View(_context);
        MultiTaskPredictionTransformer model = _context.MultiTask().Trainers
            .Linear([TaskColumn.Regression("Amount")], linear: new LinearOptions()).Fit(train);
        var linear = (LinearModel)model.Model.Models[0];
        Assert.AreEqual(0, linear.Weight(0, 0), 0.1f);
        Assert.AreEqual(20, linear.Weight(1, 0), 0.2f);
        Assert.AreEqual(-10, linear.Weight(2, 0), 0.2f);
    }

    [TestMethod]
    public void BoostedTrees_OptionOutOfRange_SaysNameRangeAndValue()
    {
        ArgumentOutOfRangeException e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            _context.MultiTask().Trainers.BoostedTrees(Sample.Tasks, forest: new() { NumberOfLeaves = 1 }));
        Assert.Contains("NumberOfLeaves must be from 2 to 131,072", e.Message);
        Assert.AreEqual(1, e.ActualValue);
    }
}
