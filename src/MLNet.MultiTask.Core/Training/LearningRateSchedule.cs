namespace MLNet.MultiTask;

/// <summary>
/// How the step size changes from the first step to the last possible one (by epochs or steps, whichever ends first).
/// </summary>
public enum LearningRateSchedule
{
    /// <summary>The same in every step.</summary>
    Constant,

    /// <summary>Down to 0 along half a cosine (Loshchilov, Hutter 2017, eq. 5, without restarts).</summary>
    Cosine,

    /// <summary>
    /// From 1/25 up to the learning rate in the first 30 % of the steps, then down to 1/250,000, along cosines (Smith,
    /// Topin 2018).
    /// </summary>
    OneCycle,
}
