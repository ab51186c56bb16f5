namespace MLNet.MultiTask.Evaluation;

/// <summary>Scores are of single precision, which is coarse where targets are far from 0.</summary>
internal static class ScoreRounding
{
    // Rounding to steps of that part of an error adds a tenth to it: a step over √12 is a rounding error's deviation.
    private const double CoarseStep = 0.35;

    /// <summary>A sentence where rounding is a good part of a regression's error; otherwise null.</summary>
    public static string? Warning(TaskMetrics task)
    {
        double far = Math.Abs(task.Task.Offset), step = MathF.BitIncrement((float)far) - (float)far;
        return far == 0 || !(task.RootMeanSquaredError > 0 && step > CoarseStep * task.RootMeanSquaredError) ? null
            : $"Task '{task.Task.Name}': its targets are about {task.Task.Offset:G4}, where scores of single " +
                $"precision are multiples of {step:G4}, and the error is {task.RootMeanSquaredError:G4}: rounding is " +
                "part of it; take a constant off the labels before the training";
    }
}
