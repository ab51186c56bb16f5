using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Merging;

/// <summary>Mergings that keep more than one set of shared parameters.</summary>
[TestClass]
public sealed class OutputMergingTests : TorchTests
{
    private static readonly MergingBlock Square = new("a", [4, 4], 0, 16);

    [TestMethod]
    public void LowRankBlock_Diagonal_KeepsTheLargestSingularValue()
    {
        var block = new LowRankBlock(Square, 0.25);
        var diagonal = new float[16];
        (diagonal[0], diagonal[5], diagonal[10], diagonal[15]) = (0.5f, -3, 1, 0.1f);
        var expected = new float[16];
        expected[5] = -3;

        Assert.IsTrue(block.IsFactored);
        MergingValueTests.AreClose(expected, block.Expand(block.Factor(diagonal)));
    }

    [TestMethod]
    [DataRow(0.25)]
    [DataRow(1)]
    public void LowRankBlock_MatrixOfThatRank_IsKept(double share)
    {
        float[] u = [1, 2, -1, 0.5f], v = [3, 0, 1, -2], product = [.. u.SelectMany(a => v.Select(b => a * b))];
        var block = new LowRankBlock(Square, share);

        MergingValueTests.AreClose(product, block.Expand(block.Factor(product)), 1e-5);
    }

    [TestMethod]
    public void Twin_FullRankAndOneRoute_IsTheExpert()
    {
        float[] expert = [.. Enumerable.Range(0, 16).Select(i => MathF.Sin(i))],
            common = [.. expert.Select(x => x * x)];
        LowRankBlock[] blocks = [new(Square, 1)];
        float[] own = LowRankTasks.Expand(TwinMerging.Factors(expert, common, blocks), blocks, 16);

        MergingValueTests.AreClose(expert, LowRankTasks.Routed(common, [own, new float[16]], [1, 0]));
    }

    [TestMethod]
    [DataRow(TaskKind.Binary, 1)]
    [DataRow(TaskKind.Multiclass, 3)]
    public void FusedLogits_Rows_MoveAsFarAsTheExpertDid(TaskKind kind, int outputs)
    {
        Tensor Rows(int seed) =>
            tensor([.. Enumerable.Range(0, 5 * outputs).Select(i => MathF.Sin(seed * 7 + i))], [5, outputs]);
        Tensor merged = Rows(1), initial = Rows(2), expert = Rows(3);

        Tensor fused = FusedLogits.Fuse(kind, merged, initial, expert);

        float[] expected = [.. FusedLogits.Divergence(kind, expert, initial).data<float>()],
            actual = [.. FusedLogits.Divergence(kind, fused, merged).data<float>()];
        MergingValueTests.AreClose(expected, actual, 1e-5);
    }

    /// <summary>A merged module that is the initial one: α is 1, and the expert's outputs come back.</summary>
    [TestMethod]
    public void FusedLogits_MergedIsInitial_IsTheExpert()
    {
        Tensor initial = tensor(new float[] { 0.5f, -1, 2 }, [1, 3]), expert = tensor(new float[] { 1, 1, 0 }, [1, 3]);

        foreach (TaskKind kind in (TaskKind[])[TaskKind.Multiclass, TaskKind.Regression])
            MergingValueTests.AreClose([1, 1, 0],
                [.. FusedLogits.Fuse(kind, initial, initial, expert).data<float>()], 1e-4);
    }

    /// <summary>Of logits 0 and ln 3: KL = ¾·ln(3/2) + ¼·ln(1/2).</summary>
    [TestMethod]
    public void FusedLogits_Divergence_IsThatOfTheProbabilities() => Assert.AreEqual(
        0.75 * Math.Log(1.5) + 0.25 * Math.Log(0.5),
        FusedLogits.Divergence(TaskKind.Binary, tensor(new[] { MathF.Log(3) }, [1, 1]), zeros(1, 1)).item<float>(),
        1e-6);

    [TestMethod]
    public void ScaLearn_ScalesOfOwnExpertsOnly_AreTheExperts()
    {
        MultiTaskModel experts = Experts.Train();
        ScaledExperts module = Scaled(experts, (int t, int k) => t == k ? 1 : 0);
        using var scope = NewDisposeScope();

        Tensor features = tensor(Experts.Table.Features.ToArray(), [300, 5]);
        Tensor expected = cat([.. experts.Models.Select(m => ((TorchModuleModel)m).Module.call(features))], 1);

        Assert.IsTrue(expected.allclose(module.call(features), 1e-5, 1e-5));
    }

    [TestMethod]
    public void ScaLearn_Fit_TrainsScalesAndHeadsAlone()
    {
        MultiTaskModel experts = Experts.Train();
        var merged = (TorchModuleModel)ModelMergings.Merge(experts, Experts.Table, Experts.Split,
            "scalearn(epochs=3)").Models[0];
        Dictionary<string, Tensor> state = merged.Module.state_dict();

        for (int t = 0; t < 3; t++)
            foreach ((string name, Tensor tensor) in ((TorchModuleModel)experts.Models[t]).Module.state_dict())
                Assert.AreEqual(name.StartsWith("trunk", StringComparison.Ordinal),
                    tensor.allclose(state[$"experts.{t}.{name}"], 0, 0), $"{t} {name}");
        Assert.IsFalse(state["scales"].allclose(full(3, 3, 6, 1f / 3), 0, 0));
    }

    private static ScaledExperts Scaled(MultiTaskModel experts, Func<int, int, float> scale)
    {
        var source = ModuleSource.Of("scaled-experts(of=mlp(hidden=6); scales=one)");
        var module = (ScaledExperts)ModuleBuilder.Create(source.Create, source.Text, 5, experts.Tasks, 1);
        Dictionary<string, Tensor> state = module.state_dict();
        using (no_grad())
        {
            for (int t = 0; t < 3; t++)
                foreach ((string name, Tensor tensor) in ((TorchModuleModel)experts.Models[t]).Module.state_dict())
                    state[$"experts.{t}.{name}"].copy_(tensor);
            for (int t = 0; t < 3; t++)
                for (int k = 0; k < 3; k++)
                    state["scales"][t, k].fill_(scale(t, k));
        }
        module.eval();
        return module;
    }
}
