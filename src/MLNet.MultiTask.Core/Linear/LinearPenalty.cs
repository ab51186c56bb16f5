namespace MLNet.MultiTask;

/// <summary>How the linear models of a group's tasks are held together; W is d×K, one column per output.</summary>
public enum LinearPenalty
{
    /// <summary>λ/2 ‖W‖²: every task for itself.</summary>
    Ridge,

    /// <summary>λ Σ_f ‖W_f‖₂: tasks share which features count (multi-task Lasso, Obozinski et al. 2010).</summary>
    GroupLasso,

    /// <summary>λ ‖W‖_*: tasks share a space of few directions (Argyriou et al. 2008).</summary>
    TraceNorm,

    /// <summary>
    /// λ/2 Σ_k ‖w_k − w̄‖² + λ/20 K ‖w̄‖²: tasks are near their mean (Evgeniou, Pontil 2004).
    /// </summary>
    MeanRegularized,
}
