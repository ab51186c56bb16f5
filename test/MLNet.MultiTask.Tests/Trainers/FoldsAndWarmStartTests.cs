using Microsoft.ML;

namespace MLNet.MultiTask.Tests.Trainers;

[TestClass]
public sealed class FoldsAndWarmStartTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Fit_Folds_SavesAndScoresTheSame()
    {
        SharedBottomTrainer.Options options = Sample.Options();
        options.Folds = 3;
        IDataView data = Sample.View(_context, Sample.Rows(100));
        MultiTaskPredictionTransformer model = _context.MultiTask().Trainers.SharedBottom(options).Fit(data);
        Assert.HasCount(3, ((EnsembleModel)model.Model.Models[0]).Members);

        string path = Path.GetTempFileName();
        try
        {
            _context.MultiTask().Save(model, data.Schema, path);
            ITransformer loaded = _context.MultiTask().Load(path, out _);
            CollectionAssert.AreEqual(Sample.Column<float>(model.Transform(data), "Score.Amount"),
                Sample.Column<float>(loaded.Transform(data), "Score.Amount"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Fit_FoldsWithWhatTheyReplace_AreRefused()
    {
        Refused(o => o.ValidationFraction = 0.3, "ValidationFraction is 0.3, but with Folds = 3");
        Refused(o => o.IsOrderedByTime = true, "Folds and IsOrderedByTime exclude one another");
        SharedBottomTrainer.Options options = Sample.Options();
        options.Folds = 3;
        IDataView data = Sample.View(_context, Sample.Rows(60));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Trainers.SharedBottom(options).Fit(data, data)).Message,
            "Folds = 3 takes its validation");

        void Refused(Action<SharedBottomTrainer.Options> change, string message)
        {
            SharedBottomTrainer.Options own = Sample.Options();
            own.Folds = 3;
            change(own);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
                _context.MultiTask().Trainers.SharedBottom(own)).Message, message);
        }
    }

    [TestMethod]
    public void Fit_InitialModel_GoesOnFromIt()
    {
        IDataView data = Sample.View(_context, Sample.Rows(150));
        MultiTaskPredictionTransformer first = _context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data);
        SharedBottomTrainer.Options options = Sample.Options();
        options.Training = Sample.Training with { InitialModel = first.Model, MaxEpochs = 1, LearningRate = 1e-30f };
        float[] expected = Sample.Column<float>(first.Transform(data), "Score.Amount");
        float[] scores = Sample.Column<float>(
            _context.MultiTask().Trainers.SharedBottom(options).Fit(data).Transform(data), "Score.Amount");
        for (int i = 0; i < scores.Length; i++)
            Assert.AreEqual(expected[i], scores[i], 1e-3);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _context.MultiTask().Sweep(Sample.Tasks,
            o => o.Training = options.Training).Fit(data)).Message, "a sweep compares models");
    }

    [TestMethod]
    public void Fit_ValidationRowsWithAnotherMean_AreHeldAgainstTheTrainingsOffset()
    {
        // All targets are x plus a constant far from 0; the validation rows have greater x only.
        IDataView train = Far(0), held = Far(3);
        SharedBottomTrainer.Options options = Sample.Options(TaskColumn.Regression("Time"));
        var losses = new List<double>();
        options.Training = Sample.Training with
        {
            MaxEpochs = 200, Progress = new Told(p => losses.Add(p.ValidationLoss)), Hidden = [],
        };
        _context.MultiTask().Trainers.SharedBottom(options).Fit(train, held);
        Assert.IsLessThan(0.05, losses.Min());

        IDataView Far(double from)
        {
            var random = new RandomStream(1, "far");
            return _context.Data.LoadFromEnumerable(Enumerable.Range(0, 120).Select(_ =>
            {
                double x = from + random.NextDouble();
                return new FarRow { Features = [(float)x], Time = 1e6 + x };
            }).ToArray());
        }
    }

    private sealed class FarRow
    {
        [Microsoft.ML.Data.VectorType(1)]
        public float[] Features { get; set; } = [];

        public double Time { get; set; }
    }

    private sealed class Told(Action<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told(value);
    }
}
