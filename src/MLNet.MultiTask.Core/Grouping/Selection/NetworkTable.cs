namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Networks trained on groups of tasks with their measured losses, as in the tables of Standley et al. (ICML 2020): the
/// input of network selection, and the ground truth for predicted group losses.
/// </summary>
/// <param name="taskNames">The T task names.</param>
/// <param name="networks">The networks, in the order of the table.</param>
public sealed class NetworkTable(IReadOnlyList<string> taskNames, IReadOnlyList<CandidateNetwork> networks)
{
    /// <summary>The T task names.</summary>
    public IReadOnlyList<string> TaskNames { get; } = taskNames;

    /// <summary>The networks, in the order of the table.</summary>
    public IReadOnlyList<CandidateNetwork> Networks { get; } = networks;

    /// <summary>
    /// The higher-order approximation (HOA): the loss of task i in a network of three or more tasks is replaced by the
    /// mean over the other members j of its loss in the network {i, j}. Networks of one or two tasks stay as measured.
    /// </summary>
    /// <exception cref="ArgumentException">A pair that is needed is not in the table.</exception>
    public NetworkTable WithHigherOrderApproximation() => new(TaskNames,
        [.. Networks.Select(network => network.Members.Count < 3 ? network
        : network with
        {
            Losses = [.. network.Members.Select(i => network.Members.Where(j => j != i).Average(j => PairLoss(i, j)))],
        })]);

    /// <summary>
    /// Σ over tasks of the smallest loss among some networks of the table, such as those chosen on another table.
    /// </summary>
    /// <param name="chosen">Indices into <see cref="Networks"/>.</param>
    /// <exception cref="ArgumentException">A task is in none of them.</exception>
    public double TotalLoss(IReadOnlyList<int> chosen)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        var least = new double[TaskNames.Count];
        Array.Fill(least, double.PositiveInfinity);
        foreach (CandidateNetwork network in chosen.Select(c => Networks[c]))
            for (int m = 0; m < network.Members.Count; m++)
                least[network.Members[m]] = Math.Min(least[network.Members[m]], network.Losses[m]);
        int missing = Array.FindIndex(least, double.IsPositiveInfinity);
        return missing < 0 ? least.Sum()
            : throw new ArgumentException($"Task '{TaskNames[missing]}' is in none of the networks", nameof(chosen));
    }

    private double PairLoss(int i, int j)
    {
        foreach (CandidateNetwork network in Networks)
            if (network.Members.Count == 2 && network.Members.Contains(i) && network.Members.Contains(j))
                return network.Losses[network.Members[0] == i ? 0 : 1];
        throw new ArgumentException($"The table has no network of the pair '{TaskNames[i]}', '{TaskNames[j]}'");
    }
}
