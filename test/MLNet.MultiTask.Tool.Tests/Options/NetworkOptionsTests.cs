using Microsoft.ML;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tests;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tool.Tests.Options;

/// <summary>Every option of training does to the model what the library's own option does.</summary>
[TestClass]
public sealed class NetworkOptionsTests
{
    private static readonly TrainingOptions Base = new() { Hidden = [8], MaxEpochs = 12, LearningRate = 0.03f };

    private static readonly Dictionary<string, TrainingOptions> Expected = new()
    {
        ["--hidden 7,5"] = Base with { Hidden = [7, 5] },
        ["--layer-norm --hidden 8"] = Base with { LayerNorm = true },
        ["--linear-skip --hidden 8"] = Base with { LinearSkip = true },
        ["--weighting uncertainty(step-size=0.2)"] =
            Base with { Weighting = new UncertaintyWeighting { StepSize = 0.2 } },
        ["--weighting cagrad(c=0.9) --gramian-interval 3"] =
            Base with { Weighting = new CAGradWeighting { C = 0.9 }, GramianInterval = 3 },
        ["--gramian-interval 4 --weighting nash-mtl"] =
            Base with { Weighting = new NashMtlWeighting(), GramianInterval = 4 },
        ["--task-sampling unmixed"] = Base with { Sampling = TaskSampling.Unmixed },
        ["--task-sampling 4"] = Base with { Sampling = TaskSampling.ByTemperature(4) },
        ["--epochs 9"] = Base with { MaxEpochs = 9 },
        ["--steps 3"] = Base with { MaxSteps = 3 },
        ["--batch-size 8"] = Base with { BatchSize = 8 },
        ["--learning-rate 0.01"] = Base with { LearningRate = 0.01f },
        ["--schedule cosine"] = Base with { Schedule = LearningRateSchedule.Cosine },
        ["--schedule one-cycle"] = Base with { Schedule = LearningRateSchedule.OneCycle },
        ["--max-gradient-norm 1e-6"] = Base with { MaxGradientNorm = 1e-6f },
        ["--dropout 0.4"] = Base with { Dropout = 0.4f },
        ["--weight-decay 2"] = Base with { WeightDecay = 2 },
        ["--patience 1 --learning-rate 1"] = Base with { Patience = 1, LearningRate = 1 },
        ["--patience none --learning-rate 1 --epochs 90 --keep-last-weights"] =
            Base with { Patience = null, LearningRate = 1, MaxEpochs = 90, KeepBestWeights = false },
        ["--steps none --batch-size 1 --epochs 200 --patience none --keep-last-weights"] =
            Base with { MaxSteps = null, BatchSize = 1, MaxEpochs = 200, Patience = null, KeepBestWeights = false },
        ["--early-stopping per-task --learning-rate 0.5"] =
            Base with { EarlyStopping = EarlyStopping.PerTask, LearningRate = 0.5f },
        ["--keep-last-weights --learning-rate 1"] = Base with { KeepBestWeights = false, LearningRate = 1 },
    };

    public static IEnumerable<object[]> Lines => Expected.Keys.Select(k => new object[] { k });

    [TestMethod]
    [DynamicData(nameof(Lines))]
    public async Task Train_Option_GivesTheModelOfTheLibrary(string line)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        string[] own = line.Split(' ');
        string[] others = [.. new[] { ("--hidden", "8"), ("--epochs", "12"), ("--learning-rate", "0.03") }
            .Where(o => !own.Contains(o.Item1)).SelectMany(o => new[] { o.Item1, o.Item2 })];

