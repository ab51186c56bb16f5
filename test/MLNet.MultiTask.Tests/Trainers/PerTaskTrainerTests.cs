using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Trainers;

/// <summary>One ML.NET trainer per task, against the same trainer by hand.</summary>
[TestClass]
public sealed class PerTaskTrainerTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Fit_LightGbmOfEveryKind_ScoresAsTheTrainersByHand()
    {
        IDataView data = Sample.View(_context);
        IDataView scored = _context.MultiTask().Trainers.PerTask(Sample.Tasks, LightGbm).Fit(data).Transform(data);

        IDataView big = Binary().Fit(Named(data, "Big")).Transform(Named(data, "Big"));
        AssertSame<float>(big, "Score", scored, "Score.Big");
        AssertSame<float>(big, "Probability", scored, "Probability.Big");
        AssertSame<bool>(big, "PredictedLabel", scored, "PredictedLabel.Big");

        IDataView amount = Regression().Fit(Named(data, "Amount")).Transform(Named(data, "Amount"));
        AssertSame<float>(amount, "Score", scored, "Score.Amount");

        IDataView grade = Multiclass().Fit(Named(data, "Grade")).Transform(Named(data, "Grade"));
        CollectionAssert.AreEqual(Flat(Sample.Vectors(grade, "Score")), Flat(Sample.Vectors(scored, "Score.Grade")));
        AssertSame<uint>(grade, "PredictedLabel", scored, "PredictedLabel.Grade");

        // By hand, rows without a label are dropped first.
        IDataView maybe = Binary().Fit(Observed()).Transform(Named(data, "Big"));
        AssertSame<float>(maybe, "Probability", scored, "Probability.Maybe");
    }

    [TestMethod]
    public void Fit_WeightColumn_IsPassedOn()
    {
        IDataView data = Sample.View(_context);
        TaskColumn task = TaskColumn.Binary("Big", exampleWeightColumnName: "Weight");
        IDataView scored = _context.MultiTask().Trainers.PerTask([task], (context, t) =>
            context.BinaryClassification.Trainers.FastTree(t.LabelColumnName, t.FeatureColumnName,
                t.ExampleWeightColumnName, numberOfTrees: 5)).Fit(data).Transform(data);

        FastTreeBinaryTrainer hand = _context.BinaryClassification.Trainers.FastTree(
            "Big", "Features", "Weight", numberOfTrees: 5);
        AssertSame<float>(hand.Fit(data).Transform(data), "Score", scored, "Score.Big");
        FastTreeBinaryTrainer unweighted =
            _context.BinaryClassification.Trainers.FastTree("Big", "Features", numberOfTrees: 5);
        CollectionAssert.AreNotEqual(Sample.Column<float>(unweighted.Fit(data).Transform(data), "Score"),
            Sample.Column<float>(scored, "Score.Big"));
    }

    [TestMethod]
    public void Fit_WeightsThatTheEstimatorDoesNotRead_AreNotIgnored() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => _context.MultiTask().Trainers.PerTask(
            [TaskColumn.Binary("Big", exampleWeightColumnName: "Weight")],
            _ => Binary()).Fit(Sample.View(_context))).Message, "give the trainer exampleWeightColumnName 'Weight'");

    [TestMethod]
    public void Fit_VectorLabelAndIndexedData_ScoreAsScalars()
    {
        IDataView data = Sample.View(_context);
        IDataView vector = _context.MultiTask().Trainers
            .PerTask([TaskColumn.Regression("Pair")], _ => Regression()).Fit(data).Transform(data);
        List<SampleRow> rows = Sample.Rows();
        IDataView second = _context.Data.LoadFromEnumerable(rows.Where(r => !float.IsNaN(r.Pair[1]))
            .Select(r => new HandRow { Features = r.Features, Number = r.Pair[1] }));
        IDataView hand = Regression("Number").Fit(second).Transform(data);
        CollectionAssert.AreEqual(Sample.Column<float>(hand, "Score"),
            Sample.Vectors(vector, "Score").Select(s => s[1]).ToArray());

        IDataView indexed = _context.MultiTask().Trainers.PerTask(
            [TaskColumn.Indexed(TaskKind.Regression, "Amount", "School")], _ => Regression()).Fit(data).Transform(data);
        IDataView school = _context.Data.LoadFromEnumerable(rows.Where(r => r.School == "school 2")
            .Select(r => new HandRow { Features = r.Features, Number = r.Amount }));
        float[] own = Sample.Column<float>(Regression("Number").Fit(school).Transform(data), "Score");
        float[] scores = Sample.Column<float>(indexed, "Score");
        for (int i = 0; i < rows.Count; i++)
            if (rows[i].School == "school 2")
                Assert.AreEqual(own[i], scores[i]);
    }

    [TestMethod]
    public void Fit_BinaryTrainerWithoutProbability_GetsPlattsAndSaysSo()
    {
        IDataView data = Sample.View(_context);
        var log = new List<string>();
        _context.Log += (_, e) => log.Add(e.Message);
        AveragedPerceptronTrainer Trainer(MLContext context) =>
            context.BinaryClassification.Trainers.AveragedPerceptron(new AveragedPerceptronTrainer.Options
            { LabelColumnName = "Big", Shuffle = false });
        IDataView scored = _context.MultiTask().Trainers.PerTask([TaskColumn.Binary("Big")], (c, _) => Trainer(c))
            .Fit(data).Transform(data);

        IDataView hand = Trainer(_context).Fit(data).Transform(data);
        hand = _context.BinaryClassification.Calibrators.Platt("Big").Fit(hand).Transform(hand);
        AssertSame<float>(hand, "Score", scored, "Score.Big");
        AssertSame<float>(hand, "Probability", scored, "Probability.Big");
        Assert.IsTrue(log.Any(l => l.Contains("Task 'Big': its estimator gives no probability; a Platt calibrator " +
            "was fitted on its training rows", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_ClassScoresThatAreNoProbabilities_BecomeTheirSoftmax()
    {
        IDataView data = Sample.View(_context);
        IDataView scored = _context.MultiTask().Trainers.PerTask([TaskColumn.Multiclass("Grade")],
            _ => _context.MulticlassClassification.Trainers.OneVersusAll(_context.BinaryClassification.Trainers
                .AveragedPerceptron(), useProbabilities: false)).Fit(data).Transform(data);
        float[][] probabilities = Sample.Vectors(scored, "Score.Grade");
        Assert.IsTrue(probabilities.All(p => Math.Abs(p.Sum() - 1) < 1e-5 && p.All(v => v > 0)));
        Assert.IsGreaterThan(120, Sample.Column<uint>(scored, "PredictedLabel.Grade")
            .Zip(Sample.Column<uint>(scored, "Grade")).Count(p => p.First == p.Second));
    }

    [TestMethod]
    public void Fit_ContextOfTheFit_GivesTheSameModelWhateverWasMadeBefore()
    {
        IDataView data = Sample.View(_context);
        float[] Scores(int before, int seed)
        {
            var context = new MLContext(seed: 9);
            for (int i = 0; i < before; i++)
                context.BinaryClassification.Trainers.SdcaLogisticRegression();
            PerTaskTrainer trainer = context.MultiTask().Trainers.PerTask(new PerTaskTrainer.Options
            {
                Tasks = [TaskColumn.Binary("Big")],
                Seed = seed,
                Estimator = (c, _) =>
                    c.BinaryClassification.Trainers.SdcaLogisticRegression(new() { NumberOfThreads = 1 }),
            });
            return Sample.Column<float>(trainer.Fit(data).Transform(data), "Score.Big");
        }
        CollectionAssert.AreEqual(Scores(0, 4), Scores(3, 4));
        CollectionAssert.AreNotEqual(Scores(0, 4), Scores(0, 5));
    }

    [TestMethod]
    public void Fit_EstimatorsThatDoNotFit_AreAllNamed()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => _context.MultiTask().Trainers.PerTask(
            Sample.Tasks, name => name == "Amount" ? Regression() : name == "Big" ? Regression() :
                name == "Maybe" ? _context.Transforms.NormalizeMinMax("Features") : Multiclass())
            .Fit(Sample.View(_context))).Message;
        StringAssert.Contains(message, "2 of 4 tasks cannot be learned");
        StringAssert.Contains(message, "task 'Big': Schema mismatch for label column 'Label': expected Single, got " +
            "Boolean");
        StringAssert.Contains(message, "task 'Maybe': its estimator adds no column 'Score' of type Single, as a " +
            "trainer for a Binary task does");
    }

    [TestMethod]
    public void Fit_TasksWithoutLabels_AreAllNamed()
    {
        TaskInfo[] tasks = [new("Big", TaskKind.Binary), new("Amount", TaskKind.Regression),
            new("Maybe", TaskKind.Binary)];
        var table = new TaskTable([1, 2, 3, 4], 2, tasks, [1, float.NaN, float.NaN, 0, float.NaN, float.NaN]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            new PerTaskLearner((_, task) => LightGbm(task.Name))
                .Fit(table, new RowSplit([0, 1], []), [0, 1, 2], new LearnerRun())).Message,
            "2 of 3 tasks cannot be learned by their estimators: task 'Amount': it has no observed label among the " +
            "training rows; task 'Maybe'");
    }

    [TestMethod]
    public void Fit_Cancelled_StopsWithinATask()
    {
        using var source = new CancellationTokenSource();
        PerTaskTrainer trainer = _context.MultiTask().Trainers.PerTask(new PerTaskTrainer.Options
        {
            Tasks = [TaskColumn.Binary("Big")],
            CancellationToken = source.Token,
            Estimator = (_, _) =>
            {
                source.Cancel();
                return Binary();
            },
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Fit(Sample.View(_context)));
    }

    [TestMethod]
    public void PerTask_NoEstimator_IsRefused() => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
        _context.MultiTask().Trainers.PerTask(new PerTaskTrainer.Options { Tasks = Sample.Tasks })).Message,
        "Options.Estimator must say how the estimator of a task is made");

    private IEstimator<ITransformer> LightGbm(string task) => task switch
    {
        "Amount" => Regression(),
        "Grade" => Multiclass(),
        _ => Binary(),
    };

    private LightGbmBinaryTrainer Binary(string label = "Label") =>
        _context.BinaryClassification.Trainers.LightGbm(label, numberOfIterations: 10, minimumExampleCountPerLeaf: 5);

    private LightGbmRegressionTrainer Regression(string label = "Label") =>
        _context.Regression.Trainers.LightGbm(label, numberOfIterations: 10, minimumExampleCountPerLeaf: 5);

    private LightGbmMulticlassTrainer Multiclass(string label = "Label") =>
        _context.MulticlassClassification.Trainers.LightGbm(label, numberOfIterations: 10,
            minimumExampleCountPerLeaf: 5);

    private IDataView Named(IDataView data, string label) =>
        _context.Transforms.CopyColumns("Label", label).Fit(data).Transform(data);

    private IDataView Observed() => _context.Data.LoadFromEnumerable(Sample.Rows().Where(r => !float.IsNaN(r.Maybe))
        .Select(r => new HandRow { Features = r.Features, Label = r.Maybe == 1 }));

    private static void AssertSame<T>(IDataView expected, string expectedColumn, IDataView actual, string column) =>
        CollectionAssert.AreEqual(Sample.Column<T>(expected, expectedColumn), Sample.Column<T>(actual, column));

    private static float[] Flat(float[][] values) => [.. values.SelectMany(v => v)];

    private sealed class HandRow
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public float Number { get; set; }
    }
}
