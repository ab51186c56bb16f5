namespace MLNet.MultiTask.Learners;

/// <summary>
/// A fitted model of one group of tasks: a network, a forest, a linear model, one model per task, a mean of others.
/// It only reads while it scores, so one model may be used by any number of threads at once.
/// </summary>
/// <remarks>
/// A model file keeps a model by the format that is registered in Persistence under its <see cref="Kind"/>.
/// </remarks>
public interface IGroupModel
{
    /// <summary>What kind of model it is, such as <c>shared-bottom</c>; names its format in a model file.</summary>
    string Kind { get; }

    /// <summary>Number of features d.</summary>
    int FeatureCount { get; }

    /// <summary>The tasks, in the order of their outputs.</summary>
    IReadOnlyList<TaskInfo> Tasks { get; }

    /// <summary>Whether features may be NaN, which is missing; otherwise all must be finite.</summary>
    bool AcceptsMissingFeatures => false;

    /// <summary>Bytes of the numbers that were learned; null = not known.</summary>
    long? LearnedBytes => null;

    /// <summary>Outputs of all tasks together: one per binary or regression task, K per multi-class task.</summary>
    int OutputCount { get; }

    /// <summary>First output of a task; a task's outputs are consecutive.</summary>
    /// <param name="task">Number within <see cref="Tasks"/>.</param>
    int OutputOffset(int task);

    /// <summary>
    /// Scores rows. The numbers' bits depend neither on <paramref name="threads"/>, nor on the other rows, nor on
    /// which of the two results is wanted.
    /// </summary>
    /// <param name="features">rows×d, row-major, all finite, or NaN where <see cref="AcceptsMissingFeatures"/>.</param>
    /// <param name="rows">Number of rows; may be 0.</param>
    /// <param name="scores">
    /// rows×<see cref="OutputCount"/>, row-major, overwritten: probability of class 1 (binary), class probabilities
    /// that sum to 1 (multi-class), value in the label's units (regression). Empty = not wanted.
    /// </param>
    /// <param name="raw">
    /// The same shape, overwritten: the margin whose sign decides (binary; a network's is the logit), numbers whose
    /// softmax the class probabilities are (multi-class), the value again (regression). Empty = not wanted.
    /// </param>
    /// <param name="threads">Upper limit of threads, at least 1.</param>
    /// <exception cref="ArgumentException">A span is too short (its name, length and the expected one are
    /// said).</exception>
    void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads = 1);
}
