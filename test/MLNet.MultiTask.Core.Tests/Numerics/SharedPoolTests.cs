using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public sealed class SharedPoolTests
{
    private const int Parts = 37;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(64)]
    public void Run_AnyThreads_DoesEveryPartOnce(int threads)
    {
        var calls = new int[Parts];
        SharedPool.Run(Parts, threads, part => Interlocked.Increment(ref calls[part]));
        CollectionAssert.AreEqual(Enumerable.Repeat(1, Parts).ToArray(), calls);
    }

    [TestMethod]
    public void Run_FromInsideAPart_DoesEveryPartOnce()
    {
        var calls = new int[Parts * Parts];
        SharedPool.Run(Parts, 4, outer =>
            SharedPool.Run(Parts, 4, inner => Interlocked.Increment(ref calls[outer * Parts + inner])));
        Assert.IsTrue(calls.All(c => c == 1));
    }

    [TestMethod]
    public void Run_ManyCallersAtOnce_EachHasItsPartsDone()
    {
        var done = new int[8];
        Parallel.For(0, done.Length, caller =>
        {
            for (int call = 0; call < 200; call++)
                SharedPool.Run(Parts, 4, _ => Interlocked.Increment(ref done[caller]));
        });
        CollectionAssert.AreEqual(Enumerable.Repeat(200 * Parts, done.Length).ToArray(), done);
    }

    [TestMethod]
    public void Run_PartThrows_ExceptionReachesTheCallerAndTheNextCallWorks()
    {
        Assert.ThrowsExactly<FormatException>(() => SharedPool.Run(Parts, 4, part =>
        {
            if (part == 5)
                throw new FormatException("part 5");
        }));
        Run_AnyThreads_DoesEveryPartOnce(4);
    }
}
