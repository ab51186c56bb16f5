namespace MLNet.MultiTask.Affinity;

/// <summary>What is predicted for the members of a subset.</summary>
/// <param name="Losses">The losses that affinity goes by.</param>
/// <param name="OwnBest">Their losses at their own best epochs; null where only one outcome is predicted.</param>
/// <param name="CommonStop">Their losses where the subset stops together; null likewise.</param>
/// <param name="RelativeStep">Length of the step relative to the trunk's norm.</param>
internal sealed record SubsetPrediction(double[] Losses, double[]? OwnBest, double[]? CommonStop, double RelativeStep);
