using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// A weighting by the inner products of the tasks' gradients on the shared trunk, which need one batched backward pass;
/// <see cref="TrainingOptions.GramianInterval"/> is the cheap way.
/// </summary>
public abstract record GradientWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public sealed override bool SeesGradients => true;

    /// <inheritdoc/>
    public sealed override IWeightingRun Start(WeightingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        Validate();
        if (start.Tasks.Count < 2)
            throw new ArgumentException($"Weighting '{Name}' balances gradients of tasks against each other and " +
                $"needs at least 2 tasks; there is '{start.Tasks[0].Name}' alone: use 'equal'", nameof(start));
        return Begin(start);
    }

    private protected abstract IGradientWeighting Begin(WeightingStart start);
}
