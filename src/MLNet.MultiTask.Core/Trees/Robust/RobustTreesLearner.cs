using System.Globalization;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask;

/// <summary>
/// Robust multi-task gradient boosting (R-MTGB): trees common to all tasks, trees between which a gate per task decides
/// (outlier tasks or the others), and trees of each task alone; made for task-indexed data. What is scored does not
/// depend on which tasks a batch holds.
/// </summary>
public sealed class RobustTreesLearner : IGroupLearner
{
    private readonly RobustTreesOptions _options;

    /// <summary>Takes the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">An option is set that these trees do not use.</exception>
    public RobustTreesLearner(RobustTreesOptions? options = null)
    {
        _options = options ?? new RobustTreesOptions();
        _options.Validate();
        if (_options.Forest.SubsampleFraction < 1 || _options.Forest.FeatureFraction < 1
            || _options.Forest.NumberOfTrees != new BoostedTreesOptions().NumberOfTrees)
            throw new ArgumentException($"{nameof(BoostedTreesOptions.SubsampleFraction)}, " +
                $"{nameof(BoostedTreesOptions.FeatureFraction)} and {nameof(BoostedTreesOptions.NumberOfTrees)} of " +
                $"{nameof(RobustTreesOptions.Forest)} are not used by robust trees; leave them at their " +
                $"defaults, and " +
                $"set {nameof(RobustTreesOptions.CommonTrees)}, {nameof(RobustTreesOptions.GatedTrees)} and " +
                $"{nameof(RobustTreesOptions.TaskTrees)}", nameof(options));
    }

    /// <inheritdoc/>
    public string Name => "robust-trees";

    /// <inheritdoc/>
    public string Settings => FormattableString.Invariant(
        $"common {_options.CommonTrees}, gated {_options.GatedTrees}, own {_options.TaskTrees}; ") +
        _options.Forest.Settings;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The tasks are not all of one kind with equally many classes.</exception>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Validate();
        var problem = new TrainingProblem(table, split, tasks, allowsMissingFeatures: true);
        string[] others = [.. problem.Tasks.Where(t => (t.Kind, t.OutputCount)
            != (problem.Tasks[0].Kind, problem.Tasks[0].OutputCount)).Select(t => $"'{t.Name}' ({t.Kind})")];
        if (others.Length > 0)
            throw new ArgumentException($"Robust trees pool tasks of one kind; {string.Join(", ", others)} are not " +
                $"like '{problem.Tasks[0].Name}' ({problem.Tasks[0].Kind}): put them into groups of their own",
                nameof(tasks));
        var trainer = new RobustTreesTrainer(problem, _options, run);
        BoostedForest forest = trainer.Train();
        return new GroupFit
        {
            Models = [new ServingModel([.. tasks], forest)],
            Notes = _options.GatedTrees == 0 ? [] : ["Outlier gates: " + string.Join(", ", problem.Tasks.Select(
                (t, i) => string.Create(CultureInfo.InvariantCulture,
                    $"{t.Name} {OutputTransform.Sigmoid((float)trainer.Gates[i]):f3}")))],
        };
    }
}
