using System.Globalization;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Samples.DistributedSweep;

/// <summary>What worker and sweep agree on: the learners, by name and by all that decides their bits.</summary>
internal sealed record Job(string Storage, int Trials)
{
    public static IReadOnlyList<SweepLearner> Learners { get; } = [new(new SharedBottomLearner(new TrainingOptions
    {
        Hidden = [16], MaxEpochs = 20,
    }))];

    /// <summary>Four yes-or-no questions about a written digit.</summary>
    public static TaskTable Read(string path)
    {
        float[][] rows = [.. File.ReadLines(path).Skip(1).Select(l => l.Split(',')
            .Select(c => float.Parse(c, CultureInfo.InvariantCulture)).ToArray())];
        float[] pixels = [.. rows.SelectMany(r => r[..^1]).Select(p => p / 16)];
        float[] labels = [.. rows.Select(r => (int)r[^1]).SelectMany(d => new[]
        {
            d % 2 == 0, d is 2 or 3 or 5 or 7, d >= 5, d % 3 == 0,
        }).Select(yes => yes ? 1f : 0f)];
        string[] names = ["is_even", "is_prime", "is_at_least_five", "is_multiple_of_three"];
        return new TaskTable(pixels, rows[0].Length - 1,
            [.. names.Select(n => new TaskInfo(n, TaskKind.Binary))], labels);
    }
}
