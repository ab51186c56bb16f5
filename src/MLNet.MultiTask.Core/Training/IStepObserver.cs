namespace MLNet.MultiTask.Training;

/// <summary>Looks on while parameters are trained; those that the run was given are up to date at every
/// call.</summary>
internal interface IStepObserver
{
    /// <summary>Before a step.</summary>
    /// <param name="rows">The batch's rows of the table.</param>
    /// <param name="step">Number of the step, from 1.</param>
    void OnStep(ReadOnlySpan<int> rows, int step);

    /// <summary>After an epoch's last step.</summary>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    void OnEpoch(int epoch);
}
