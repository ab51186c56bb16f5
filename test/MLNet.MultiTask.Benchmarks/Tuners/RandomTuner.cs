namespace MLNet.MultiTask.Benchmarks.Tuners;

/// <summary>Random partitions: a number of groups, then a group for every task.</summary>
internal sealed class RandomTuner(int tasks, ulong seed) : IGroupingTuner
{
    private const int MostRepeats = 1000;
    private readonly HashSet<TaskGrouping> _seen = [];
    private RandomStream _stream = new(seed, "random groupings");

    public TaskGrouping? Propose()
    {
        for (int i = 0; i < MostRepeats; i++)
        {
            int groups = 1 + _stream.NextInt32(tasks);
            var of = new int[tasks];
            for (int t = 0; t < tasks; t++)
                of[t] = _stream.NextInt32(groups);
            TaskGrouping grouping = TaskGrouping.FromAssignment(of);
            if (_seen.Add(grouping))
                return grouping;
        }
        return null;
    }

    public void Report(double loss)
    {
    }
}
