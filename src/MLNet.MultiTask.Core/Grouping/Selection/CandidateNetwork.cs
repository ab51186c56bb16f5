namespace MLNet.MultiTask.Grouping;

/// <summary>One network that could be trained or chosen: its tasks, the loss of each, and what it costs.</summary>
/// <param name="Members">Tasks, ascending.</param>
/// <param name="Losses">Loss of each member, in the same order; lower is better.</param>
/// <param name="Cost">Cost against a budget, positive.</param>
/// <param name="Name">How the network is called in tables.</param>
public sealed record CandidateNetwork(IReadOnlyList<int> Members, IReadOnlyList<double> Losses, double Cost,
    string Name);

/// <summary>Networks chosen so that together they serve all tasks.</summary>
public sealed record NetworkSelectionResult
{
    /// <summary>Indices of the chosen candidates, ascending.</summary>
    public required IReadOnlyList<int> Chosen { get; init; }

    /// <summary>Σ over tasks of the smallest loss among the chosen networks.</summary>
    public required double TotalLoss { get; init; }

    /// <summary>Σ of the chosen networks' costs.</summary>
    public required double Cost { get; init; }

    /// <summary>A proven lower bound on the total loss of any selection.</summary>
    public required double Bound { get; init; }

    /// <summary>Whether no selection has a smaller total loss.</summary>
    public required bool IsOptimal { get; init; }

    /// <summary>
    /// The cover: each task is served by the chosen network of smallest loss, the first among equals, and helps in the
    /// others.
    /// </summary>
    public required TaskGrouping Grouping { get; init; }

    /// <summary>Nodes of the search.</summary>
    public required long Nodes { get; init; }
}
