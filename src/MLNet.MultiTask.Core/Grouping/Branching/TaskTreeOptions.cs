using MLNet.MultiTask.Data;
using System.Globalization;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>How a branching network is made.</summary>
public sealed record TaskTreeOptions
{
    /// <summary>
    /// Which tasks share which hidden layer, over all tasks of the data; where a grouping divides the tasks first, each
    /// group has the part of the tree that holds it.
    /// </summary>
    /// <value>
    /// The default value is null: the tree is found from gradients (AutoBRANE), one partition per layer, and how high
    /// the tasks stay together is chosen by training the few trees in question.
    /// </value>
    public TaskTree? Tree { get; init; }

    /// <summary>
    /// Number of branches in every hidden layer, from the features up, where <see cref="Tree"/> is null; not
    /// descending, such as 1, 3.
    /// </summary>
    /// <value>The default value is null: chosen on the validation rows.</value>
    public IReadOnlyList<int>? Branches { get; init; }

    /// <summary>
    /// Number of branches in the last hidden layer, where <see cref="Tree"/> and <see cref="Branches"/> are null; how
    /// low they part is chosen on the validation rows.
    /// </summary>
    /// <value>The default value is null: as many as the affinity asks for. At least 2.</value>
    public int? GroupCount { get; init; }

    /// <summary>Base networks whose gradients find the tree.</summary>
    /// <value>The default value is 8; at least 1.</value>
    public int Bases { get; init; } = 8;

    /// <summary>
    /// Network and training: widths are those of one branch. A weighting of gradients compares two tasks in the
    /// branches that they share. The linear skip, sketched gradients, weightings that move networks beside their steps
    /// (sam, group-updates, auto-lambda) and engines other than the managed one are not possible, and there is at least
    /// one hidden layer.
    /// </summary>
    /// <value>The default value is the defaults of <see cref="TrainingOptions"/>.</value>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">All values out of range are named, with range and actual value.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Training);
        Training.Validate();
        List<string> faults = [];
        int layers = Training.Hidden.Count;
        Check(layers >= 1, "Training.Hidden", "empty", "at least one layer, or there is nothing to branch");
        Check(!Training.LinearSkip, "Training.LinearSkip", true, "false: the heads of a tree see their branch alone");
        Check(!SteppedNetwork.IsNeededBy(Training.Weighting), "Training.Weighting", Training.Weighting,
            SteppedNetwork.AnotherWeighting);
        Check(Training.GramianSketch is null, "Training.GramianSketch", Training.GramianSketch,
            "null: gradients in branches are compared exactly");
        Check(Training.Engine is MLNet.MultiTask.Training.Managed.ManagedEngine, "Training.Engine",
            Training.Engine.Name, "managed");
        Check(Training.Checkpoint is null, "Training.Checkpoint", "set", "null: checkpoints are kept by the run");
        Check(Training.InitialModel is null, "Training.InitialModel", "set",
            "null: a tree cannot go on from a network with one trunk");
        Check(Bases >= 1, nameof(Bases), Bases, "at least 1");
        Check(Tree is null || Tree.Levels.Count == layers, nameof(Tree), Tree,
            $"{Counted.Of(layers, "level")}, one per hidden layer");
        Check(Tree is null || Branches is null, nameof(Branches), Text(Branches),
            $"null where {nameof(Tree)} is given");
        Check(GroupCount is null or >= 2, nameof(GroupCount), GroupCount, "at least 2, or null");
        Check(GroupCount is null || (Tree is null && Branches is null), nameof(GroupCount), GroupCount,
            $"null where {nameof(Tree)} or {nameof(Branches)} is given");
        Check(Branches is null || (Branches.Count == layers && Branches[0] >= 1
            && Branches.Zip(Branches.Skip(1)).All(p => p.First <= p.Second)), nameof(Branches), Text(Branches),
            $"{Counted.Of(layers, "number")}, one per hidden layer, from 1 up and not descending");
        if (faults.Count > 0)
            throw new ArgumentException($"The task tree cannot be trained: {string.Join("; ", faults)}");

        void Check(bool ok, string name, object? value, string range)
        {
            if (!ok)
                faults.Add($"{name} is {value}, but must be {range}");
        }
    }

    /// <summary>One line of all that decides the bits.</summary>
    internal string Text() => $"{MLNet.MultiTask.Training.TrainingSettings.Of(Training)}; " + (Tree is not null
        ? $"tree {Tree}" : FormattableString.Invariant(
            $"branches {Text(Branches) ?? "chosen"}, last {Number(GroupCount)}, {Bases} bases"));

    private static string Number(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "chosen";

    private static string? Text(IReadOnlyList<int>? counts) => counts is null ? null : string.Join(", ", counts);
}
