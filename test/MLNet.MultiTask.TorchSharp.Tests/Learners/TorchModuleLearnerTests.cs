using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Learners;

[TestClass]
public sealed class TorchModuleLearnerTests : TorchTests
{
    private static readonly RowSplit Split = new([.. Enumerable.Range(0, 225)], [.. Enumerable.Range(225, 75)]);

    /// <summary>A module that is the shared-bottom network must become what the library's own becomes.</summary>
    [TestMethod]
    public void Fit_ModuleThatIsASharedBottom_TrainsAsTheManagedNetwork()
    {
        TaskTable table = Problems.Mixed(300, 5, missing: 0);
        TrainingOptions training = TestModules.Training with { Weighting = TaskWeightings.Parse("pcgrad") };
        var shape = new NetworkShape(5, [7], table.Tasks);
        GroupFit fit = TestModules.Learner(c => Started(new SharedBottomModule(c, shape, 0), shape), training)
            .Fit(table, Split, [0, 1, 2], new LearnerRun { Threads = 1 });

        CollectionAssert.Contains(fit.Notes.ToArray(),
            "Batches have 31 rows: of 32, an epoch's last batch would have a single row");
        TrainingResult expected =
            NetworkTrainer.Train(table, Split, [0, 1, 2], training with { Hidden = [7], BatchSize = 31 });
        Assert.AreEqual(expected.BestEpoch, fit.BestEpoch);
        AreClose(Scores(expected.Network, table), Scores(fit.Models[0].Model, table), 2e-5f);
    }

    [TestMethod]
    public void Fit_SameSeed_SameBitsAndOtherSeedOthers()
    {
        TaskTable table = Problems.Mixed(300);
        float[] Fit(ulong seed) => Scores(TestModules.Learner(c => new SharedTrunk(c, TestModules.Trunk()))
            .Fit(table, Split, [0, 1, 2], new LearnerRun { Threads = 1, Seed = seed }).Models[0].Model, table);

        float[] first = Fit(4);

        CollectionAssert.AreEqual(first, Fit(4));
        CollectionAssert.AreNotEqual(first, Fit(5));
    }

    [TestMethod]
    public void Fit_InterruptedAndCalledAgain_HasTheSameBits()
    {
        TaskTable table = Problems.Mixed(300);
        TorchArchitectures.Register("interrupted", () => TestModules.Trunk());
        var learner = new TorchModuleLearner(new() { Architecture = "interrupted", Training = TestModules.Training });
        float[] whole = Scores(learner.Fit(table, Split, [0, 1, 2], new() { Threads = 1 }).Models[0].Model, table);
        var store = new Store();
        using var source = new CancellationTokenSource();
        store.Written = () =>
        {
            if (store.Count == 3)
                source.Cancel();
        };

        Assert.ThrowsExactly<OperationCanceledException>(() => learner.Fit(table, Split, [0, 1, 2],
            new() { Threads = 1, Checkpoints = store, CancellationToken = source.Token }));
        Assert.AreEqual(3, store.Count);
        float[] resumed = Scores(learner.Fit(table, Split, [0, 1, 2], new() { Threads = 1, Checkpoints = store })
            .Models[0].Model, table);

        CollectionAssert.AreEqual(whole, resumed);
    }

    [TestMethod]
    public void Fit_AddedTask_LeavesTheOthersHeadsAsTheyStart()
    {
        TaskTable table = Problems.Mixed(300);
        MultiTaskModule Make(int tasks) =>
            ModuleBuilder.Create(ModuleSource.Of("mlp").Create, ModuleSource.Of("mlp").Text, 5,
            [.. table.Tasks.Take(tasks)], 9);

        Dictionary<string, Tensor> two = Make(2).state_dict(), three = Make(3).state_dict();

        foreach ((string name, Tensor tensor) in two)
            Assert.IsTrue(tensor.allclose(three[name], 0, 0), name);
    }

    [TestMethod]
    public void Fit_PerTaskStopping_GivesOneModelPerBestEpoch()
    {
        TaskTable table = Problems.Mixed(300);
        GroupFit fit = TestModules.Learner(c => new SharedTrunk(c, TestModules.Trunk()),
            TestModules.Training with { EarlyStopping = EarlyStopping.PerTask, MaxEpochs = 12, LearningRate = 0.05f })
            .Fit(table, Split, [0, 1, 2], new() { Threads = 1 });

        CollectionAssert.AreEquivalent(new[] { 0, 1, 2 }, fit.Models.SelectMany(m => m.Served).ToArray());
    }

