using MLNet.MultiTask.Data;
using System.Globalization;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask;

/// <summary>One forest with vector leaves for a group's tasks; every task keeps its best number of trees.</summary>
public sealed class BoostedTreesLearner : IGroupLearner
{
    private readonly BoostedTreesOptions _options;

    /// <summary>Takes the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public BoostedTreesLearner(BoostedTreesOptions? options = null)
    {
        _options = options ?? new BoostedTreesOptions();
        _options.Validate();
    }

    /// <summary>The same with these categories; itself where it names some already.</summary>
    internal BoostedTreesLearner WithCategories(IReadOnlyList<CategorySlots> categories) =>
        _options.Categories.Count > 0 ? this : new(_options with { Categories = categories });

    /// <inheritdoc/>
    public string Name => BoostedForest.KindName;

    /// <inheritdoc/>
    public string Settings => _options.Settings;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task cannot be learned (it is named), or a checkpoint is of another
    /// training.</exception>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Validate();
        ForestResult result = ForestTrainer.Train(table, split, tasks, _options, run);
        return new GroupFit
        {
            Models = [new ServingModel([.. tasks], result.Forest)],
            Epochs = result.Rounds,
            BestEpoch = Best(result.Rounds),
            StopReason = result.StopReason,
            Notes = [.. Notes(table, tasks, result)],
        };
    }

    private static int Best(IReadOnlyList<TrainingProgress> rounds)
    {
        int best = rounds.Count;
        for (int i = rounds.Count - 1; i >= 0; i--)
            if (rounds[i].ValidationLoss <= rounds[Math.Max(0, best - 1)].ValidationLoss)
                best = i + 1;
        return best;
    }

    private IEnumerable<string> Notes(TaskTable table, IReadOnlyList<int> tasks, ForestResult result)
    {
        string[] names = [.. tasks.Select(t => table.Tasks[t].Name)];
        string[] constant = [.. names.Where((_, i) => result.BestTrees[i] == 0)];
        if (constant.Length > 0)
            yield return $"No tree makes the validation loss of {string.Join(", ", constant.Select(n => $"'{n}'"))} " +
                "lower; they are predicted by a constant";
        string[] unjudged = [.. names.Where((_, i) => double.IsNaN(result.BestLosses[i]))];
        if (unjudged.Length > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(unjudged.Length, "task")} have no " +
                $"validation label and keep all {result.Rounds.Count} trees: {string.Join(", ", unjudged)}");
        if (result.Rounds.Count == _options.NumberOfTrees && result.BestTrees.Contains(_options.NumberOfTrees)
            && unjudged.Length < names.Length)
            yield return string.Create(CultureInfo.InvariantCulture, $"Some tasks were still getting better at " +
                $"{_options.NumberOfTrees} trees, the most that {nameof(BoostedTreesOptions.NumberOfTrees)} allows");
    }
}
