using System.Globalization;

namespace MLNet.MultiTask;

/// <summary>The loss of a task became infinite or NaN; nothing is kept of the training.</summary>
/// <param name="task">Name of the first task whose loss is not finite.</param>
/// <param name="epoch">Epoch, from 1.</param>
/// <param name="step">Step, from 1.</param>
/// <param name="learningRate">Step size then.</param>
/// <param name="where">What is known of the place in a module, such as the first layer whose values are not finite;
/// null = nothing.</param>
/// <param name="isUpdated">Whether an update was made before: only then may its length be to blame.</param>
public sealed class TrainingDivergedException(string task, int epoch, int step, float learningRate,
    string? where = null, bool isUpdated = true)
    : InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
        $"The loss of task '{task}' is not finite in epoch {epoch}, step {step}, at learning rate {learningRate}") +
        (where is null ? "" : $": {where}") + (isUpdated
            ? $"; lower {nameof(TrainingOptions.LearningRate)}, or normalise the features where they are far from 0"
            : $"; no update was made yet, so {nameof(TrainingOptions.LearningRate)} is not to blame: normalise the " +
                $"features{(where is null ? "" : ", or change the module")}"))
{
    /// <summary>Name of the first task whose loss is not finite.</summary>
    public string Task { get; } = task;

    /// <summary>Epoch, from 1.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>Step, from 1.</summary>
    public int Step { get; } = step;

    /// <summary>Step size then.</summary>
    public float LearningRate { get; } = learningRate;
}
