using Microsoft.ML;
using MLNet.MultiTask.Learners;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests;

[TestClass]
public sealed class TorchModuleTrainerTests : TorchTests
{
    private static readonly MLContext Context = new(1);
    private static readonly TrainingOptions Training = TestModules.Training with { MaxEpochs = 20 };

    private static string Registered
    {
        get
        {
            TorchArchitectures.Register("trainer-test", () => TestModules.Trunk(3));
            return "trainer-test";
        }
    }

    [TestMethod]
    public void Fit_TasksOfAllKindsInGroups_ScoresEveryTask()
    {
        IDataView view = Sample.View(Context);
        var trainer = Context.MultiTask().Trainers.TorchModule(Sample.Tasks, Registered,
            grouping: TaskGrouping.Parse("0,3|1,2"), training: Training);

        IDataView scored = trainer.Fit(view).Transform(view);

        float[] big = Sample.Column<float>(scored, "Probability.Big");
        bool[] labels = Sample.Column<bool>(view, "Big");
        Assert.IsGreaterThan(0.85, big.Zip(labels, (p, y) => p > 0.5f == y ? 1.0 : 0).Average());
        CollectionAssert.AreEqual(trainer.GetOutputSchema(SchemaOf(view)).Select(c => c.Name).Order().ToArray(),
            scored.Schema.Where(c => !c.IsHidden).Select(c => c.Name).Order().ToArray());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void SaveAndLoad_BothFormats_ScoreTheSame(bool own)
    {
        IDataView view = Sample.View(Context);
        ITransformer model = Context.MultiTask().Trainers.TorchModule(Sample.Tasks, Registered, training: Training)
            .Fit(view);
        string path = Path.Combine(Path.GetTempPath(), $"torch-{Guid.NewGuid():n}.mtsk");
        ITransformer loaded;
        try
        {
            if (own)
            {
                Context.MultiTask().Save(model, view.Schema, path);
                loaded = new MLContext().MultiTask().Load(path, out _);
            }
            else
            {
                Context.Model.Save(model, view.Schema, path);
                loaded = new MLContext().Model.Load(path, out _);
            }
        }
        finally
        {
            File.Delete(path);
        }

        float[] expected = Sample.Column<float>(model.Transform(view), "Score.Amount"),
            actual = Sample.Column<float>(loaded.Transform(view), "Score.Amount");
        // Of targets about 100: rows are scored in batches of other sizes.
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-4);
    }

    [TestMethod]
    public void Predict_OneRow_IsTheScoreOfTheTable()
    {
        List<SampleRow> rows = Sample.Rows(50);
        IDataView view = Context.Data.LoadFromEnumerable(rows);
        TaskColumn[] tasks = [TaskColumn.Binary("Big"), TaskColumn.Regression("Amount")];
        ITransformer model = Context.MultiTask().Trainers.TorchModule(tasks, () =>
            TestModules.Trunk(3), training: Training)
            .Fit(view);
        float[] amounts = Sample.Column<float>(model.Transform(view), "Score.Amount");
        PredictionEngine<SampleRow, Scores> engine = Context.Model.CreatePredictionEngine<SampleRow, Scores>(model);

        for (int i = 0; i < rows.Count; i++)
            Assert.AreEqual(amounts[i], engine.Predict(rows[i]).Amount, 1e-3);
    }

    [TestMethod]
    public void Fit_GroupingBySearch_TrainsTheModuleForReal()
    {
        IDataView view = Sample.View(Context);
        var trainer = Context.MultiTask().Trainers.TorchModule(new TorchModuleTrainer.Options
        {
            Tasks = Sample.Tasks, Seed = 1,
                Grouping = TrainerGrouping.Search(new SweepBudget { MaxTrials = 2, Folds = 2 }),
            Module = new() { Architecture = "mlp(hidden=6)", Training = Training with { MaxEpochs = 3 } },
        });

        Assert.IsNotNull(trainer.Fit(view).Transform(view).Schema.GetColumnOrNull("Score.Amount"));
    }

    /// <summary>One module for two groups; the file says its masks, and loads.</summary>
    [TestMethod]
    public void Fit_GroupsAsMasks_IsOneModuleWithTheGroupsWithin()
    {
        IDataView view = Sample.View(Context);
        MultiTaskPredictionTransformer model =
            Context.MultiTask().Trainers.TorchModule(Masked("mmoe(experts=1; hidden=6)"))
            .Fit(view);

        IGroupModel only = model.Model.Models.Single();
        Assert.AreEqual("mmoe(experts=1; groups=0,3|1,2; hidden=6)", ((TorchModuleModel)only).Source.Text.ToString());
        Assert.IsNotNull(model.Transform(view).Schema.GetColumnOrNull("Score.Amount"));
    }

