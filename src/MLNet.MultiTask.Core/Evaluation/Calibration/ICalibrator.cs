namespace MLNet.MultiTask.Evaluation;

/// <summary>From a task's margin to the probability of true; it never falls as the margin grows.</summary>
internal interface ICalibrator
{
    float Probability(float margin);
}