    [TestMethod]
    public void Fit_ExtraLoss_IsDescended()
    {
        TaskTable table = Problems.Mixed(300);
        float Norm(float strength)
        {
            GroupFit fit = TestModules.Learner(c => new Shrunk(c, strength))
                .Fit(table, Split, [0, 1, 2], new() { Threads = 1 });
            var module = (Shrunk)((TorchModuleModel)fit.Models[0].Model).Module;
            return module.Trunk.weight!.norm().item<float>();
        }

        Assert.IsLessThan(Norm(0) / 2, Norm(10));
    }

    [TestMethod]
    public void Fit_FrozenParameter_StaysAndIsSaved()
    {
        TaskTable table = Problems.Mixed(300);
        GroupFit fit = TestModules.Learner(c =>
        {
            var trunk = (TorchSharp.Modules.Linear)nn.Linear(5, 4);
            trunk.bias!.requires_grad = false;
            using (no_grad())
                trunk.bias.fill_(0.25);
            return new SharedTrunk(c, trunk);
        }).Fit(table, Split, [0, 1, 2], new() { Threads = 1 });
        ModuleLayout layout = ((TorchModuleModel)fit.Models[0].Model).Layout;

        Assert.AreEqual("trunk.bias", layout.Tensors[^1].Name);
        Assert.IsTrue(layout.Tensors[^1].Tensor.allclose(full(4, 0.25f)));
        Assert.AreEqual(layout.Length - 4, layout.TrainedCount);
    }

    [TestMethod]
    public void Validate_OptionThatAModuleIgnores_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            new TorchModuleLearner(new() { Training = new() { Hidden = [3] } })).Message,
        "Training.Hidden has no effect on a module of one's own");

    [TestMethod]
    public void Settings_TwoUnnamedFactories_AreNeverEqual()
    {
        static MultiTaskModule Create(ArchitectureContext c) => new SharedTrunk(c, TestModules.Trunk());

        Assert.AreNotEqual(TestModules.Learner(Create).Settings, TestModules.Learner(Create).Settings);
        Assert.AreEqual(new TorchModuleLearner().Settings, new TorchModuleLearner().Settings);
    }

    [TestMethod]
    public void Score_SpanTooShort_IsRefused()
    {
        IGroupModel model = TestModules.Learner(c => new SharedTrunk(c, TestModules.Trunk()),
            TestModules.Training with { MaxEpochs = 1 }).Fit(Problems.Mixed(300), Split, [0, 1], new() { Threads = 1 })
            .Models[0].Model;

        Assert.ThrowsExactly<ArgumentException>(() => model.Score(new float[9], 2, new float[8], []));
    }

    internal static float[] Scores(IGroupModel model, TaskTable table)
    {
        var scores = new float[table.RowCount * model.OutputCount];
        model.Score(table.Features.ToArray(), table.RowCount, scores, []);
        return scores;
    }

    private static void AreClose(float[] expected, float[] actual, float delta)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], delta * Math.Max(1, Math.Abs(expected[i])), $"score {i}");
    }

    private static SharedBottomModule Started(SharedBottomModule module, NetworkShape shape)
    {
        ModuleLayout.Of(module).Import(SharedBottomNetwork.Initialize(shape, 1).Parameters);
        return module;
    }

    private sealed class Shrunk : TaskArchitecture
    {
        private readonly float _strength;

        public Shrunk(ArchitectureContext context, float strength) : base(context, 4)
        {
            _strength = strength;
            Trunk = nn.Linear(context.FeatureCount, 4);
            register_module("trunk", Trunk);
        }

        public TorchSharp.Modules.Linear Trunk { get; }

        public override Tensor ExtraLoss(Tensor losses) => Trunk.weight!.square().sum() * _strength;

        protected override IReadOnlyList<Tensor> Represent(Tensor input) => [Trunk.call(input)];
    }

    internal sealed class Store : ICheckpointStore
    {
        private byte[]? _latest;

        public int Count { get; private set; }

        public Action? Written { get; set; }

        public int Steps => 5;

        public T? Read<T>(string name, Func<Stream, T> read) where T : class =>
            _latest is null ? null : read(new MemoryStream(_latest));

        public void Write(string name, Action<Stream> write)
        {
            using var stream = new MemoryStream();
            write(stream);
            _latest = stream.ToArray();
            Count++;
            Written?.Invoke();
        }
    }
}
