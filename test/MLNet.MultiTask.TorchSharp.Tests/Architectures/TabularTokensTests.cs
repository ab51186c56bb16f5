using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class TabularTokensTests : TorchTests
{
    /// <summary>The whole of one block with one head, written out in double precision with loops.</summary>
    [TestMethod]
    public void Forward_OneBlock_IsTheFormulaWrittenOut()
    {
        MultiTaskModule module = Made.Of("multitab(width=2; attention-heads=1; feed-forward=3; tower=2)");
        manual_seed(3);
        using (no_grad())
            foreach (TorchSharp.Modules.Parameter parameter in module.parameters())
                parameter.copy_(randn(parameter.shape));
        Dictionary<string, Tensor> state = module.state_dict();
        double[][] Rows(string name) => [.. state[name].data<float>().Select(v => (double)v).Chunk(
            (int)state[name].shape[^1])];
        double[] Dense(string name, double[] x) => [.. Rows(name + ".weight").Select((w, o) =>
            w.Zip(x, (a, b) => a * b).Sum() + Rows(name + ".bias")[0][o])];
        double[] Norm(string name, double[] x)
        {
            double mean = x.Average(), deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + 1e-5);
            return [.. x.Select((v, i) =>
                (v - mean) / deviation * Rows(name + ".weight")[0][i] + Rows(name + ".bias")[0][i])];
        }
        double[] features = [1, 2];
        double[][] tokens = [.. Rows("tasks"), .. features.Select((x, j) =>
            Rows("weights")[j].Zip(Rows("biases")[j], (w, b) => x * w + b).ToArray())];
        double[][] normal = [.. tokens.Select(t => Norm("blocks.0.before", t))];
        double[][] keys = [.. normal.Select(t => Dense("blocks.0.keys", t))];
        var expected = new List<double>();
        for (int t = 0; t < 2; t++)
        {
            double[] query = Dense("blocks.0.query", normal[t]);
            // Task t sees itself and the features.
            int[] seen = [t, 2, 3];
            double[] weights = [
                .. seen.Select(s => Math.Exp((query[0] * keys[s][0] + query[1] * keys[s][1]) / Math.Sqrt(2)))];
            double[] mixed = [.. Enumerable.Range(2, 2)
                .Select(i => seen.Zip(weights, (s, w) => w * keys[s][i]).Sum() / weights.Sum())];
            double[] values = [.. tokens[t].Zip(Dense("blocks.0.output", mixed), (a, b) => a + b)];
            double[] wide = [.. Dense("blocks.0.wide", Norm("blocks.0.between", values)).Select(v => v * Normal(v))];
            values = [.. values.Zip(Dense("blocks.0.narrow", wide), (a, b) => a + b)];
            expected.AddRange(Dense($"heads.{t}.2", [.. Dense($"heads.{t}.0", values).Select(v => Math.Max(0, v))]));
        }

        float[] outputs = Made.Outputs(module);

        for (int i = 0; i < 4; i++)
            Assert.AreEqual(expected[i], outputs[i], 1e-4 * Math.Max(1, Math.Abs(expected[i])), $"output {i}");
    }

    /// <summary>
    /// With one block nothing of a task's token reaches another task; with two it does by way of the features.
    /// </summary>
    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(2, 1)]
    public void Gradient_OfOneTask_ReachesTheOthersTokenOnlyThroughFeatures(int blocks, int reached)
    {
        MultiTaskModule module = Made.Of($"multitab(blocks={blocks}; width=4; attention-heads=2)");
        Made.Gradients(module, 0);

        Tensor token = module.get_parameter("tasks")!.grad!;
        Assert.IsGreaterThan(0f, token[0].abs().max().item<float>());
        Assert.AreEqual(reached, token[1].abs().max().item<float>() > 0 ? 1 : 0);
    }

    // Standard normal distribution function by Simpson's rule.
    private static double Normal(double x)
    {
        const int steps = 2000;
        double sum = 0, h = x / steps;
        for (int i = 0; i <= steps; i++)
            sum += (i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-h * i * h * i / 2);
        return 0.5 + sum * h / 3 / Math.Sqrt(2 * Math.PI);
    }
}
