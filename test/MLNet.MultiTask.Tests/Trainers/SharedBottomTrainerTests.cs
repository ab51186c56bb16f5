using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Trainers;

[TestClass]
public class SharedBottomTrainerTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Fit_SameSeed_GivesTheSameBitsOnAnyNumberOfThreads()
    {
        float[] one = Scores(o => o.Training = Sample.Training with { Threads = 1 });
        CollectionAssert.AreEqual(one, Scores(o => o.Training = Sample.Training with { Threads = 2 }));
        CollectionAssert.AreNotEqual(one, Scores(o => o.Seed = 6));
    }

    [TestMethod]
    public void Fit_SeedOfTheContext_DecidesWhereOptionsDoNot()
    {
        float[] first = Of(new MLContext(seed: 1));
        CollectionAssert.AreEqual(first, Of(new MLContext(seed: 1)));
        CollectionAssert.AreNotEqual(first, Of(new MLContext(seed: 2)));

        static float[] Of(MLContext context)
        {
            SharedBottomTrainer.Options options = Sample.Options(TaskColumn.Regression("Amount"));
            options.Seed = null;
            IDataView data = Sample.View(context);
            return Sample.Column<float>(context.MultiTask().Trainers.SharedBottom(options).Fit(data).Transform(data),
                "Score.Amount");
        }
    }

    [TestMethod]
    public void Fit_TwiceByOneEstimator_GivesTheSameModel()
    {
        SharedBottomTrainer trainer = _context.MultiTask()
            .Trainers.SharedBottom(Sample.Options(TaskColumn.Regression("Amount")));
        IDataView data = Sample.View(_context);

        CollectionAssert.AreEqual(trainer.Fit(data).Model.Models[0].Network().Parameters,
            trainer.Fit(data).Model.Models[0].Network().Parameters);
    }

    [TestMethod]
    public void Fit_NoGrouping_PutsAllTasksTogether() => Assert.AreEqual("0,1,2,3", Fit(_ => { }).Grouping.ToString());

    [TestMethod]
    public void Fit_GroupingOption_TrainsOneNetworkPerGroup()
    {
        MultiTaskPredictionTransformer transformer = Fit(o => o.Grouping = TaskGrouping.Parse("0,(1),3|1,2"));

        Assert.AreEqual("0,(1),3|1,2", transformer.Grouping.ToString());
        Assert.HasCount(3, transformer.Model.Models[0].Network().Shape.Tasks);
    }

    [TestMethod]
    public void Fit_GroupColumnOfTheUser_IsUsed()
    {
        IDataView data = WithGroups(Sample.View(_context), [7, 2, 7, 2]);

        Assert.AreEqual("0,2|1,3", _context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data)
            .Grouping.ToString());
    }

    [TestMethod]
    public void Fit_GroupColumnWithoutAGroupForATask_NamesTheTask()
    {
        IDataView data = WithGroups(Sample.View(_context), [1, 1, 0, 2]);

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data)).Message,
            "gives task 'Grade' no group");
    }

    [TestMethod]
    public void Fit_GroupColumnAndOption_AreRefusedTogether()
    {
        IDataView data = WithGroups(Sample.View(_context), [1, 1, 1, 2]);
        SharedBottomTrainer.Options options = Sample.Options();
        options.Grouping = TaskGrouping.All(4);

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Trainers.SharedBottom(options).Fit(data)).Message,
            "A grouping is given twice: by the option Grouping ('0,1,2,3') and by column 'TaskGroup'");
        options.GroupColumnName = null;
        Assert.AreEqual("0,1,2,3", _context.MultiTask().Trainers.SharedBottom(options).Fit(data).Grouping.ToString());
    }

    [TestMethod]
    public void Fit_GroupColumnOfOtherTasks_IsRefused()
    {
        IDataView data = WithGroups(Sample.View(_context), [1, 1, 2]);

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data)).Message,
            "the trainer has the 4 tasks Big, Amount, Grade, Maybe");
    }

    [TestMethod]
    public void Fit_WeightZero_EqualsMissing()
    {
        List<SampleRow> weighted = Sample.Rows(), missing = Sample.Rows();
        for (int i = 0; i < weighted.Count; i++)
        {
            weighted[i].Weight = i % 2;
            weighted[i].Maybe = i % 3 == 0 ? 1 : 0;
            missing[i].Maybe = i % 2 == 0 ? float.NaN : weighted[i].Maybe;
        }
        TaskColumn other = TaskColumn.Regression("Amount");

        CollectionAssert.AreEqual(
            Scores(weighted, "Score.Amount", other, TaskColumn.Binary("Maybe", exampleWeightColumnName: "Weight")),
            Scores(missing, "Score.Amount", other, TaskColumn.Binary("Maybe")));
    }

    [TestMethod]
    public void Fit_RegressionTargetInOtherUnits_LeavesOtherTasksAlone()
    {
        List<SampleRow> scaled = Sample.Rows();
        scaled.ForEach(r => r.Amount *= 1024);
        TaskColumn[] tasks = [TaskColumn.Binary("Big"), TaskColumn.Regression("Amount")];

        float[] metres = Scores(Sample.Rows(), "Score.Big", tasks), millimetres = Scores(scaled, "Score.Big", tasks);

        CollectionAssert.AreEqual(metres, millimetres);
        CollectionAssert.AreEqual(Scores(Sample.Rows(), "Score.Amount", tasks).Select(s => s * 1024).ToArray(),
            Scores(scaled, "Score.Amount", tasks));
    }

    [TestMethod]
    public void Fit_OneTask_Works() =>
        Assert.HasCount(200, Scores(Sample.Rows(), "Score.Amount", TaskColumn.Regression("Amount")));

    [TestMethod]
    public void Fit_BinaryTaskByKeyWithTwoValues_IsTheSecondValue()
    {
        List<SampleRow> rows = Sample.Rows();
        rows.ForEach(r => r.Grade = r.Big ? "yes" : "no");
        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("Grade",
            keyData: _context.Data.LoadFromEnumerable(new[] { new Text("no"), new Text("yes") }))
            .Fit(_context.Data.LoadFromEnumerable(rows)).Transform(_context.Data.LoadFromEnumerable(rows));

        float[] byKey = Sample.Column<float>(_context.MultiTask()
            .Trainers.SharedBottom(Sample.Options(TaskColumn.Binary("Grade", "Big"))).Fit(keyed).Transform(keyed),
            "Score.Big");

        CollectionAssert.AreEqual(Scores(rows, "Score.Big", TaskColumn.Binary("Big")), byKey);
    }

    [TestMethod]
    public void Fit_TasksThatCannotBeLearned_ScoreAConstant()
    {
        List<SampleRow> rows = Sample.Rows();
        rows.ForEach(r => (r.Maybe, r.Amount) = (float.NaN, 3));
        CollectionAssert.AreEqual(Enumerable.Repeat(3f, rows.Count).ToArray(),
            Scores(rows, "Score.Amount", Sample.Tasks));
        Assert.IsTrue(Scores(rows, "Probability.Maybe", Sample.Tasks).All(p => p == 0.5f));
        Assert.IsGreaterThan(100, Scores(rows, "Score.Big", Sample.Tasks).Distinct().Count());
    }

    [TestMethod]
    public void Fit_GoldenSeed_GivesTheStoredScores()
    {
        float[] scores = Scores(_ => { });

        float[] expected = [73.86394f, 104.27915f, 89.970055f, 97.81792f];
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], scores[i], 0.05f, string.Join(", ", scores.Take(4)));
    }

    [TestMethod]
    public void Fit_Cancelled_StopsAndTheContextStaysUsable()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(o => o.CancellationToken = source.Token));
        Assert.IsNotNull(Fit(_ => { }));
    }

    [TestMethod]
    public void Fit_TellsTheLogWhatItDoes()
    {
        var messages = new List<string>();
        _context.Log += (_, e) => messages.Add(e.Message);

        Fit(_ => { });

        Assert.IsTrue(messages.Any(m => m.Contains("200 rows, 3 features, 4 tasks, seed 5")),
            string.Join('\n', messages));
        Assert.IsTrue(messages.Any(m => m.Contains("Task 'Maybe' (Binary): ")));
        Assert.IsTrue(messages.Any(m => m.Contains("Groups: 0,1,2,3 (Big, Amount, Grade, Maybe)")));
    }

    [TestMethod]
    public void Options_OutOfRange_NameTheOption()
    {
        StringAssert.Contains(Refused(o => o.ValidationFraction = 1), "ValidationFraction must be from 0 to below 1");
        StringAssert.Contains(Refused(o => o.Training = new() { LearningRate = 0 }),
            "LearningRate must be positive and finite");
        StringAssert.Contains(Refused(o => o.Tasks = []), "At least one task column is needed");
        StringAssert.Contains(Refused(o => o.Tasks = [TaskColumn.Binary("A"), TaskColumn.Regression("B", "A")]),
            "Task name 'A' is used twice");
        StringAssert.Contains(Refused(o =>
            o.Tasks = [TaskColumn.Binary("A"), TaskColumn.Indexed(TaskKind.Binary, "B", "C")]),
            "must be the only task column");

        string Refused(Action<SharedBottomTrainer.Options> change)
        {
            SharedBottomTrainer.Options options = Sample.Options();
            change(options);
            return Assert.Throws<ArgumentException>(() => _context.MultiTask().Trainers.SharedBottom(options)).Message;
        }
    }

    [TestMethod]
    public void Fit_EveryTrainingOption_GivesTheNetworkOfTheEngine()
    {
        IDataView data = Sample.View(_context);
        (TaskTable table, _) = TaskTableReader.Read(data, "Features", Sample.Tasks);
        RowSplit split = RowSplit.Random(table.RowCount, 0.2, 5);
        TrainingOptions usual = Sample.Training with { LearningRate = 0.1f };
        float[] plain = Engine(usual);
        foreach (TrainingOptions training in new[]
        {
            usual with { Hidden = [5, 4] }, usual with { LayerNorm = true }, usual with { BatchSize = 16 },
            usual with { MaxEpochs = 3 }, usual with { MaxSteps = 7 }, usual with { Patience = 1 },
            usual with { WeightDecay = 1 }, usual with { Dropout = 0.3f }, usual with { MaxGradientNorm = 1e-6f },
            usual with { KeepBestWeights = false }, usual with { Schedule = LearningRateSchedule.Cosine },
            usual with { Schedule = LearningRateSchedule.OneCycle },
            usual with { EarlyStopping = EarlyStopping.PerTask },
        })
        {
            float[] expected = Engine(training), found = Parameters(_context.MultiTask().Trainers
                .SharedBottom(Options(training)).Fit(data).Model);
            CollectionAssert.AreEqual(expected, found, $"{training}");
            CollectionAssert.AreNotEqual(plain, expected, $"{training}");
        }

        float[] Engine(TrainingOptions training) => Parameters(SharedBottomLearner.TrainGroups(table, split,
            TaskGrouping.All(table.Tasks.Count), training with { Seed = 5 }).Model);

        static SharedBottomTrainer.Options Options(TrainingOptions training)
        {
            SharedBottomTrainer.Options options = Sample.Options();
            options.Training = training;
            return options;
        }

        static float[] Parameters(MultiTaskModel model) => [.. model.Models.SelectMany(m => m.Network().Parameters)];
    }

    [TestMethod]
    public void Fit_InterruptedWithCheckpoints_GoesOnToTheSameModel()
    {
        string folder = Directory.CreateTempSubdirectory("fit-").FullName;
        try
        {
            float[] expected = Fit(o => o.Grouping = TaskGrouping.Single(4)).Model.Models[3].Network().Parameters;
            using var source = new CancellationTokenSource();
            int checkpoints = 0;
            Assert.ThrowsExactly<OperationCanceledException>(() => Fit(o => Keep(o, source.Token, () =>
            {
                if (++checkpoints == 40)
                    source.Cancel();
            })));
            Assert.HasCount(3, Directory.GetFiles(folder));
            float[] resumed = Fit(o => Keep(o, default, () => checkpoints++)).Model.Models[3].Network().Parameters;
            CollectionAssert.AreEqual(expected, resumed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Keep(SharedBottomTrainer.Options options, CancellationToken cancellationToken, Action told)
        {
            options.Grouping = TaskGrouping.Single(4);
            options.CancellationToken = cancellationToken;
            options.Checkpoints = new WatchedStore(new CheckpointFolder(folder, resume: true, steps: 20), _ => told());
            options.Training = options.Training with { Threads = 1 };
        }
    }

    [TestMethod]
    public void SharedBottom_SeedInTraining_IsRefusedNotIgnored() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => _context.MultiTask().Trainers.SharedBottom(Sample.Tasks,
            training: new() { Seed = 5 })).Message,
        "Training.Seed is 5, but a trainer takes its seed from Options.Seed; set that one");

    [TestMethod]
    public void SharedBottom_TrainingArgument_IsTheOption()
    {
        IDataView data = Sample.View(_context);
        TrainingOptions training = Sample.Training with { Hidden = [5, 4], Dropout = 0.2f };
        SharedBottomTrainer.Options options = new() { Tasks = Sample.Tasks, Training = training };

        CollectionAssert.AreEqual(
            new MLContext(seed: 3).MultiTask().Trainers.SharedBottom(options).Fit(data).Model.Models[0]
            .Network().Parameters,
            new MLContext(seed: 3).MultiTask().Trainers.SharedBottom(Sample.Tasks, training: training).Fit(data)
                .Model.Models[0].Network().Parameters);
    }

    private MultiTaskPredictionTransformer Fit(Action<SharedBottomTrainer.Options> change)
    {
        SharedBottomTrainer.Options options = Sample.Options();
        change(options);
        return _context.MultiTask().Trainers.SharedBottom(options).Fit(Sample.View(_context));
    }

    private float[] Scores(Action<SharedBottomTrainer.Options> change) =>
        Sample.Column<float>(Fit(change).Transform(Sample.View(_context)), "Score.Amount");

    private float[] Scores(List<SampleRow> rows, string column, params TaskColumn[] tasks)
    {
        IDataView data = Sample.View(_context, rows);
        return Sample.Column<float>(_context.MultiTask().Trainers.SharedBottom(Sample.Options(tasks)).Fit(data)
            .Transform(data), column);
    }

    private IDataView WithGroups(IDataView data, uint[] groups)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Groups));
        definition[0].ColumnType = new VectorDataViewType(new KeyDataViewType(typeof(uint), 9), groups.Length);
        return _context.Transforms.CustomMapping<Nothing, Groups>((_, g) =>
            g.TaskGroup = groups, null, null, definition).Fit(data).Transform(data);
    }

    private sealed class Nothing;

    private sealed class Groups
    {
        [KeyType(9)]
        public uint[] TaskGroup { get; set; } = [];
    }

    private sealed record Text(string Value);
}
