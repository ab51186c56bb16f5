namespace MLNet.MultiTask;

/// <summary>
/// How a trainer groups its tasks: as given (a <see cref="TaskGrouping"/> converts by itself), or by search.
/// </summary>
public sealed class TrainerGrouping
{
    private TrainerGrouping(TaskGrouping? given, SweepBudget? budget, bool helpers) =>
        (Given, Budget, Helpers) = (given, budget, helpers);

    /// <summary>
    /// Every task alone, all together and what the affinity suggests are really trained, then a few moves from the
    /// best; what is best on rows that neither trained nor stopped anything is taken, with the fewest models within the
    /// noise.
    /// </summary>
    public static TrainerGrouping Auto { get; } = Search(new SweepBudget());

    /// <summary>The grouping given; null where it is searched for.</summary>
    public TaskGrouping? Given { get; }

    internal SweepBudget? Budget { get; }

    internal bool Helpers { get; }

    /// <summary>As <see cref="Auto"/>, with a budget and limits of one's own.</summary>
    /// <param name="budget">How much is tried.</param>
    /// <param name="helpers">
    /// Whether a task may also help to train groups that do not serve it, such as 4 in <c>0,1,(4)|2,3,4</c>.
    /// </param>
    public static TrainerGrouping Search(SweepBudget budget, bool helpers = false)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return new TrainerGrouping(null, budget, helpers);
    }

    /// <summary>A grouping that is given.</summary>
    public static implicit operator TrainerGrouping?(TaskGrouping? grouping) =>
        grouping is null ? null : new TrainerGrouping(grouping, null, false);

    /// <summary>The canonical text, or "auto".</summary>
    public override string ToString() => Given?.ToString() ?? "auto";
}
