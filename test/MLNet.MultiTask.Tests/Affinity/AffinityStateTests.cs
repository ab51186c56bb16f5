using System.Buffers.Binary;
using Microsoft.ML;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class AffinityStateTests
{
    private static readonly string[] s_tasks = ["a", "b", "c"];

    [TestMethod]
    public void Load_AffinityWithParts_GivesBackEveryMatrixAndWord()
    {
        var affinity = new TaskAffinity(s_tasks, Numbers(1), "Grad-TAG")
        {
            PairCounts = [.. Enumerable.Range(10, 9)],
            StandardErrors = Numbers(2),
            Diagnostics = new Dictionary<string, double> { ["bases"] = 4 },
            Transfer = new TaskAffinity(s_tasks, Numbers(3), "Grad-TAG, transfer")
            {
                StandardErrors = Numbers(4),
                Warnings = ["Look at 'c'."],
                Unmeasured = [false, false, true, false, false, false, true, false, false],
            },
            Stopping = new TaskAffinity(s_tasks, Numbers(5), "Grad-TAG, stopping")
            {
                PairCounts = [.. Enumerable.Range(20, 9)],
            },
            IsSigned = true,
            Warnings = ["Look at 'b'."],
            Unmeasured = [false, true, false, true, false, false, false, false, false],
        };

        TaskAffinity loaded = Reloaded(affinity, out uint version);

        Assert.AreEqual(Container.AffinityParts, version);
        AreEqual(affinity, loaded);
        AreEqual(affinity.Transfer, loaded.Transfer!);
        AreEqual(affinity.Stopping, loaded.Stopping!);
        Assert.AreEqual(4, loaded.Diagnostics["bases"]);
    }

    [TestMethod]
    public void Load_PartsWrittenWithoutMarks_MeasuredEveryPair()
    {
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", "affinity-v4.mtsk"));

        TaskAffinity loaded = AffinityState.Load(new MLContext(), file, new()).Affinity;

        CollectionAssert.AreEqual(new[] { false, true, false, false }, loaded.Unmeasured);
        CollectionAssert.AreEqual(new double[] { 0, 3, 4, 0 }, loaded.Transfer!.Values.ToArray());
        CollectionAssert.AreEqual(new double[] { 0, 5, 6, 0 }, loaded.Stopping!.Values.ToArray());
        Assert.IsNull(loaded.Transfer.Unmeasured);
        Assert.IsNull(loaded.Stopping.Unmeasured);
    }

    [TestMethod]
    public void Save_AffinityWithoutParts_IsAFileOfTheFirstVersion()
    {
        TaskAffinity loaded = Reloaded(new TaskAffinity(s_tasks, Numbers(1), "Fixed"), out uint version);

        Assert.AreEqual(1u, version);
        Assert.IsNull(loaded.Transfer);
        Assert.IsNull(loaded.Stopping);
        Assert.IsEmpty(loaded.Warnings);
        Assert.IsNull(loaded.Unmeasured);
    }

    private static TaskAffinity Reloaded(TaskAffinity affinity, out uint version)
    {
        var context = new MLContext();
        using var stream = new MemoryStream();
        AffinityState.Save(new TaskAffinityTransformer(context, "TaskAffinity", affinity), stream);
        version = BinaryPrimitives.ReadUInt32LittleEndian(stream.ToArray().AsSpan(4));
        stream.Position = 0;
        return AffinityState.Load(context, stream, new()).Affinity;
    }

    private static void AreEqual(TaskAffinity expected, TaskAffinity actual)
    {
        Assert.AreEqual(expected.Method, actual.Method);
        Assert.AreEqual(expected.IsSigned, actual.IsSigned);
        CollectionAssert.AreEqual(expected.Values.ToArray(), actual.Values.ToArray());
        CollectionAssert.AreEqual(expected.PairCounts, actual.PairCounts);
        CollectionAssert.AreEqual(expected.StandardErrors, actual.StandardErrors);
        CollectionAssert.AreEqual(expected.Warnings.ToArray(), actual.Warnings.ToArray());
        CollectionAssert.AreEqual(expected.Unmeasured, actual.Unmeasured);
    }

    private static double[] Numbers(int first) => [.. Enumerable.Range(first, 9).Select(n => n / 8.0)];
}
