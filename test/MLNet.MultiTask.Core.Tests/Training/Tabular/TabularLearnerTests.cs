using System.Globalization;
using System.Reflection;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tests.Persistence;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Tabular;

[TestClass]
public sealed class TabularLearnerTests
{
    private static readonly TabularOptions Short = new() { Hidden = [24, 16], Epochs = 24, BatchSize = 64 };

    [TestMethod]
    [DataRow(FeatureEmbedding.None, 1)]
    [DataRow(FeatureEmbedding.Periodic, 3)]
    [DataRow(FeatureEmbedding.PiecewiseLinear, 1)]
    public void Fit_MixedKindsAndMissingLabels_LearnsAndGivesSameBitsOnAnyThreads(FeatureEmbedding embedding,
        int members)
    {
        TaskTable table = Problems.Mixed(400);
        var learner = new TabularLearner(Short with
        {
            Embedding = embedding, Members = members, LinearSkip = members > 1,
        });
        GroupFit fit = Fit(learner, table, 1);
        Assert.IsLessThan(0.6, fit.Epochs[fit.BestEpoch - 1].ValidationLoss);
        Assert.HasCount(1, fit.Notes);
        StringAssert.StartsWith(fit.Notes[0], "Features are scaled by ");
        CollectionAssert.AreEqual(Parameters(fit), Parameters(Fit(learner, table, 2)));
        CollectionAssert.AreEqual(Parameters(fit), Parameters(Fit(learner, table, 5)));
    }

    [TestMethod]
    public void Fit_FeaturesOfAnyScaleAndConstantOnes_StaysFinite()
    {
        TaskTable plain = Problems.Mixed(200, 4);
        float[] features = plain.Features.ToArray();
        for (int row = 0; row < plain.RowCount; row++)
        {
            features[row * 4 + 1] = 7;
            features[row * 4 + 2] = row == 0 ? 1e30f : features[row * 4 + 2] * 1e-20f;
            features[row * 4 + 3] = features[row * 4 + 3] > 0 ? 1 : 0;
        }
        var table = new TaskTable(features, 4, plain.Tasks, plain.Labels, plain.Weights);
        var scores = new float[table.RowCount * 5];
        Fit(new TabularLearner(Short), table, 2).Models[0].Model.Score(features, table.RowCount, scores, []);
        Assert.IsTrue(scores.All(float.IsFinite));
    }

    [TestMethod]
    public void Fit_TargetHangsOnExtremeValues_ScalesWithoutClip()
    {
        var random = new RandomStream(3, "extreme");
        float[] features = new float[600], labels = new float[600];
        for (int row = 0; row < 600; row++)
        {
            features[row] = (float)(random.NextNormal() * (row % 10 == 0 ? 100 : 1));
            labels[row] = features[row];
        }
        var table = new TaskTable(features, 1, [new TaskInfo("y", TaskKind.Regression)], labels);
        GroupFit fit = Fit(new TabularLearner(Short with { Epochs = 80 }), table, 2);
        Assert.IsFalse(((TabularNetwork)fit.Models[0].Model).Scaling.SmoothClip, fit.Notes[0]);
    }

