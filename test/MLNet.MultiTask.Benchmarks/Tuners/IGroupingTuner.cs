namespace MLNet.MultiTask.Benchmarks.Tuners;

/// <summary>Another way to search groupings, to be compared with.</summary>
internal interface IGroupingTuner
{
    /// <summary>What to try next, not tried before; null where nothing is left.</summary>
    TaskGrouping? Propose();

    /// <summary>Loss of the latest proposal, lower is better; not finite = it failed.</summary>
    void Report(double loss);
}
