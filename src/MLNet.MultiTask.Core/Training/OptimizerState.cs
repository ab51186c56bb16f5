namespace MLNet.MultiTask.Training;

/// <summary>Parameters and AdamW's moments after some steps, each in the network's flat layout.</summary>
internal sealed record OptimizerState(int Steps, float[] Parameters, float[] FirstMoments, float[] SecondMoments);