    [TestMethod]
    [DataRow(1, "equal")]
    [DataRow(2, "cagrad")]
    [DataRow(1, "famo")]
    public void Fit_Interrupted_GoesOnToTheSameBits(int members, string weighting)
    {
        TaskTable table = Problems.Mixed(200);
        var learner = new TabularLearner(Short with
        {
            Scaling = TabularScaling.SmoothClip, Members = members, Weighting = TaskWeightings.Parse(weighting),
        });
        float[] expected = Parameters(Fit(learner, table, 1));
        string folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        try
        {
            var store = new CheckpointFolder(folder, resume: true, steps: 5);
            using var source = new CancellationTokenSource();
            var stopper = new Stopper(11, source);
            Assert.ThrowsExactly<OperationCanceledException>(() => learner.Fit(table, Problems.Split(table), [0, 1, 2],
                new() { Checkpoints = store, Progress = stopper, CancellationToken = source.Token }));
            Assert.AreEqual(11, stopper.Epochs);
            GroupFit resumed = learner.Fit(table, Problems.Split(table), [0, 1, 2],
                new() { Checkpoints = store, Progress = stopper });
            CollectionAssert.AreEqual(expected, Parameters(resumed));
            Assert.IsLessThan(2 * 11 + 24, stopper.Epochs);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => learner.Fit(table,
                Problems.Split(table), [0, 1, 2], new() { Seed = 2, Checkpoints = store })).Message,
                "'seed 1', this one 'seed 2'");
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [TestMethod]
    public void Fit_PatienceSteps_StopsAfterSoManyStepsWithoutGain()
    {
        TaskTable table = Problems.Mixed(200);
        GroupFit fit = Fit(new TabularLearner(Short with { Epochs = 200, PatienceSteps = 12 }), table, 2);
        Assert.AreEqual(StopReason.NoImprovement, fit.StopReason);
        int best = fit.Epochs[fit.BestEpoch - 1].Steps;
        Assert.IsGreaterThanOrEqualTo(best + 12, fit.Epochs[^1].Steps);
        Assert.IsLessThan(best + 12, fit.Epochs[^2].Steps);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Score_RowsTogetherAndAlone_AreTheSameBitsAndWithinTheTargets(int members)
    {
        TaskTable table = Problems.Mixed(200);
        IGroupModel model = Fit(new TabularLearner(Short with { Members = members }), table, 2).Models[0].Model;
        float[] scores = new float[200 * 5], raw = new float[200 * 5], one = new float[5];
        model.Score(table.Features.ToArray(), 200, scores, raw, 2);
        for (int row = 0; row < 200; row++)
        {
            model.Score(table.FeatureRow(row), 1, one, []);
            CollectionAssert.AreEqual(scores[(row * 5)..(row * 5 + 5)], one);
            Assert.AreEqual(1 / (1 + Math.Exp(-raw[row * 5])), one[0], 1e-6);
            Assert.AreEqual(1, one[1] + one[2] + one[3], 1e-5);
            Assert.AreEqual(raw[row * 5 + 4], one[4]);
        }
        float[] targets = [.. Enumerable.Range(0, 200).Select(row => table.Label(row, 2)).Where(float.IsFinite)];
        Assert.IsGreaterThanOrEqualTo(targets.Min(), Enumerable.Range(0, 200).Min(row => scores[row * 5 + 4]));
    }

    [TestMethod]
    public void Score_SeveralMembers_IsTheMeanOfTheirProbabilitiesAndValues()
    {
        TaskTable table = Problems.Mixed(100);
        var model = (TabularNetwork)Fit(new TabularLearner(Short with
        {
            Members = 3, Epochs = 6, LinearSkip = true, TemperatureScaling = false,
        }), table, 2).Models[0].Model;
        double[] parameters = [.. model.Parameters.Select(p => (double)p)];
        float[] scores = new float[5];
        for (int row = 0; row < 20; row++)
        {
            var mean = new double[5];
            for (int i = 0; i < 3; i++)
            {
                double[] z = DoubleTabularNetwork.Outputs(model, parameters, table.FeatureRow(row), i);
                mean[0] += 1 / (1 + Math.Exp(-z[0])) / 3;
                for (int k = 1; k < 4; k++)
                    mean[k] += Math.Exp(z[k]) / z[1..4].Sum(Math.Exp) / 3;
                mean[4] += z[4] / 3;
            }
            TargetRange range = model.Targets[2];
            mean[4] = Math.Clamp(mean[4] * range.Scale + range.Mean, range.Lowest, range.Highest);
            model.Score(table.FeatureRow(row), 1, scores, []);
            for (int o = 0; o < 5; o++)
                Assert.AreEqual(mean[o], scores[o], 1e-4 * (1 + Math.Abs(mean[o])), $"row {row}, output {o}");
        }
    }

    [TestMethod]
    [DataRow("cagrad")]
    [DataRow("db-mtl")]
    [DataRow("uncertainty")]
    [DataRow("famo")]
    public void Fit_Weighting_LearnsWithTheSameBitsOnAnyThreads(string weighting)
    {
        TaskTable table = Problems.Mixed(200);
        var learner = new TabularLearner(Short with
        {
            Scaling = TabularScaling.SmoothClip, Weighting = TaskWeightings.Parse(weighting), Members = 2,
        });
        GroupFit fit = Fit(learner, table, 1);
        Assert.IsLessThan(0.75, fit.Epochs[fit.BestEpoch - 1].ValidationLoss);
        CollectionAssert.AreEqual(Parameters(fit), Parameters(Fit(learner, table, 3)));
        CollectionAssert.AreNotEqual(Parameters(fit), Parameters(Fit(new TabularLearner(Short with
        {
            Scaling = TabularScaling.SmoothClip, Members = 2,
        }), table, 1)));
    }

    [TestMethod]
    [DataRow("sam")]
    [DataRow("group-updates")]
    [DataRow("auto-lambda")]
    public void Weighting_ThatMovesTheNetwork_IsRefused(string weighting) => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            new TabularLearner(new() { Weighting = TaskWeightings.Parse(weighting) })).Message,
        "Weighting must be another, such as equal: the steps that this one makes are for shared-bottom networks alone");

    [TestMethod]
    [DataRow(0)]
    [DataRow(33)]
    public void Members_OutOfRange_IsRefused(int members) => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            new TabularLearner(new() { Members = members })).Message, "from 1 to 32");

    [TestMethod]
    [DataRow(FeatureEmbedding.Periodic, 1)]
    [DataRow(FeatureEmbedding.PiecewiseLinear, 2)]
    public void Save_Load_ScoresTheSameBits(FeatureEmbedding embedding, int members)
    {
        TaskTable table = Problems.Mixed(120);
        GroupFit fit = Fit(new TabularLearner(Short with
        {
            Epochs = 3, Embedding = embedding, Members = members, LinearSkip = members > 1,
        }), table, 2);
        var model = new MultiTaskModel(table.Tasks, TaskGrouping.All(3), [fit.Models[0].Model]);
        IGroupModel loaded = ModelFile.Load(new MemoryStream(TestModels.Bytes(model))).Model.Models[0];
        float[] expected = new float[120 * 5], actual = new float[120 * 5];
        fit.Models[0].Model.Score(table.Features.ToArray(), 120, expected, []);
        loaded.Score(table.Features.ToArray(), 120, actual, []);
        CollectionAssert.AreEqual(expected, actual);
    }

    [TestMethod]
    public void Settings_EveryOption_IsSaid()
    {
        TabularOptions start = Short with { Weighting = new CAGradWeighting() };
        string usual = new TabularLearner(start).Settings;
        foreach (PropertyInfo option in typeof(TabularOptions).GetProperties().Where(p => p.CanWrite))
        {
            TabularOptions changed = start with { };
            option.SetValue(changed, option.GetValue(changed) switch
            {
                float v => v + 0.25f,
                int v => v + 1,
                bool v => !v,
                Enum v => Enum.GetValues(v.GetType()).Cast<object>().First(o => !o.Equals(v)),
                IReadOnlyList<int> v => (int[])[.. v, 3],
                TaskWeighting => new MgdaWeighting(),
                _ => Nullable.GetUnderlyingType(option.PropertyType) is { IsEnum: true } type
                    ? Enum.GetValues(type).GetValue(0)
                    : Convert.ChangeType(2, Nullable.GetUnderlyingType(option.PropertyType)!,
                        CultureInfo.InvariantCulture),
            });
            Assert.AreNotEqual(usual, new TabularLearner(changed).Settings, option.Name);
        }
    }

    private static GroupFit Fit(TabularLearner learner, TaskTable table, int threads) => learner.Fit(table,
        Problems.Split(table), Problems.AllTasks(table), new() { Threads = threads });

    private static float[] Parameters(GroupFit fit) => ((TabularNetwork)fit.Models[0].Model).Parameters;

    private sealed class Stopper(int epochs, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public int Epochs { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (++Epochs == epochs)
                source.Cancel();
        }
    }
}
