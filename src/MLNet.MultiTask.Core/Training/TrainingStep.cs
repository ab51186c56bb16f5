using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>What training repeats: gradient of a batch, check of its losses, AdamW on the parameters in place.</summary>
internal sealed class TrainingStep(TrainingProblem problem, NetworkShape shape, float[] parameters, TrainingOptions options, int maxRows)
{
    private readonly float[] _gradient = new float[shape.ParameterCount];
    private readonly AdamW _optimizer = new(shape.ParameterCount, options.WeightDecay);

    /// <summary>Computes gradients and losses; its buffers hold up to <c>maxRows</c> rows.</summary>
    public NetworkGradient Batches { get; } = new(shape, maxRows, options.Threads ?? Environment.ProcessorCount);

    /// <summary>Steps made.</summary>
    public int Count => _optimizer.Steps;

    /// <summary>Makes one step on some rows and returns the batch's total loss; NaN where no task with positive weight is present.</summary>
    /// <exception cref="TrainingDivergedException">A task's loss is infinite or NaN; the parameters are as before.</exception>
    public double Run(ReadOnlySpan<int> rows, int epoch)
    {
        Batches.Compute(problem, rows, parameters, _gradient);
        for (int t = 0; t < Batches.Losses.Length; t++)
            if (!double.IsFinite(Batches.Losses[t]))
                throw new TrainingDivergedException(problem.Tasks[t].Name, epoch, Count + 1, options.LearningRate);
        _optimizer.Step(parameters, _gradient, options.LearningRate);
        return MultiTaskLoss.Total(problem.Tasks, Batches.Losses, Batches.WeightSums);
    }
}
