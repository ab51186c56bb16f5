namespace MLNet.MultiTask.Search;

/// <summary>A sweep on data that was read, for whoever runs the trials.</summary>
internal sealed class SweepSession(SweepRun run, IReadOnlyList<SweepLearner> learners, IDisposable channel,
    Func<SweepResult, MultiTaskPredictionTransformer> finish) : IDisposable
{
    public SweepRun Run => run;

    public IReadOnlyList<SweepLearner> Learners => learners;

    /// <summary>Chooses; the model of the choice.</summary>
    public MultiTaskPredictionTransformer Finish(SweepStopReason stop) => finish(run.Finish(stop));

    public void Dispose()
    {
        run.Dispose();
        channel.Dispose();
    }
}
