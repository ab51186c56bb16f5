namespace MLNet.MultiTask.Training;

/// <summary>
/// A network in training, as the loop sees it. A step is <see cref="Forward"/>, then <see cref="ComputeLosses"/> and
/// <see cref="ComputeGramian"/> where the weighting asks for them, then <see cref="Descend"/>. The loss ℓ of a cell is
/// the logistic loss, cross entropy or squared error of the standardised target, w its weight.
/// </summary>
/// <remarks>One thread calls at a time. Steps should allocate nothing.</remarks>
public interface ITrainableNetwork : IDisposable
{
    /// <summary>Per task: Σ w over the batch; valid after <see cref="Forward"/>.</summary>
    ReadOnlySpan<double> WeightSums { get; }

    /// <summary>Per task: Σ w·ℓ over the batch; valid after <see cref="ComputeLosses"/> or
    /// a gradient.</summary>
    ReadOnlySpan<double> LossSums { get; }

    /// <summary>Computes the outputs of a batch.</summary>
    /// <param name="rows">Rows of the problem's table.</param>
    /// <param name="step">Number of the step, from 1, which names the random numbers of dropout; 0 = no dropout, as in
    /// validation.</param>
    void Forward(ReadOnlySpan<int> rows, int step);

    /// <summary>Makes <see cref="LossSums"/> valid.</summary>
    void ComputeLosses();

    /// <summary>Inner products of the tasks' gradients by the trunk's parameters, gₜ = factorₜ·∇ Σ w·ℓ.</summary>
    /// <param name="factors">One per task of the network.</param>
    /// <param name="tasks">The p tasks that are wanted, ascending.</param>
    /// <param name="gramian">p × p, row-major.</param>
    void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian);

    /// <summary>
    /// One step of AdamW along the gradient of Σ factorₜ·Σ w·ℓ; in the trunk every task's part is multiplied by its
    /// trunk weight, in the heads it is not.
    /// </summary>
    /// <param name="factors">One per task of the network; 0 where a task takes no part.</param>
    /// <param name="trunkWeights">One per task; empty = all 1.</param>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="learningRate">Step size.</param>
    void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step, float learningRate);

    /// <summary>The gradient that <see cref="Descend"/> would follow, without a step.</summary>
    /// <param name="factors">One per task of the network; 0 where a task takes no part.</param>
    /// <param name="trunkWeights">One per task; empty = all 1.</param>
    /// <param name="gradient">In the flat layout of the network's shape.</param>
    void ComputeGradient(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, Span<float> gradient);

    /// <summary>Copies the parameters out, in the flat layout of the network's shape.</summary>
    void Export(Span<float> parameters);

    /// <summary>Copies out all that changes from step to step.</summary>
    /// <param name="step">Steps made.</param>
    OptimizerState Save(int step);

    /// <summary>Goes back to a saved state.</summary>
    void Restore(OptimizerState state);

    /// <summary>
    /// Where the last batch's values first are not finite, in words for people; asked once a loss is not. Null where
    /// the network does not know.
    /// </summary>
    string? WhereNotFinite() => null;
}
