using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Training;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Affinity;

/// <summary>The estimate against what it stands for: the same module, really fine-tuned on every subset.</summary>
[TestClass]
public sealed class TorchGradTagValidationTests : TorchTests
{
    private const int Tasks = 6, Rows = 360, Epochs = 4;
    private static readonly RowSplit Split = new([.. Enumerable.Range(0, 220)], [.. Enumerable.Range(220, 140)]);

    [TestMethod]
    [TestCategory("Slow")]
    public void Predict_ConvolutionalTrunk_FollowsRealFineTuning() => Follows(Images(), "validated-conv",
        () => nn.Sequential(("planes", nn.Unflatten(1, [1, 6, 6])), ("conv", nn.Conv2d(1, 6, 3)), ("relu", nn.ReLU()),
            ("pool", nn.MaxPool2d(2)), ("flat", nn.Flatten()), ("dense", nn.Linear(24, 16)), ("tanh", nn.Tanh())));

    [TestMethod]
    [TestCategory("Slow")]
    public void Predict_TextTrunk_FollowsRealFineTuning() =>
        Follows(Sentences(), "validated-text", () => new Encoder());

    private static void Follows(TaskTable table, string name, Func<nn.Module<Tensor, Tensor>> trunk)
    {
        TorchArchitectures.Register(name, trunk);
        TrainingOptions training = TestModules.Training with { MaxEpochs = 15, LearningRate = 0.005f };
        var options = new TorchGradTagOptions
        {
            Module = new() { Architecture = name, Training = training }, FineTuningEpochs = Epochs,
                Threads = 1, Seed = 2,
        };
        using LinearizedModule module = new TorchGradTagAffinity(options).Base(table, Split, 0, default);
        int[][] subsets = AffinitySubsets.Combinations(Tasks, 3);
        double[][] predicted = [.. subsets.Select(module.Predict)];
        double[][] real = [.. subsets.Select(s => FineTuned(table, ModuleSource.Of(name), training, module.Start, s))];

        double[] a = SubsetValues.Centred(Tasks, subsets, predicted), b = SubsetValues.Centred(Tasks, subsets, real);

        Assert.IsGreaterThan(0.5, TorchGradTagTests.Correlation(a, b));
    }

    // The other tasks keep their heads but count nothing.
    private static double[] FineTuned(TaskTable table, ModuleSource source, TrainingOptions training, float[] start,
        int[] subset)
    {
        TaskInfo[] weighted = [
            .. table.Tasks.Select((t, i) => new TaskInfo(t.Name, t.Kind, null, subset.Contains(i) ? 1 : 0))];
        var problem = new TrainingProblem(new TaskTable(table.Features, weighted, table.Labels), Split,
            [.. Enumerable.Range(0, Tasks)]);
        using var session = new ModuleSession(problem, source, training with
        {
            MaxEpochs = Epochs, Patience = null, KeepBestWeights = false,
        }, "cpu", start);
        IReadOnlyList<double> losses = session.Train(new()).Epochs[^1].TaskValidationLosses;
        return [.. subset.Select(t => losses[t])];
    }

    // Even tasks ask for a bright spot in the upper half, odd ones in the left half.
    private static TaskTable Images() => Planted((random, row) =>
    {
        foreach (ref float pixel in row)
            pixel = 0.5f * (float)random.NextNormal();
        int at = random.NextInt32(36);
        row[at] += 3;
        return (at < 18, at % 6 < 3);
    }, 36);

    // Even tasks ask whether word 1 comes before word 2, odd ones for word 3 and not word 4.
    private static TaskTable Sentences() => Planted((random, row) =>
    {
        foreach (ref float word in row)
            word = 1 + random.NextInt32(9);
        int first = row.IndexOf(1f), second = row.IndexOf(2f);
        return (first >= 0 && (second < 0 || first < second), row.Contains(3f) && !row.Contains(4f));
    }, 8);

    private delegate (bool Even, bool Odd) Draw(RandomStream random, Span<float> row);

    private static TaskTable Planted(Draw draw, int width)
    {
        float[] x = new float[Rows * width], labels = new float[Rows * Tasks];
        for (int r = 0; r < Rows; r++)
        {
            var random = new RandomStream(11, "planted", r);
            (bool even, bool odd) = draw(random, x.AsSpan(r * width, width));
            for (int t = 0; t < Tasks; t++)
                labels[r * Tasks + t] = (t % 2 == 0 ? even : odd) ^ new RandomStream(12, "flip", r * Tasks + t)
                    .NextInt32(8) == 0
                    ? 1 : 0;
        }
        return new TaskTable(x, width,
            [.. Enumerable.Range(0, Tasks).Select(t => new TaskInfo($"t{t}", TaskKind.Binary))],
            labels);
    }

    private sealed class Encoder : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Embedding _words = nn.Embedding(10, 12), _places = nn.Embedding(8, 12);
        private readonly TorchSharp.Modules.Linear _qkv = nn.Linear(12, 36), _dense = nn.Linear(12, 16);

        public Encoder() : base(nameof(Encoder))
        {
            register_module("words", _words);
            register_module("places", _places);
            register_module("qkv", _qkv);
            register_module("dense", _dense);
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = _words.call(input.to(int64)) + _places.call(arange(8));
            Tensor[] parts = _qkv.call(x).chunk(3, 2);
            Tensor scores = (parts[0].bmm(parts[1].transpose(1, 2)) / MathF.Sqrt(12)).softmax(2);
            return _dense.call((x + scores.bmm(parts[2])).mean([1])).tanh();
        }
    }
}