    [TestMethod]
    public void Fit_GroupsAsMasksOfAnArchitectureWithout_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(() => Context.MultiTask().Trainers.TorchModule(Masked("mlp"))
            .Fit(Sample.View(Context))).Message, "Architecture 'mlp' has no setting 'groups'");

    private static TorchModuleTrainer.Options Masked(string architecture) => new()
    {
        Tasks = Sample.Tasks, Grouping = TaskGrouping.Parse("0,3|1,2"), GroupsAsMasks = true,
        Module = new() { Architecture = architecture, Training = Training with { MaxEpochs = 2 } },
    };

    /// <summary>Every architecture of the library trains and scores in a pipeline.</summary>
    [TestMethod]
    [DynamicData(nameof(Architectures.ArchitectureContractTests.Names),
        typeof(Architectures.ArchitectureContractTests))]
    public void Fit_EveryNamedArchitecture_ScoresEveryTask(string name)
    {
        IDataView view = Sample.View(Context);
        var trainer = Context.MultiTask().Trainers.TorchModule(Sample.Tasks, name,
            training: Training with { MaxEpochs = 2 });

        IDataView scored = trainer.Fit(view).Transform(view);

        Assert.IsTrue(Array.TrueForAll(Sample.Column<float>(scored, "Score.Amount"), float.IsFinite));
        Assert.IsTrue(Array.TrueForAll(Sample.Column<float>(scored, "Probability.Big"), p => p is >= 0 and <= 1));
    }

    [TestMethod]
    public void Fit_MergingAndLossesInGroups_ScoreAndAreSaved()
    {
        IDataView view = Sample.View(Context);
        var trainer = Context.MultiTask().Trainers.TorchModule(new TorchModuleTrainer.Options
        {
            Tasks = Sample.Tasks, Seed = 1, Grouping = TaskGrouping.Parse("0,3|1,2"),
            Module = new()
            {
                Architecture = "mlp(hidden=6)", Training = Training with { MaxEpochs = 3 },
                    Merging = "consensus(threshold=0.2)",
                Losses = new Dictionary<string, string> { ["Big"] = "preference(by=Amount)" },
            },
        });
        ITransformer model = trainer.Fit(view);
        using var file = new MemoryStream();
        Context.Model.Save(model, view.Schema, file);
        file.Position = 0;
        float[] expected = Sample.Column<float>(model.Transform(view), "Score.Amount"),
            actual = Sample.Column<float>(Context.Model.Load(file, out _).Transform(view), "Score.Amount");

        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-4);
    }

    [TestMethod]
    public void TorchGradTag_Pipeline_AddsTheAffinityColumn()
    {
        IDataView view = Sample.View(Context);
        var estimator = Context.MultiTask().Affinity.TorchGradTag(Sample.Tasks, new TorchGradTagOptions
        {
            Module = new() { Architecture = "mlp(hidden=6)", Training = Training with { MaxEpochs = 3 } }, Bases = 1,
                Threads = 1,
        });

        Assert.AreEqual("Grad-TAG (module)", estimator.Fit(view).Affinity.Method);
    }

    [TestMethod]
    public void Fit_GpuThatIsNotThere_IsOneSentenceOrTheCpu()
    {
        if (cuda.is_available())
            Assert.Inconclusive("There is a GPU");
        IDataView view = Sample.View(Context);
        var strict = new MLContext(1) { GpuDeviceId = 0 };
        var lenient = new MLContext(1) { GpuDeviceId = 0, FallbackToCpu = true };
        var log = new List<string>();
        lenient.Log += (_, e) => log.Add(e.RawMessage);
        TorchModuleTrainer Trainer(MLContext context) =>
            context.MultiTask().Trainers.TorchModule(Sample.Tasks, "mlp", training: Training with { MaxEpochs = 1 });

        StringAssert.StartsWith(
            Assert.ThrowsExactly<InvalidOperationException>(() => Trainer(strict).Fit(view)).Message,
            "GpuDeviceId is 0, but no GPU that libtorch can use was found");
        Trainer(lenient).Fit(view);
        Assert.IsTrue(log.Exists(m => m.Contains("the CPU is used (FallbackToCpu)", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_Cancelled_EndsWithinABatch()
    {
        IDataView view = Sample.View(Context);
        using var source = new CancellationTokenSource();
        var trainer = Context.MultiTask().Trainers.TorchModule(new TorchModuleTrainer.Options
        {
            Tasks = Sample.Tasks, CancellationToken = source.Token,
            Module = new()
            {
                Create = c => new Cancelling(c, source), Training = Training with { MaxEpochs = 1000, Patience = null },
            },
        });

        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Fit(view));
        Assert.AreEqual(0, Cancelling.Late);
    }

    private static SchemaShape SchemaOf(IDataView view) => Schema.SchemaShapes.Of(view);

    private sealed class Scores
    {
        [Microsoft.ML.Data.ColumnName("Score.Amount")]
        public float Amount { get; set; }
    }

    /// <summary>Cancels in its fifth training step, and counts the steps after.</summary>
    private sealed class Cancelling : TaskArchitecture
    {
        private readonly CancellationTokenSource _source;
        private readonly nn.Module<Tensor, Tensor> _trunk;
        private int _steps;

        public Cancelling(ArchitectureContext context, CancellationTokenSource source) : base(context, 4)
        {
            _source = source;
            _trunk = nn.Linear(context.FeatureCount, 4);
            register_module("trunk", _trunk);
        }

        public static int Late { get; private set; }

        protected override IReadOnlyList<Tensor> Represent(Tensor input)
        {
            if (_source.IsCancellationRequested)
                Late++;
            if (training && ++_steps == 5)
                _source.Cancel();
            return [_trunk.call(input)];
        }
    }
}
