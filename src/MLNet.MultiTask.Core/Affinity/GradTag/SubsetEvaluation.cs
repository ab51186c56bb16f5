namespace MLNet.MultiTask;

/// <summary>How the validation losses after a subset's step are predicted.</summary>
public enum SubsetEvaluation
{
    /// <summary>A forward pass of the network with weights W0 + B·w, as all released code does.</summary>
    Forward,

    /// <summary>f_i(W0) − c_i·w + ½ wᵀH_i w from validation statistics: no data per subset.</summary>
    Quadratic,

    /// <summary>
    /// The loss of the linearised outputs u + g·w of the validation rows: their features are kept, no forward pass per
    /// subset.
    /// </summary>
    Linearized,
}
