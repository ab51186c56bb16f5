namespace MLNet.MultiTask.Training;

/// <summary>How step size, dropout and weight decay of a tabular network go with the share t of its training.</summary>
internal static class TabularSchedules
{
    /// <summary>½(1 − cos(2π·log₂(1 + 15t))): four cycles, each twice as long as the one before.</summary>
    public static float LearningRate(double t) => (float)(0.5 * (1 - Math.Cos(2 * Math.PI * Math.Log2(1 + 15 * t))));

    /// <summary>1 in the first half, then a half cosine to 0.</summary>
    public static float FlatThenCosine(double t) =>
        t < 0.5 ? 1 : (float)(0.5 * (1 + Math.Cos(Math.PI * (2 * t - 1))));
}
