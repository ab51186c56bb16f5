namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Made-up tags of texts: 159 labels, each of 3 %, on 1,836 words of which a text has 4 %.</summary>
internal static class WideTable
{
    private const int Rows = 4000, Words = 1836, Labels = 159, Topics = 40;

    public static BenchData Create()
    {
        var random = new RandomStream(8, "wide");
        float[] features = new float[Rows * Words], labels = new float[Rows * Labels];
        for (int r = 0; r < Rows; r++)
        {
            int topic = random.NextInt32(Topics);
            for (int w = 0; w < Words; w++)
                features[r * Words + w] = random.NextDouble() < (w % Topics == topic ? 0.3 : 0.033) ? 1 : 0;
            for (int t = 0; t < Labels; t++)
                labels[r * Labels + t] = random.NextDouble() < (t % Topics == topic ? 0.7 : 0.013) ? 1 : 0;
        }
        var table = new TaskTable(features, Words, [.. Enumerable.Range(0, Labels).Select(t =>
            new TaskInfo($"label{t}", TaskKind.Binary))], labels);
        return new BenchData(table, [.. Enumerable.Range(0, 3000)], [], [.. Enumerable.Range(3000, Rows - 3000)]);
    }
}
