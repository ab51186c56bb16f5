namespace MLNet.MultiTask.Affinity;

/// <summary>The density of measured outcomes at variances of the parts.</summary>
internal interface IOutcomeDensity
{
    /// <summary>ln N(y; 0, K) but for a constant; −∞ where K is singular.</summary>
    /// <param name="variances">In the order of <see cref="OutcomeVariances.ToArray"/>.</param>
    double Log(double[] variances);
}
