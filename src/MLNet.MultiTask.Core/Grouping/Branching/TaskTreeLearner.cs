using System.Globalization;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// One branching network for a group's tasks, along a tree that is given or found (see <see cref="TaskTreeOptions"/>).
/// </summary>
public sealed class TaskTreeLearner : IGroupLearner
{
    private readonly TaskTreeOptions _options;

    /// <summary>Takes tree, network and training; seed, threads and progress are those of the run.</summary>
    /// <param name="options">Null = the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range (all are named).</exception>
    public TaskTreeLearner(TaskTreeOptions? options = null)
    {
        _options = options ?? new();
        _options.Validate();
    }

    /// <inheritdoc/>
    public string Name => "task-tree";

    /// <inheritdoc/>
    public string Settings => _options.Text();

    /// <inheritdoc/>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(run);
        run.Validate();
        TrainingOptions training = _options.Training with
        {
            Seed = run.Seed,
            Threads = run.Threads ?? _options.Training.Threads,
            Progress = null,
        };
        var problem = new TrainingProblem(table, split, tasks);
        TaskTree[] trees = Trees(table, split, tasks, _options with { Training = training }, run.CancellationToken);
        var fits = new (GroupFit Fit, double Loss)[trees.Length];
        for (int i = 0; i < trees.Length; i++)
        {
            using var one = new TreeRun(problem, trees[i], training);
            fits[i].Fit = one.Run(run with { Progress = run.Progress ?? _options.Training.Progress },
                trees.Length == 1 ? run.CheckpointName : string.Create(CultureInfo.InvariantCulture,
                    $"{run.CheckpointName}-tree{i}"), tasks);
            fits[i].Loss = one.BestLoss;
        }
        // Trees come from the most sharing to the least; of equals the first is taken.
        int best = Enumerable.Range(0, trees.Length).MinBy(i => fits[i].Loss);
        return _options.Tree is not null ? fits[0].Fit
            : fits[best].Fit with { Notes = [.. fits[best].Fit.Notes, Note(table, tasks, trees, fits, best)] };
    }

    private static TaskTree[] Trees(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, TaskTreeOptions options,
        CancellationToken cancellationToken)
    {
        int layers = options.Training.Hidden.Count;
        if (options.Tree is { } given)
            return given.TaskCount == table.Tasks.Count ? [given.Restrict(tasks)]
                : throw new ArgumentException($"The tree '{given}' is over {given.TaskCount} tasks; the table has " +
                    $"{table.Tasks.Count}", nameof(table));
        if ((options.Branches?[^1] ?? options.GroupCount) is { } most && most > tasks.Count)
            throw new ArgumentException($"{most} branches are asked for; there are {tasks.Count} tasks", nameof(tasks));
        TaskTree together = TaskTree.Split(TaskGrouping.All(tasks.Count), layers, layers);
        if (tasks.Count <= 2)
            return tasks.Count == 1 ? [together] : [.. Enumerable.Range(0, layers + 1)
                .Select(from => TaskTree.Split(TaskGrouping.Single(2), layers, layers - from))
                .Where(tree => options.Branches is null
                    || tree.Levels.Select(l => l.Count).SequenceEqual(options.Branches))];
        if (split.Validation.Length == 0)
            return options.Branches is null ? [together]
                : throw new ArgumentException("Branches are found by gradients on validation rows; there are none. " +
                    "Give the tree, or some rows", nameof(split));
        TaskAffinity[] affinities =
            LayerAffinities.Estimate(table.Select(tasks), split, options, cancellationToken);
        ulong seed = options.Training.Seed;
        int? threads = options.Training.Threads;
        return options.Branches is { } counts
            ? [TreeCandidates.Cluster(affinities, counts, seed, threads, cancellationToken)]
            : TreeCandidates.All(affinities, options.GroupCount, seed, threads, cancellationToken);
    }

    private static string Note(TaskTable table, IReadOnlyList<int> tasks, TaskTree[] trees,
        (GroupFit Fit, double Loss)[] fits, int best) => string.Create(CultureInfo.InvariantCulture,
        $"Shared layers: {trees[best].ToString([.. tasks.Select(t => table.Tasks[t].Name)])}") +
        (trees.Length == 1 ? "" : string.Concat("; relative validation losses: ", string.Join(", ",
            trees.Select((tree, i) => string.Create(CultureInfo.InvariantCulture, $"{tree} {fits[i].Loss:F4}")))));
}
