using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class ConsensusAffinityTests
{
    // Rows and columns sum to 0 off the diagonal, where the mean square is (4·2² + 8·1²)/12 = 2.
    private static readonly double[] s_blocks = [9, 2, -1, -1, 2, 9, -1, -1, -1, -1, 9, 2, -1, -1, 2, 9];

    [TestMethod]
    public void Of_OnePart_IsInUnitsOfItsSpread()
    {
        TaskAffinity consensus = ConsensusAffinity.Of([Affinity(s_blocks)], "all");
        for (int p = 0; p < 16; p++)
            Assert.AreEqual(p % 5 == 0 ? 0 : s_blocks[p] / Math.Sqrt(2), consensus.Values[p], 1e-12);
        Assert.AreEqual("all", consensus.Method);
    }

    [TestMethod]
    public void Of_PartsOfOtherScaleAndLevels_HaveTheSameSay()
    {
        TaskAffinity scaled = Affinity([.. s_blocks.Select((v, p) => 50 * v + p / 4 - 3 * (p % 4))]);
        TaskAffinity consensus = ConsensusAffinity.Of([Affinity(s_blocks), scaled], "all");
        for (int p = 0; p < 16; p++)
            Assert.AreEqual(p % 5 == 0 ? 0 : 2 * s_blocks[p] / Math.Sqrt(2), consensus.Values[p], 1e-6);
    }

    [TestMethod]
    public void Of_PartThatTellsNoPairsApart_HasNoSay() => CollectionAssert.AreEqual(
        ConsensusAffinity.Of([Affinity(s_blocks)], "all").Values.ToArray(),
        ConsensusAffinity.Of([Affinity([.. Enumerable.Repeat(0.7, 16)]), Affinity(s_blocks),
            Affinity(new double[16])], "all").Values.ToArray());

    [TestMethod]
    public void Of_ThreePartsThatErrApart_FindsGroupsThatEachMisses()
    {
        const int n = 20;
        int[] planted = [.. Enumerable.Range(0, n).Select(t => t / 4)];
        double Index(TaskAffinity affinity) => AdjustedRandIndex.Of(
            new SdpGroupingSolver(new() { GroupCount = 5 }).Solve(affinity).Grouping,
            TaskGrouping.FromAssignment(planted));
        double alone = 0, together = 0;
        for (int draw = 0; draw < 4; draw++)
        {
            TaskAffinity[] parts = [.. Enumerable.Range(0, 3).Select(part =>
            {
                var noise = new RandomStream((ulong)draw, "noise", part);
                return Affinity([.. Enumerable.Range(0, n * n).Select(p =>
                    (planted[p / n] == planted[p % n] ? 1 : 0) + 1.1 * noise.NextNormal())]);
            })];
            alone += parts.Average(Index) / 4;
            together += Index(ConsensusAffinity.Of(parts, "all")) / 4;
        }
        Assert.IsLessThan(0.85, alone);
        Assert.IsGreaterThan(0.9, together);
    }

    private static TaskAffinity Affinity(double[] values) => new([.. Enumerable.Range(0,
        (int)Math.Sqrt(values.Length)).Select(t => $"t{t}")], values, "part");
}
