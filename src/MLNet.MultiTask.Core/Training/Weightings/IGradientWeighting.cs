namespace MLNet.MultiTask.Training;

/// <summary>
/// Weighs tasks by the Gramian of their gradients on the shared trunk alone; heads follow their own task's gradient.
/// </summary>
public interface IGradientWeighting : IWeightingRun
{
    /// <summary>
    /// Whether a step's weights need the Gramian; where not, <see cref="Weigh"/> is given an empty one and the step
    /// costs one backward pass.
    /// </summary>
    /// <param name="step">Number of the step, from 1.</param>
    bool NeedsGramian(int step) => true;

    /// <summary>Gives the weights of the participating tasks' gradients: the trunk descends the
    /// mean of weight·gradient over them.</summary>
    /// <param name="step">The batch, with p participating tasks.</param>
    /// <param name="gramian">p × p row-major, symmetric: inner products of the gradients of the tasks' losses (each
    /// times the task's own weight, over the mean weight) by the trunk's parameters. Finite.</param>
    /// <param name="weights">p numbers, finite.</param>
    void Weigh(in WeightingStep step, ReadOnlySpan<double> gramian, Span<double> weights);
}
