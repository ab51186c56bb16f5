namespace MLNet.MultiTask.Networks;

/// <summary>
/// The layers of all branches that grow from one branch, as one dense layer: they read the same values. The last blocks
/// hold heads.
/// </summary>
/// <param name="Level">Hidden layer, from 0; the number of hidden layers for heads.</param>
/// <param name="Parent">The block it reads; −1 = the features.</param>
/// <param name="ParentColumn">First of the parent's outputs that it reads.</param>
/// <param name="Inputs">How many it reads.</param>
/// <param name="Outputs">Of all its branches, or heads.</param>
/// <param name="WeightOffset">First weight in the flat parameters; Outputs×Inputs, row-major, then biases.</param>
/// <param name="Tasks">Of heads: the tasks, in the order of their outputs; otherwise empty.</param>
/// <param name="NormWidth">Outputs of one branch, where each branch has layer norm, whose gains and then shifts follow
/// the biases; otherwise 0.</param>
internal sealed record TreeBlock(int Level, int Parent, int ParentColumn, int Inputs, int Outputs, int WeightOffset,
    int[] Tasks, int NormWidth)
{
    public int BiasOffset => WeightOffset + Inputs * Outputs;

    public int GainOffset => BiasOffset + Outputs;

    public int ShiftOffset => GainOffset + Outputs;

    public int End => IsNormalized ? ShiftOffset + Outputs : GainOffset;

    public bool IsHead => Tasks.Length > 0;

    public bool IsNormalized => NormWidth > 0;
}
