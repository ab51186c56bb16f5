namespace MLNet.MultiTask.Affinity;

/// <summary>
/// What a subset's step minimises: Σ_k share_k·(L_k(w, φ_k) + ½·headLambda_k·‖φ_k‖²) + ½λ‖w‖², L_k the mean loss of
/// member k.
/// </summary>
/// <param name="Subset">The members, tasks ascending.</param>
/// <param name="Shares">Weight of each in the loss; sums to 1.</param>
/// <param name="Lambda">λ of the shared coordinates w.</param>
/// <param name="HeadLambdas">λ of each member's head φ; null = heads stay as they are.</param>
internal sealed record SubsetProblem(int[] Subset, double[] Shares, double Lambda, double[]? HeadLambdas);

/// <summary>Where a subset goes from W0.</summary>
/// <param name="Trunk">w, coordinates in the subspace.</param>
/// <param name="Heads">φ of every member; null = heads stay as they are.</param>
internal readonly record struct SubsetStep(float[] Trunk, float[][]? Heads)
{
    /// <summary>φ of member k; empty where heads stay.</summary>
    public ReadOnlySpan<float> Head(int k) => Heads is null ? [] : Heads[k];

    /// <summary>The same step, longer or shorter.</summary>
    public SubsetStep Times(float factor) =>
        new([.. Trunk.Select(v => factor * v)],
        Heads?.Select(head => head.Select(v => factor * v).ToArray()).ToArray());
}

/// <summary>Finds the step of a subset; safe to use from several threads at once.</summary>
internal interface ISubsetSolver
{
    /// <summary>Solves one subset.</summary>
    SubsetStep Solve(SubsetProblem problem);
}
