using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Torch.Tests.Learners;
using MLNet.MultiTask.Training;
using TorchSharp;

namespace MLNet.MultiTask.Torch.Tests.Merging;

[TestClass]
public sealed class ModelMergingsTests : TorchTests
{
    public static IEnumerable<object[]> All => ModelMergings.Names.Select(n => new object[]
    {
        n is "adamerging" or "atlas" or "self-positioning" or "twin" ? n + "(steps=10)"
            : n == "scalearn" ? n + "(epochs=3)" : n,
    });

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Fit_EveryMerging_IsAModelOfAllTasksAndItsFileScoresTheSame(string merging)
    {
        GroupedTrainingResult trained = GroupedTrainer.Train(Experts.Table, Experts.Split, TaskGrouping.All(3),
            Experts.Learner(merging), Experts.Run);
        MultiTaskModel loaded = Reloaded(trained.Model);
        float[] scores = TorchModuleLearnerTests.Scores(trained.Model.Models[0], Experts.Table);

        Assert.HasCount(1, trained.Model.Models);
        Assert.HasCount(3, trained.Model.Models[0].Tasks);
        Assert.IsTrue(Array.TrueForAll(scores, float.IsFinite));
        CollectionAssert.AreEqual(scores, TorchModuleLearnerTests.Scores(loaded.Models[0], Experts.Table));
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Merge_ExpertsFromFiles_IsWhatTheTrainerMakes(string merging)
    {
        MultiTaskModel experts = Reloaded(Experts.Train());

        MultiTaskModel merged = ModelMergings.Merge(experts, Experts.Table, Experts.Split, merging);

        CollectionAssert.AreEqual(TorchModuleLearnerTests.Scores(Experts.Learner(merging)
            .Fit(Experts.Table, Experts.Split, [0, 1, 2], Experts.Run).Models[0].Model, Experts.Table),
            TorchModuleLearnerTests.Scores(merged.Models[0], Experts.Table));
    }

    /// <summary>
    /// Nothing is learned, so every task vector is zero: any merging is the initial trunk under the experts' heads.
    /// </summary>
    [TestMethod]
    [DataRow("task-arithmetic(scale=0.7)")]
    [DataRow("ties(scale=1)")]
    [DataRow("delta-guided")]
    [DataRow("tall-masks(threshold=0.5)")]
    [DataRow("atlas(steps=3)")]
    [DataRow("self-positioning(steps=3)")]
    [DataRow("adamerging(steps=3)")]
    [DataRow("consensus(threshold=0.5; scale=1)")]
    [DataRow("twin(steps=3)")]
    [DataRow("logits-fusion(scale=0.5)")]
    public void Merge_ExpertsThatAreTheInitialWeights_ChangeNothing(string merging)
    {
        MultiTaskModel model = Experts.Train();
        foreach (TorchModuleModel expert in model.Models.Cast<TorchModuleModel>())
            Import(expert, Experts.Problem(model).Initial);

        MultiTaskModel merged = ModelMergings.Merge(model, Experts.Table, Experts.Split, merging);

        AreScores(model, merged, 1e-5);
    }

    /// <summary>Of two experts that learned nothing and one that did, the sum is the one.</summary>
    [TestMethod]
    public void Merge_OneExpertThatLearned_IsThatExpertAtScaleOne()
    {
        MultiTaskModel model = Experts.Train();
        float[] initial = Experts.Problem(model).Initial, learned = Shared((TorchModuleModel)model.Models[0]);
        Import((TorchModuleModel)model.Models[1], initial);
        Import((TorchModuleModel)model.Models[2], initial);

        var merged = (TorchModuleModel)ModelMergings.Merge(model, Experts.Table, Experts.Split,
            "task-arithmetic(scale=1)")
            .Models[0];

        MergingValueTests.AreClose(learned, Shared(merged));
    }

    [TestMethod]
    public void Merge_LearnedCoefficients_LowerWhatTheyDescend()
    {
        MultiTaskModel model = Experts.Train();
        MergingProblem problem = Experts.Problem(model);
        double Loss(string merging) =>
            problem.Probe.Loss(Shared((TorchModuleModel)ModelMergings.Merge(model, Experts.Table,
            Experts.Split, merging).Models[0]));
        double Entropy(string merging) => problem.Probe.Evaluate(Shared((TorchModuleModel)ModelMergings.Merge(model,
            Experts.Table, Experts.Split, merging).Models[0]), 0, problem.Data.Unlabelled, ProbeObjective.Entropy, []);

        Assert.IsLessThan(Loss("task-arithmetic(scale=0)") - 1e-3, Loss("atlas(steps=50)"));
        Assert.IsLessThan(Loss("self-positioning(steps=1; rate=1e-9)"), Loss("self-positioning(steps=50)"));
        Assert.IsLessThan(Entropy("task-arithmetic(scale=0.3)"), Entropy("adamerging(rate=0.01; steps=50)"));
    }

    /// <summary>Adam's first step is the rate, whatever the gradient's length.</summary>
    [TestMethod]
    public void Atlas_OneStep_MovesEveryCoefficientByTheRate()
    {
        MultiTaskModel model = Experts.Train();
        MergingProblem problem = Experts.Problem(model);
        float[] merged = Shared((TorchModuleModel)ModelMergings.Merge(model, Experts.Table, Experts.Split,
            "atlas(steps=1; rate=0.25)").Models[0]);

        // Along a tensor θ − θ₀ is ±¼τ₀ ± ¼τ₁ ± ¼τ₂.
        MergingBlock block = problem.Blocks[0];
        float[] moved = [.. Enumerable.Range(block.Offset, block.Length).Select(i => merged[i] - problem.Initial[i])];
        Assert.IsTrue(Enumerable.Range(0, 8).Any(signs => Enumerable.Range(0, block.Length).All(i => Math.Abs(moved[i] -
            Enumerable.Range(0, 3).Sum(k =>
            ((signs >> k & 1) * 2 - 1) * 0.25 * problem.Vectors[k][block.Offset + i])) < 1e-5)));
    }

    /// <summary>
    /// Nothing of the experts: what is left is the module that was trained together, and the experts' heads.
    /// </summary>
    [TestMethod]
    [DataRow("mlp(hidden=6)")]
    [DataRow("mmoe(experts=2; hidden=6)")]
    public void Fit_Warmup_ExpertsBeginWhereTheJointModuleEnds(string architecture)
    {
        float[] Fit(string? merging, TrainingOptions training) => Shared((TorchModuleModel)new TorchModuleLearner(new()
        {
            Architecture = architecture, Merging = merging, MergingWarmup = merging is null ? 0 : 2,
                Training = training,
        }).Fit(Experts.Table, Experts.Split, [0, 1, 2], Experts.Run).Models[0].Model);
        float[] joint = Fit(null,
            TestModules.Training with { MaxEpochs = 2, Patience = null, KeepBestWeights = false });

        CollectionAssert.AreEqual(joint, Fit("task-arithmetic(scale=0)", TestModules.Training));
        CollectionAssert.AreNotEqual(joint, Fit("task-arithmetic(scale=0.5)", TestModules.Training));
    }

    [TestMethod]
    public void Learner_WarmupWithoutMerging_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
        new TorchModuleLearner(new() { MergingWarmup = 2 })).Message,
        "MergingWarmup must be at least 0, and 0 where Merging is null");

    [TestMethod]
    public void Merge_OtherSeeds_IsRefused()
    {
        MultiTaskModel one = Experts.Train(), other = Experts.Train(run: Experts.Run with { Seed = 5 });
        var mixed = new MultiTaskModel(one.Tasks, TaskGrouping.Single(3),
            [one.Models[0], other.Models[1], one.Models[2]]);

        Refused(mixed, "The experts of tasks 'bin' and 'class' do not come from one initialisation (seeds 4 and 5): " +
            "train them with the same seed");
    }

    [TestMethod]
    public void Merge_OtherArchitectures_IsRefused()
    {
        MultiTaskModel one = Experts.Train(), other = Experts.Train("mlp(hidden=7)");
        var mixed = new MultiTaskModel(one.Tasks, TaskGrouping.Single(3),
            [one.Models[0], other.Models[1], one.Models[2]]);

        Refused(mixed, "The expert of task 'class' is of architecture 'mlp(hidden=7)', that of 'bin' of " +
            "'mlp(hidden=6)'; train them with the same architecture");
    }

    [TestMethod]
    [DataRow("cross-stitch(hidden=3)",
        "Architecture 'cross-stitch(hidden=3)' cannot be merged: from one seed its shared " +
        "weights begin differently for task 'bin' and for task 'class'; choose one whose shared layers do not depend " +
        "on the tasks, such as mlp")]
    [DataRow("cgc(hidden=3; own=1; shared=1; stop-gradient=yes)", "Architecture 'cgc(hidden=3; own=1; shared=1; " +
        "stop-gradient=yes)' cannot be merged: its tensor 'level0.gates.weight' is 1×5×2 for one task and 3×5×4 for " +
        "all of them; choose one whose shared layers do not depend on the tasks, such as mlp")]
    public void Merge_SharedLayersThatDependOnTheTasks_IsRefused(string architecture, string expected) =>
        Refused(Experts.Train(architecture), expected);

    [TestMethod]
    public void Merge_ArchitectureWithOwnGates_KeepsEveryExpertsOwn()
    {
        MultiTaskModel experts = Experts.Train("mmoe(experts=2; hidden=6)");
        var merged = (TorchModuleModel)ModelMergings.Merge(experts, Experts.Table, Experts.Split,
            "delta-guided").Models[0];
        using torch.Tensor gates = merged.Module.state_dict()["level.gates.weight"];

        for (int t = 0; t < 3; t++)
        {
            using torch.Tensor own = ((TorchModuleModel)experts.Models[t]).Module.state_dict()["level.gates.weight"];
            Assert.IsTrue(own[0].allclose(gates[t], 0, 0), $"gate {t}");
        }
    }

    [TestMethod]
    public void Merge_NumberThatIsNotFinite_IsRefused()
    {
        MultiTaskModel model = Experts.Train();
        float[] shared = Shared((TorchModuleModel)model.Models[2]);
        shared[1] = float.NaN;
        Import((TorchModuleModel)model.Models[2], shared);

        Refused(model, "The expert of task 'value' has NaN in 'trunk.0.weight'; train it anew before merging");
    }

    [TestMethod]
    public void Merge_TaskWithoutALabelInTheRows_IsRefused()
    {
        int[] rows = [.. Enumerable.Range(0, 300).Where(r => Experts.Table.Weight(r, 1) == 0)];

        Assert.AreEqual("Task 'class' has no observed label in the training rows",
            Assert.ThrowsExactly<ArgumentException>(
            () => ModelMergings.Merge(Experts.Train(), Experts.Table, new RowSplit(rows, []), "ties")).Message);
    }

    /// <summary>Two vectors, a mask of 24 bits in a number and a head per task: less than three experts.</summary>
    [TestMethod]
    public void Merge_TallMasks_KeepsFewerNumbersThanTheExperts()
    {
        MultiTaskModel experts = Experts.Train();
        int Numbers(IGroupModel model) => ((TorchModuleModel)model).Layout.Length;
        int shared = ((TorchModuleModel)experts.Models[0]).Layout.SharedCount, all = experts.Models.Sum(Numbers);

        Assert.AreEqual(all - 3 * shared + 2 * shared + 3 * ((shared + 23) / 24), Numbers(ModelMergings.Merge(experts,
            Experts.Table, Experts.Split, "tall-masks").Models[0]));
    }

    [TestMethod]
    public void Merge_MergedModel_IsRefused()
    {
        MultiTaskModel merged = ModelMergings.Merge(Experts.Train(), Experts.Table, Experts.Split, "delta-guided");

        Refused(merged, "1 expert given; merging needs at least 2, one per task");
    }

    [TestMethod]
    [DataRow("tise", "There is no merging 'tise'; there are 'adamerging', 'atlas'")]
    [DataRow("ties(keep=0)", "Setting 'keep' of merging 'ties' is '0'; a number from 1E-06 to 1 is expected")]
    [DataRow("ties(keep=0.2, size=3)", "Merging 'ties' has no setting 'size'; it has 'keep', 'scale'")]
    [DataRow("delta-guided(a=1)", "Merging 'delta-guided' has no setting 'a'; it has none at all")]
    [DataRow("ties(keep=0.2",
        "'ties(keep=0.2' has no closing parenthesis; such as ties(keep=0.2; scale=0.3) is expected")]
    public void Learner_TextThatIsNoMerging_IsRefused(string merging, string expected) => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(() => Experts.Learner(merging)).Message, expected);

    [TestMethod]
    public void Learner_WeightingBesideMerging_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TorchModuleLearner(new()
        {
            Merging = "ties", Training = TestModules.Training with { Weighting = TaskWeightings.Parse("pcgrad") },
        })).Message, "Merging is 'ties', which trains every task alone: Training.Weighting 'pcgrad' and Sampling");

    [TestMethod]
    public void Learner_ArchitectureThatOnlyMergingMakes_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(() => Experts.Learner(architecture: "masked-tasks(of=mlp)")).Message,
        "Architecture 'masked-tasks' is what merging makes and cannot be trained");

    [TestMethod]
    public void Merge_ConsensusOfMoreTasksThanThereAre_IsRefused() =>
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => ModelMergings.Merge(Experts.Train(),
            Experts.Table, Experts.Split, "consensus(tasks=4)")).Message,
            "Setting 'tasks' of merging 'consensus' is 4");

    [TestMethod]
    public void Merge_AdaMergingOfRegressionTasks_IsRefused()
    {
        TaskTable table = new(Experts.Table.Features.ToArray(), Experts.Table.FeatureCount,
            [new TaskInfo("A", TaskKind.Regression), new TaskInfo("B", TaskKind.Regression)],
            [.. Enumerable.Range(0, 300)
                .SelectMany(r => new[] { Experts.Table.Label(r, 2), -Experts.Table.Label(r, 2) })]);

        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => Experts.Learner("adamerging")
            .Fit(table, Experts.Split, [0, 1], Experts.Run)).Message, "Merging 'adamerging' minimises the entropy");
    }

    internal static float[] Shared(TorchModuleModel model)
    {
        var flat = new float[model.Layout.Length];
        model.Layout.Export(flat);
        return flat[..model.Layout.SharedCount];
    }

    private static void Import(TorchModuleModel model, float[] shared)
    {
        var flat = new float[model.Layout.Length];
        model.Layout.Export(flat);
        shared.CopyTo(flat, 0);
        model.Layout.Import(flat);
    }

    private static void Refused(MultiTaskModel experts, string expected) => Assert.AreEqual(expected,
        Assert.ThrowsExactly<ArgumentException>(() =>
        ModelMergings.Merge(experts, Experts.Table, Experts.Split, "ties"))
            .Message);

    private static void AreScores(MultiTaskModel expected, MultiTaskModel actual, double delta)
    {
        float[] features = Experts.Table.Features.ToArray(), a = new float[300 * expected.OutputCount],
            b = new float[a.Length];
        expected.Score(features, 300, a);
        actual.Score(features, 300, b);
        MergingValueTests.AreClose(a, b, delta);
    }

    private static MultiTaskModel Reloaded(MultiTaskModel model)
    {
        using var file = new MemoryStream();
        ModelFile.Save(new SavedModel(model), file);
        file.Position = 0;
        return ModelFile.Load(file).Model;
    }
}
