namespace MLNet.MultiTask.Training;

/// <summary>What an engine knows of how a network is trained; the step size comes with every step.</summary>
/// <param name="WeightDecay">Decoupled weight decay, on all parameters.</param>
/// <param name="MaxGradientNorm">Longest gradient over all parameters; longer ones are scaled down to it; null = no
/// limit.</param>
/// <param name="Dropout">Share of hidden units set to 0 at random, from 0 to less than 1.</param>
/// <param name="Seed">Names the random numbers of dropout and of sketches, with the step.</param>
/// <param name="Threads">Upper limit of threads.</param>
/// <param name="GramianSketch">Numbers that a dense layer's inputs are sketched to before gradients are compared;
/// null = exact. An engine that does not sketch refuses it when it makes a network.</param>
public sealed record EngineSettings(float WeightDecay, float? MaxGradientNorm, float Dropout, ulong Seed, int Threads,
    int? GramianSketch = null);
