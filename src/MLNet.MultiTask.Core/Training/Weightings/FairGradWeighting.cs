using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// FairGrad (Ban and Ji 2024, eq. 6): α-fair shares of the gain, G·w = w^(−1/α) with w &gt; 0. α = 1 is Nash-MTL; large
/// α approaches max-min fairness.
/// </summary>
public sealed record FairGradWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "fairgrad";

    /// <summary>How much the worst-off task counts.</summary>
    /// <value>The default value is 2; from 0.1 to 20.</value>
    public double Alpha { get; init; } = 2;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("alpha", Alpha)];

    /// <inheritdoc/>
    public override void Validate() =>
        WeightingChecks.Check(Alpha is >= 0.1 and <= 20, nameof(Alpha), Alpha, "from 0.1 to 20");

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(FairGradWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly FairnessEquation _equation = new(start.Tasks.Count);

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights) => _equation.Solve(gramian, weights.Length, method.Alpha, weights);
    }
}
