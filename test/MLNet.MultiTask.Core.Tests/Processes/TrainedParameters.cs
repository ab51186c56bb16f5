using System.Runtime.InteropServices;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Processes;

/// <summary>The weights of one training, large enough that several threads are worthwhile.</summary>
internal static class TrainedParameters
{
    public static float[] Train(int? threads)
    {
        TaskTable table = Problems.Mixed(600, 60);
        var options = new TrainingOptions { Hidden = [512, 256], MaxEpochs = 3, BatchSize = 200, Threads = threads };
        return NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table), options).Network.Parameters;
    }

    public static string Text(int? threads) => Convert.ToBase64String(MemoryMarshal.AsBytes<float>(Train(threads)));

    public static float[] Parse(string text) =>
        MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text)).ToArray();
}
