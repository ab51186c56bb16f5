namespace MLNet.MultiTask.Torch.Tests.Merging;

/// <summary>Values of the formulas by hand.</summary>
[TestClass]
public sealed class MergingValueTests
{
    private static readonly float[][] Vectors = [[3, -1, 0.5f], [2, 4, -0.2f]];

    [TestMethod]
    public void TaskArithmetic_TwoVectors_AreSummed() =>
        AreClose([5, 3, 0.3f], TaskArithmetic.Sum(Vectors));

    /// <summary>Trimmed to 2 of 3 entries: (3, −1, 0) and (2, 4, 0); signs +, +; means 2.5 and 4.</summary>
    [TestMethod]
    public void Ties_TwoVectors_TrimElectAndAverage() =>
        AreClose([2.5f, 4, 0], TiesMerging.Vector(Vectors, 2.0 / 3));

    [TestMethod]
    public void Ties_EqualVectors_AreTheVectorItself() =>
        AreClose(Vectors[1], TiesMerging.Vector([Vectors[1], Vectors[1], Vectors[1]], 1));

    [TestMethod]
    public void Ties_EqualMagnitudes_KeepTheEarlierEntries() =>
        AreClose([1, -1, 0, 0], TiesMerging.Vector([[1, -1, 1, -1]], 0.5));

    /// <summary>|1| ≥ 0.4·|1.2 − 1|, but |0.1| is less than 0.4·|2 − 0.1|.</summary>
    [TestMethod]
    public void TallMasks_OwnAndForeignEntry_KeepTheOwn() => CollectionAssert.AreEqual(new[] { true, false },
        TallMasks.Mask([1, 0.1f], [1.2f, 2], 0.4));

    [TestMethod]
    public void TallMasks_VectorsWithoutCommonEntries_AreFoundAgain()
    {
        float[][] apart = [[1, 0, -2, 0], [0, 3, 0, 0.5f]];
        float[] sum = TaskArithmetic.Sum(apart);

        for (int t = 0; t < 2; t++)
            AreClose(apart[t], TallMasks.Masked(sum, TallMasks.Mask(apart[t], sum, 0.6)));
    }

    [TestMethod]
    public void Consensus_EntriesOfOneMask_AreDropped() => CollectionAssert.AreEqual(new[] { true, false, false },
        ConsensusMerging.Consensus([[true, true, false], [true, false, false]], 2));

    /// <summary>Lengths 3 and 1 in the first tensor, 0 and 0 in the second.</summary>
    [TestMethod]
    public void DeltaGuided_TwoTensors_CountExpertsByTheirLengths()
    {
        MergingBlock[] blocks = [new("a", [2], 0, 2), new("b", [1], 2, 1)];

        double[] weights = DeltaGuidedFusion.Weights([[3, 0, 0], [0, -1, 0]], blocks);

        CollectionAssert.AreEqual(new[] { 0.75, 0.5, 0.25, 0.5 }, weights);
    }

    [TestMethod]
    public void SelfPositioning_Softmax_SumsToOne()
    {
        double[] shares = SelfPositioning.Softmax([0, Math.Log(3)]);

        Assert.AreEqual(0.25, shares[0], 1e-12);
        Assert.AreEqual(0.75, shares[1], 1e-12);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(24)]
    [DataRow(61)]
    public void MaskedTasks_PackAndUnpack_KeepEveryBit(int length)
    {
        var stream = new RandomStream(3, "mask");
        bool[] mask = [.. Enumerable.Range(0, length).Select(_ => stream.NextDouble() < 0.5)];

        CollectionAssert.AreEqual(mask, MaskedTasks.Unpack(MaskedTasks.Pack(mask), length));
    }

    internal static void AreClose(float[] expected, float[] actual, double delta = 1e-6)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], delta, $"entry {i}");
    }
}
