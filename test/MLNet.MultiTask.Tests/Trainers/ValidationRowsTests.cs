using Microsoft.ML;

namespace MLNet.MultiTask.Tests.Trainers;

[TestClass]
public sealed class ValidationRowsTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    [DataRow(false, 4)]
    [DataRow(true, 8)]
    public void Fit_GroupingAuto_TrainsTheGroupingThatRealTrainingChose(bool helpers, int most)
    {
        var trials = new List<SweepProgress>();
        SharedBottomTrainer.Options options = Sample.Options();
        options.Grouping = TrainerGrouping.Search(new SweepBudget
        {
            MaxTrials = most, Folds = 2, AffinityMethod = "label-correlation", Progress = new Told(trials.Add),
        }, helpers);
        IDataView data = Sample.View(_context);
        MultiTaskPredictionTransformer chosen = _context.MultiTask().Trainers.SharedBottom(options).Fit(data);
        Assert.HasCount(most, trials);
        SweepTrial[] all = [.. trials.Select(t => t.Trial)];
        Assert.AreEqual(helpers, all.Any(t => t.Point.Grouping.Groups.Any(g => g.Helpers.Count > 0)));
        CollectionAssert.Contains(all.Select(t => t.Point.Grouping).ToArray(), chosen.Grouping);
        options.Grouping = chosen.Grouping;
        MultiTaskPredictionTransformer given = _context.MultiTask().Trainers.SharedBottom(options).Fit(data);
        CollectionAssert.AreEqual(Sample.Column<float>(given.Transform(data), "Score.Amount"),
            Sample.Column<float>(chosen.Transform(data), "Score.Amount"));
    }

    [TestMethod]
    public void Fit_ValidationRows_DecideWhenToStop()
    {
        IDataView train = Sample.View(_context, Sample.Rows(120)), held = Sample.View(_context, Sample.Rows(60, 8));
        SharedBottomTrainer trainer = _context.MultiTask().Trainers.SharedBottom(Sample.Options());
        float[] expected = Sample.Column<float>(trainer.Fit(train, held).Transform(train), "Score.Amount");
        List<SampleRow> other = Sample.Rows(60, 8);
        // Labels that say the opposite: the first epoch is the best.
        other.ForEach(r => (r.Amount, r.Big, r.Maybe) = (200 - r.Amount, !r.Big, 1 - r.Maybe));
        Assert.AreNotEqual(string.Join(' ', expected), string.Join(' ', Sample.Column<float>(
            trainer.Fit(train, Sample.View(_context, other)).Transform(train), "Score.Amount")));
        CollectionAssert.AreEqual(expected,
            Sample.Column<float>(trainer.Fit(train, held).Transform(train), "Score.Amount"));
    }

    [TestMethod]
    public void Fit_ValidationWithOtherOrderOfClasses_MatchesThemByName()
    {
        IDataView train = Sample.View(_context, Sample.Rows(120));
        IDataView held = _context.Data.LoadFromEnumerable(Sample.Rows(60, 8));
        IDataView occurrence = _context.Transforms.Conversion.MapValueToKey("Grade").Fit(held).Transform(held);
        SharedBottomTrainer trainer = _context.MultiTask().Trainers.SharedBottom(Sample.Options());
        CollectionAssert.AreEqual(
            Sample.Vectors(trainer.Fit(train, Sample.View(_context, Sample.Rows(60, 8))).Transform(train),
                "Score.Grade")[3],
            Sample.Vectors(trainer.Fit(train, occurrence).Transform(train), "Score.Grade")[3]);
    }

    [TestMethod]
    [DataRow("School")]
    [DataRow("Amount")]
    [DataRow("Big")]
    public void Fit_SamplingKey_IsReadOfAnyType(string column)
    {
        SharedBottomTrainer.Options options = Sample.Options(TaskColumn.Binary("Maybe"));
        options.SamplingKeyColumnName = column;
        IDataView data = Sample.View(_context);
        Assert.HasCount(200, Sample.Column<float>(
            _context.MultiTask().Trainers.SharedBottom(options).Fit(data).Transform(data), "Score.Maybe"));
    }

    [TestMethod]
    public void Fit_SamplingKeyMissingOrVector_IsNamed()
    {
        SharedBottomTrainer.Options options = Sample.Options();
        options.SamplingKeyColumnName = "Customer";
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            _context.MultiTask().Trainers.SharedBottom(options).Fit(Sample.View(_context)));
        StringAssert.Contains(e.Message, "sampling key column 'Customer'");
        options.SamplingKeyColumnName = "Features";
        e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            _context.MultiTask().Trainers.SharedBottom(options).Fit(Sample.View(_context)));
        StringAssert.Contains(e.Message, "text, key, number or Boolean");
    }

    [TestMethod]
    public void Fit_CustomersOfManyRows_DoNotTrainToTheLastEpoch()
    {
        // Features name the customer, labels are the customer's: rows held out at random are known by heart.
        var random = new RandomStream(3, "customers");
        List<SampleRow> rows = [];
        for (int customer = 0; customer < 60; customer++)
        {
            float[] x = [(float)random.NextNormal(), (float)random.NextNormal(), (float)random.NextNormal()];
            bool label = random.NextInt32(2) == 1;
            for (int i = 0; i < 20; i++)
                rows.Add(new SampleRow { Features = x, Big = label, School = $"c{customer}" });
        }
        int atRandom = Epochs(null), byKey = Epochs("School");
        Assert.IsLessThan(atRandom / 2, byKey);

        int Epochs(string? key)
        {
            int epochs = 0;
            SharedBottomTrainer.Options options = Sample.Options(TaskColumn.Binary("Big"));
            options.SamplingKeyColumnName = key;
            options.Training = options.Training with { MaxEpochs = 80, Progress = new Counted(() => epochs++) };
            _context.MultiTask().Trainers.SharedBottom(options).Fit(_context.Data.LoadFromEnumerable(rows));
            return epochs;
        }
    }

    [TestMethod]
    public void Fit_OrderedByTime_HoldsOutOtherRows()
    {
        IDataView data = Sample.View(_context);
        SharedBottomTrainer.Options options = Sample.Options();
        options.IsOrderedByTime = true;
        float[] ordered = Sample.Column<float>(
            _context.MultiTask().Trainers.SharedBottom(options).Fit(data).Transform(data), "Score.Amount");
        options.IsOrderedByTime = false;
        float[] random = Sample.Column<float>(
            _context.MultiTask().Trainers.SharedBottom(options).Fit(data).Transform(data), "Score.Amount");
        Assert.AreNotEqual(ordered[0], random[0]);
    }

    private sealed class Told(Action<SweepProgress> told) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => told(value);
    }

    private sealed class Counted(Action told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told();
    }
}
