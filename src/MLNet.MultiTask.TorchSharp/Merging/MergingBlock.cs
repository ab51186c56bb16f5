namespace MLNet.MultiTask.Torch;

/// <summary>One shared tensor, a weight or a bias, and its place in the flat vector of shared parameters.</summary>
internal sealed record MergingBlock(string Name, long[] Shape, int Offset, int Length);