        (await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, .. others, .. own, "--grouping", "all",
            "--out", folder["m.mtsk"]])).AssertOk();

        MultiTaskModel expected = Train(file, Expected[line]), found = Load(folder["m.mtsk"]);
        CollectionAssert.AreEqual(Parameters(expected), Parameters(found));
        CollectionAssert.AreNotEqual(Parameters(Train(file, Expected[line] with
        {
            // What the line does not only set but really changes: its first option.
            Hidden = own[0] == "--hidden" ? Base.Hidden : Expected[line].Hidden,
            LayerNorm = false,
            LinearSkip = false,
            Weighting = own[0] == "--weighting" ? Base.Weighting : Expected[line].Weighting,
            GramianInterval = 1,
            Sampling = TaskSampling.Mixed,
            MaxEpochs = own[0] == "--epochs" ? Base.MaxEpochs : Expected[line].MaxEpochs,
            MaxSteps = own[0] == "--steps" ? Base.MaxSteps : Expected[line].MaxSteps,
            BatchSize = own[0] == "--batch-size" ? Base.BatchSize : Expected[line].BatchSize,
            LearningRate = own[0] == "--learning-rate" ? Base.LearningRate : Expected[line].LearningRate,
            Schedule = LearningRateSchedule.Constant,
            MaxGradientNorm = null,
            Dropout = 0,
            WeightDecay = Base.WeightDecay,
            Patience = own[0] == "--patience" ? Base.Patience : Expected[line].Patience,
            EarlyStopping = EarlyStopping.Macro,
            KeepBestWeights = own[0] == "--keep-last-weights" || Expected[line].KeepBestWeights,
        })), Parameters(found), $"{line} changes nothing");
    }

    [TestMethod]
    [DataRow("--schedule", "linear", "Must be one of: 'constant', 'cosine', 'one-cycle' (see")]
    [DataRow("--early-stopping", "mean", "Must be one of: 'macro', 'per-task' (see")]
    [DataRow("--dropout", "1", "--dropout must be at least 0 and less than 1, but is 1.")]
    [DataRow("--max-gradient-norm", "0", "--max-gradient-norm must be positive and finite, or left out, but is 0.")]
    [DataRow("--patience", "some", "--patience is 'some'; a number or none is expected.")]
    [DataRow("--weighting", "pcgrd", "There is no weighting 'pcgrd'; there are equal, fixed, ")]
    [DataRow("--weighting", "cagrad(c=2)", "C must be at least 0 and less than 1, but is 2.")]
    [DataRow("--task-sampling", "0",
        "Task sampling is '0'; it must be mixed, unmixed, by-data or a positive temperature")]
    [DataRow("--gramian-sketch", "32",
        "--gramian-sketch must be left out with the weighting equal, which sees no gradients")]
    [DataRow("--gramian-interval", "2",
        "--gramian-interval must be 1 with the weighting equal, which sees no gradients")]
    [DataRow("--steps", "0", "--steps must be at least 1, or none, but is 0.")]
    public async Task Train_OptionOutOfRange_SaysWhatIsExpected(string option, string value, string message)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());

        ToolRun run = await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, option, value]);

        run.AssertBadInput(message);
    }

    [TestMethod]
    public async Task Affinity_OptionsOfTraining_ReachTheEstimate()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        string plain = await Affinity([]), dropout = await Affinity(["--dropout", "0.4"]);

        Assert.AreEqual(plain, await Affinity(["--dropout", "0"]));
        Assert.AreNotEqual(plain, dropout);
        Assert.AreNotEqual(plain, await Affinity(["--schedule", "one-cycle"]));

        async Task<string> Affinity(string[] options)
        {
            (await ToolRun.Of(["affinity", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--method",
                "gradient-cosine", "--batch-size", "8", .. options, "--no-timings", "--json", folder["a.json"]]))
                .AssertOk();
            return File.ReadAllText(folder["a.json"]);
        }
    }

    private static MultiTaskModel Train(string file, TrainingOptions options)
    {
        DataSet data = DataSet.Read(new DataDescription
        {
            Path = file,
            Labels =
                [new("buys", TaskKind.Binary), new("spends", TaskKind.Regression), new("grade", TaskKind.Multiclass)],
            WeightColumn = "w",
            Ignored = ["id"],
        }, DataSplit.DefaultSeed, null, CancellationToken.None);
        return SharedBottomLearner.TrainGroups(data.Table, data.TrainingRows, TaskGrouping.All(3), options).Model;
    }

    private static float[] Parameters(MultiTaskModel model) =>
        [.. model.Models.SelectMany(m => m.Network().Parameters)];

    private static MultiTaskModel Load(string path) =>
        ((IEnumerable<ITransformer>)new MLContext(1).MultiTask().Load(path, out _))
            .OfType<MultiTaskPredictionTransformer>().Single().Model;
}
