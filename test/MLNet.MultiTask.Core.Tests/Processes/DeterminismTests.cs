namespace MLNet.MultiTask.Tests.Processes;

/// <summary>Same seed, same bits: whatever the number of cores and whatever else the process is doing.</summary>
[TestClass]
public sealed class DeterminismTests
{
    private static readonly float[] Expected = TrainedParameters.Train(threads: 1);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(8)]
    public void Train_AnyProcessorCount_SameBits(int processors)
    {
        string[] lines = ChildProcess.Run(["train"], ("DOTNET_PROCESSOR_COUNT", $"{processors}"));
        CollectionAssert.AreEqual(Expected, TrainedParameters.Parse(lines[1]));
    }

    [TestMethod]
    [DataRow("DOTNET_TieredCompilation", "0")]
    [DataRow("DOTNET_TieredPGO", "0")]
    [DataRow("DOTNET_gcServer", "1")]
    [DataRow("LANG", "tr_TR.UTF-8")]
    public void Train_AnyRuntimeSetting_SameBits(string name, string value)
    {
        string[] lines = ChildProcess.Run(["train"], (name, value));
        CollectionAssert.AreEqual(Expected, TrainedParameters.Parse(lines[1]));
    }

    [TestMethod]
    public void Train_OtherWorkInTheProcess_SameBits()
    {
        using var stop = new CancellationTokenSource();
        Task[] others = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => Disturb(stop.Token)))];
        float[][] trained = new float[3][];
        Parallel.For(0, trained.Length, i => trained[i] = TrainedParameters.Train(threads: 1 + i));
        stop.Cancel();
        Task.WaitAll(others);
        foreach (float[] parameters in trained)
            CollectionAssert.AreEqual(Expected, parameters);
    }

    private static void Disturb(CancellationToken stop)
    {
        var random = new Random();
        byte[][] garbage = new byte[64][];
        while (!stop.IsCancellationRequested)
            garbage[random.Next(garbage.Length)] = new byte[random.Next(200_000)];
    }
}
