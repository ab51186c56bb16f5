namespace MLNet.MultiTask.Training;

/// <summary>A network after some steps.</summary>
/// <param name="Steps">Steps made.</param>
/// <param name="Parameters">The parameters, in the network's flat layout.</param>
/// <param name="FirstMoments">AdamW's first moments, likewise.</param>
/// <param name="SecondMoments">AdamW's second moments, likewise.</param>
public sealed record OptimizerState(int Steps, float[] Parameters, float[] FirstMoments, float[] SecondMoments);
