using MLNet.MultiTask.Training;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Affinity;

[TestClass]
public sealed class ModuleTangentsTests : TorchTests
{
    private static readonly TaskTable Table = Problems.Mixed(40);
    private static readonly int[] Rows = [.. Enumerable.Range(0, 40)];

    /// <summary>Smooth trunks: a difference over a kink would be no derivative.</summary>
    [TestMethod]
    [DataRow(nameof(Dense))]
    [DataRow(nameof(Convolution))]
    [DataRow(nameof(Attention))]
    public void Tangent_AnyTrunk_EqualsTheDifferenceOfOutputsAndIsThePullBacksAdjoint(string kind)
    {
        Func<nn.Module<Tensor, Tensor>> trunk = kind == nameof(Dense) ? Dense
            : kind == nameof(Convolution) ? Convolution : Attention;
        var problem = new TrainingProblem(Table, new RowSplit(Rows, []), [0, 1, 2]);
        MultiTaskModule module = Make(trunk);
        ModuleLayout layout = ModuleLayout.Of(module);
        var flat = new float[layout.Length];
        layout.Export(flat);
        var tangents = new ModuleTangents(module, problem, default);
        var stream = new RandomStream(2, "direction");
        float[] b = [.. Enumerable.Range(0, tangents.Dimension).Select(_ => (float)stream.NextNormal())];
        float[] signals = [.. Enumerable.Range(0, 40 * 5).Select(_ => (float)stream.NextNormal())];
        float[] along = [];
        using Tensor pulled = zeros(tangents.Dimension), direction = tensor(b);
        tangents.ForEach(Rows, chunk =>
        {
            along = chunk.Tangent(direction);
            chunk.Pull(signals, pulled);
        });
        const float nudge = 1e-3f;
        float[] up = At(nudge), down = At(-nudge);

        for (int i = 0; i < along.Length; i++)
            Assert.AreEqual((up[i] - down[i]) / (2 * nudge), along[i], 5e-3 * Math.Max(1, Math.Abs(along[i])),
                $"output {i}");
        double forward = along.Zip(signals, (x, y) => (double)x * y).Sum();
        double back = b.Zip(pulled.data<float>().ToArray(), (x, y) => (double)x * y).Sum();
        Assert.AreEqual(forward, back, 1e-4 * Math.Max(1, Math.Abs(forward)));

        float[] At(float step)
        {
            float[] moved = [.. flat];
            for (int i = 0; i < b.Length; i++)
                moved[i] += step * b[i];
            layout.Import(moved);
            float[] outputs = [];
            tangents.ForEach(Rows, chunk => outputs = chunk.Outputs);
            return outputs;
        }
    }

    private static MultiTaskModule Make(Func<nn.Module<Tensor, Tensor>> trunk) => ModuleBuilder.Create(
        c => new SharedTrunk(c, trunk()), ArchitectureText.Parse("x"), 5, Table.Tasks, 1);

    private static nn.Module<Tensor, Tensor> Dense() => nn.Sequential(("a", nn.Linear(5, 7)), ("tanh", nn.Tanh()),
        ("norm", nn.LayerNorm(7)), ("b", nn.Linear(7, 6)), ("gelu", nn.GELU()));

    private static nn.Module<Tensor, Tensor> Convolution() => nn.Sequential(("plane", nn.Unflatten(1, [1, 5])),
        ("conv", nn.Conv1d(1, 4, 3)), ("tanh", nn.Tanh()), ("flat", nn.Flatten()));

    private static nn.Module<Tensor, Tensor> Attention() => new SelfAttention();

    private sealed class SelfAttention : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _embed = nn.Linear(1, 6), _qkv = nn.Linear(6, 18);

        public SelfAttention() : base(nameof(SelfAttention))
        {
            register_module("embed", _embed);
            register_module("qkv", _qkv);
        }

        public override Tensor forward(Tensor input)
        {
            Tensor[] parts = _qkv.call(_embed.call(input.unsqueeze(2))).chunk(3, 2);
            Tensor scores = parts[0].bmm(parts[1].transpose(1, 2)).softmax(2);
            return scores.bmm(parts[2]).mean([1]);
        }
    }
}
