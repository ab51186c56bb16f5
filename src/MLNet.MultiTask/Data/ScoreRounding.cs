using System.Globalization;

namespace MLNet.MultiTask.Data;

/// <summary>Scores are of single precision, which is coarse where targets are far from 0.</summary>
internal static class ScoreRounding
{
    // Rounding to steps of that part of an error adds a tenth to it: a step over √12 is a rounding error's deviation.
    private const double CoarseStep = 0.35;

    // Good models explain all but a few per cent of a target's deviation; steps of that size would be seen in them.
    private const double CoarseShare = 0.01;

    /// <summary>A sentence where rounding is a good part of a regression's error; otherwise null.</summary>
    public static string? Warning(TaskMetrics task)
    {
        double far = Math.Abs(task.Task.Offset), step = StepAt(far);
        return far == 0 || !(task.RootMeanSquaredError > 0 && step > CoarseStep * task.RootMeanSquaredError) ? null
            : $"Task '{task.Task.Name}': its targets are about {task.Task.Offset:G4}, where scores of single " +
                $"precision are multiples of {step:G4}, and the error is {task.RootMeanSquaredError:G4}: rounding is " +
                "part of it; take a constant off the labels before the training";
    }

    /// <summary>What single precision does to a task's targets, where it takes digits that tell them apart.</summary>
    public static string? Coarseness(TaskTable table, int task)
    {
        double offset = table.Tasks[task].Offset, sum = 0, squares = 0;
        int count = 0;
        if (table.Tasks[task].Kind != TaskKind.Regression || offset == 0)
            return null;
        for (int row = 0; row < table.RowCount; row++)
            if (table.IsObserved(row, task))
            {
                double label = table.Label(row, task);
                (sum, squares, count) = (sum + label, squares + label * label, count + 1);
            }
        double deviation = Math.Sqrt(Math.Max(0, squares / count - sum / count * (sum / count)));
        double step = StepAt(Math.Abs(offset));
        return !(deviation > 0 && step > CoarseShare * deviation) ? null
            : $"the targets of task '{table.Tasks[task].Name}' are about " +
              string.Create(CultureInfo.InvariantCulture, $"{offset:G4} with standard deviation {deviation:G4}, and ") +
              string.Create(CultureInfo.InvariantCulture, $"scores there are multiples of {step:G4}");
    }

    private static double StepAt(double far) => MathF.BitIncrement((float)far) - (float)far;
}
