using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// A weighting by the inner products of the tasks' gradients on the shared trunk, which need one batched backward pass
/// per step; see <see cref="RenewEvery"/> for the cheap way.
/// </summary>
public abstract record GradientWeighting : TaskWeighting
{
    /// <summary>
    /// Steps from one look at the gradients to the next; in between, every task keeps its weight and a step costs what
    /// it costs with equal weights.
    /// </summary>
    /// <value>The default value is 1: every step. At least 1.</value>
    public int RenewEvery { get; init; } = 1;

    private protected override IEnumerable<(string Name, object Value)> CommonSettings =>
        RenewEvery == 1 ? [] : [("renew-every", RenewEvery)];

    /// <inheritdoc/>
    public sealed override void Validate()
    {
        WeightingChecks.Check(RenewEvery >= 1, nameof(RenewEvery), RenewEvery, "at least 1");
        ValidateSettings();
    }

    /// <inheritdoc/>
    public sealed override IWeightingRun Start(WeightingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        Validate();
        if (start.Tasks.Count < 2)
            throw new ArgumentException($"Weighting '{Name}' balances gradients of tasks against each other and " +
                $"needs at least 2 tasks; there is '{start.Tasks[0].Name}' alone: use 'equal'", nameof(start));
        IGradientWeighting run = Begin(start);
        return RenewEvery == 1 ? run : new RenewedRun(run, RenewEvery, start.Tasks.Count);
    }

    private protected virtual void ValidateSettings()
    {
    }

    private protected abstract IGradientWeighting Begin(WeightingStart start);
}
