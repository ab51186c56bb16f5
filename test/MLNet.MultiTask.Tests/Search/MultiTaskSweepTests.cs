using Microsoft.ML;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class MultiTaskSweepTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void Fit_InAPipeline_KeepsTheContractOfEstimators() => EstimatorContract.Verify(_context, Sweep(),
        Sample.View(_context), [("feature", "Features"), ("label", "Big")], ["Features"]);

    [TestMethod]
    public void Fit_Sweeps_AndTellsWhatItFound()
    {
        IDataView data = Sample.View(_context);
        MultiTaskSweep sweep = Sweep();
        Assert.IsNull(sweep.Result);
        MultiTaskPredictionTransformer model = sweep.Fit(data);
        Assert.AreSame(model.Model, sweep.Result!.Model);
        Assert.HasCount(5, sweep.Result.Trials);
        Assert.AreEqual(SweepStopReason.MaxTrials, sweep.Result.StopReason);
        Assert.AreEqual("0|1|2|3", sweep.Result.Trials[0].Point.Grouping.ToString());
        Assert.AreEqual("0,1,2,3", sweep.Result.Trials[1].Point.Grouping.ToString());
        CollectionAssert.IsSubsetOf(new[] { "single", "all", "best" },
            sweep.Result.Table.Select(a => a.Name).ToArray());
        MultiTaskMetrics metrics = _context.MultiTask().Evaluate(model.Transform(data), Sample.Tasks);
        Assert.IsGreaterThan(0.8, metrics.Tasks[0].AreaUnderRocCurve);
    }

    [TestMethod]
    public void Fit_Logs_EveryTrialAndTheChoice()
    {
        var lines = new List<string>();
        _context.Log += (_, e) =>
            { if (e.Source?.Contains("Sweep", StringComparison.Ordinal) == true) lines.Add(e.RawMessage); };
        Sweep().Fit(Sample.View(_context));
        Assert.AreEqual(5, lines.Count(l => l.StartsWith("Trial ", StringComparison.Ordinal)));
        StringAssert.StartsWith(lines.First(l => l.StartsWith("Trial 2", StringComparison.Ordinal)),
            "Trial 2 of 5: Big, Amount, Grade, Maybe (shared-bottom): Completed, loss ");
        Assert.IsTrue(lines.Any(l => l.StartsWith("Chosen: ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_Helpers_AreTriedWhereAskedFor()
    {
        foreach (bool helpers in new[] { false, true })
        {
            MultiTaskSweep sweep = Sweep(o => (o.Helpers, o.Budget.MaxTrials) = (helpers, 12));
            IDataView data = Sample.View(_context);
            MultiTaskPredictionTransformer model = sweep.Fit(data);
            Assert.AreEqual(helpers, sweep.Result!.Trials.Any(t =>
                t.Point.Grouping.Groups.Any(g => g.Helpers.Count > 0)));
            Assert.HasCount(4, _context.MultiTask().Evaluate(model.Transform(data), Sample.Tasks).Tasks);
        }
    }

    [TestMethod]
    public void Fit_SettingsToChoose_AreTried()
    {
        MultiTaskSweep sweep = Sweep(o =>
        {
            o.Hidden = ["3"];
            o.LearningRates = [0.02f];
            o.Budget.MaxTrials = 8;
        });
        sweep.Fit(Sample.View(_context));
        Assert.IsGreaterThan(1, sweep.Result!.Trials.Select(t => t.Point.Settings["hidden"]).Distinct().Count());
        Assert.AreEqual("6", sweep.Result.Trials[0].Point.Settings["hidden"]);
    }

    [TestMethod]
    public void Sweep_BudgetOfNothing_IsRefused()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => Sweep(o => o.Budget.MaxTrials = 0));
        StringAssert.Contains(e.Message, "MaxTrials is 0, at least 1, or null is expected");
    }

    [TestMethod]
    public void Sweep_BadWidths_AreRefused()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => Sweep(o => o.Hidden = ["64;32"]));
        StringAssert.Contains(e.Message, "'64;32' is no list of layer widths");
    }

    [TestMethod]
    public void Fit_MissingLabelColumn_IsNamed()
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.MultiTask()
            .Sweep([TaskColumn.Binary("Nowhere")], o => o.Seed = 1).Fit(Sample.View(_context)));
        StringAssert.Contains(e.Message, "Nowhere");
    }

    private MultiTaskSweep Sweep(Action<MultiTaskSweep.Options>? configure = null) =>
        _context.MultiTask().Sweep(Sample.Tasks, o =>
        {
            o.Seed = 5;
            o.Training = Sample.Training with { MaxEpochs = 20 };
            o.Budget = new SweepBudget { MaxTrials = 5, Folds = 2, AffinityMethod = "label-correlation" };
            configure?.Invoke(o);
        });
}
