namespace MLNet.MultiTask.Training;

/// <summary>The step size of every step.</summary>
internal static class LearningRates
{
    private const double RisingShare = 0.3, FirstDivisor = 25, LastDivisor = 25e4;

    /// <summary>Step size of step <paramref name="step"/>, from 1 to <paramref name="steps"/>.</summary>
    public static float At(LearningRateSchedule schedule, float peak, long step, long steps) => schedule switch
    {
        LearningRateSchedule.Cosine => (float)Anneal(peak, 0, (step - 1) / (double)steps),
        LearningRateSchedule.OneCycle => (float)OneCycle(peak, step - 1, steps),
        _ => peak,
    };

    private static double OneCycle(double peak, double step, double steps)
    {
        double top = RisingShare * steps - 1;
        return step <= top
            ? Anneal(peak / FirstDivisor, peak, step / top)
            : Anneal(peak, peak / LastDivisor, (step - top) / Math.Max(1, steps - 1 - top));
    }

    private static double Anneal(double from, double to, double share) =>
        to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));
}
