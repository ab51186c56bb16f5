namespace MLNet.MultiTask;

/// <summary>The function σ of a tabular network's hidden units, x + a·(σ(x) − x) with a learned a per unit.</summary>
public enum NetworkActivation
{
    /// <summary>Scaled exponential linear unit (Klambauer et al. 2017).</summary>
    Selu,

    /// <summary>x·tanh(log(1 + eˣ)) (Misra 2019).</summary>
    Mish,
}
