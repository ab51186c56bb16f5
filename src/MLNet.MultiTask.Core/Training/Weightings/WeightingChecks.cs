namespace MLNet.MultiTask.Training;

/// <summary>Refuses settings of weightings.</summary>
internal static class WeightingChecks
{
    /// <exception cref="ArgumentOutOfRangeException">The setting is not in its range.</exception>
    public static void Check(bool ok, string name, object value, string range)
    {
        if (!ok)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}");
    }

    /// <exception cref="ArgumentOutOfRangeException">The step size is not positive and finite.</exception>
    public static void CheckStepSize(double? value) => Check(
        value is null || (value > 0 && double.IsFinite(value.Value)), "StepSize", value!, "positive and finite");
}
