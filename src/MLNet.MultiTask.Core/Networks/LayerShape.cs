namespace MLNet.MultiTask.Networks;

/// <summary>Where one dense layer lies in a network's flat parameters, and how large it is.</summary>
/// <param name="WeightOffset">First weight; Outputs×Inputs, row-major.</param>
/// <param name="BiasOffset">First bias; Outputs of them.</param>
/// <param name="Inputs">Inputs of the layer.</param>
/// <param name="Outputs">Outputs of the layer.</param>
/// <param name="IsNormalized">Whether layer norm with a gain and a shift per output follows the biases.</param>
public readonly record struct LayerShape(int WeightOffset, int BiasOffset, int Inputs, int Outputs,
    bool IsNormalized = false)
{
    /// <summary>First gain of layer norm; Outputs of them, where the layer has it.</summary>
    public int GainOffset => BiasOffset + Outputs;

    /// <summary>First shift of layer norm; Outputs of them, where the layer has it.</summary>
    public int ShiftOffset => BiasOffset + 2 * Outputs;
}
