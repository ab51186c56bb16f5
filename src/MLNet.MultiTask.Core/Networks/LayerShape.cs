namespace MLNet.MultiTask.Networks;

/// <summary>Where one dense layer lies in a network's flat parameters, and how large it is.</summary>
/// <param name="WeightOffset">First weight; Outputs×Inputs, row-major.</param>
/// <param name="BiasOffset">First bias; Outputs of them.</param>
/// <param name="Inputs">Inputs of the layer.</param>
/// <param name="Outputs">Outputs of the layer.</param>
public readonly record struct LayerShape(int WeightOffset, int BiasOffset, int Inputs, int Outputs);
