using System.Diagnostics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Processes;

/// <summary>
/// An epoch over a table of 64 features and 4 binary tasks that fills most of the memory its process needs.
/// </summary>
internal static class LargeTable
{
    public const int Features = 64;
    public const int Tasks = 4;

    /// <summary>Peak working set in bytes, first and last training loss.</summary>
    public static string PeakWhileTraining(int rows)
    {
        var random = new RandomStream(1, "large table");
        float[] features = new float[(long)rows * Features], labels = new float[(long)rows * Tasks];
        for (int row = 0; row < rows; row++)
        {
            Span<float> x = features.AsSpan(row * Features, Features), y = labels.AsSpan(row * Tasks, Tasks);
            foreach (ref float value in x)
                value = 2 * random.NextSingle() - 1;
            for (int t = 0; t < Tasks; t++)
                y[t] = x[t] + x[t + 1] * x[0] > 0 ? 1 : 0;
        }
        TaskInfo[] tasks = [.. Enumerable.Range(0, Tasks).Select(t => new TaskInfo($"{t}", TaskKind.Binary))];
        var table = new TaskTable(features, Features, tasks, labels);
        TrainingResult result = NetworkTrainer.Train(table, RowSplit.Random(rows, 0.05, 1), [0, 1, 2, 3],
            new TrainingOptions { MaxEpochs = 1, MaxSteps = null });
        using Process self = Process.GetCurrentProcess();
        return FormattableString.Invariant($"{self.PeakWorkingSet64} {result.Epochs[0].ValidationLoss}");
    }
}
