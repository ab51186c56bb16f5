using System.Globalization;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask;

/// <summary>
/// Fits several learners and takes, for each task, the weighted mean of them that is best on rows which neither trained
/// nor stopped any: greedy selection with replacement (Caruana, Niculescu-Mizil, Crew, Ksikes 2004).
/// </summary>
public sealed class EnsembleLearner : IGroupLearner
{
    private readonly IReadOnlyList<IGroupLearner> _candidates;
    private readonly int _rounds;

    /// <summary>Takes the candidates.</summary>
    /// <param name="candidates">At least one.</param>
    /// <param name="rounds">Draws of the selection, at least 1: weights are multiples of 1 / rounds, or
    /// coarser.</param>
    public EnsembleLearner(IReadOnlyList<IGroupLearner> candidates, int rounds = 25)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        if (candidates.Count == 0)
            throw new ArgumentException("At least one candidate is needed", nameof(candidates));
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        (_candidates, _rounds) = ([.. candidates], rounds);
    }

    /// <inheritdoc/>
    public string Name => EnsembleModel.KindName;

    /// <inheritdoc/>
    public string Settings => FormattableString.Invariant($"{_rounds} rounds of ") +
        string.Join(" | ", _candidates.Select(c => $"{c.Name} ({c.Settings})"));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are fewer than two validation rows.</exception>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(run);
        if (split.Validation.Length < 2)
            throw new ArgumentException($"An ensemble is chosen on validation rows, {split.Validation.Length} given; " +
                "one half of them stops the candidates, the other half chooses", nameof(split));
        int[] order = new RandomStream(run.Seed, "ensemble rows").Permutation(split.Validation.Length);
        int half = order.Length / 2;
        int[] stop = [.. order[..half].Order().Select(i => split.Validation[i])];
        int[] choose = [.. order[half..].Order().Select(i => split.Validation[i])];
        var fits = new GroupFit[_candidates.Count];
        for (int c = 0; c < fits.Length; c++)
            fits[c] = _candidates[c].Fit(table, new RowSplit(split.Train, stop), tasks, run with
            {
                CheckpointName = FormattableString.Invariant($"{run.CheckpointName}-member{c}"),
            });
        TaskInfo[] infos = [.. tasks.Select(t => table.Tasks[t])];
        GreedySelection[] chosen = [.. tasks.Select((_, t) =>
            new GreedySelection(table, tasks[t], choose, fits, run.MaxThreads, _rounds))];
        var members = new List<IGroupModel>();
        var weights = new List<float>();
        for (int c = 0; c < fits.Length; c++)
            foreach (ServingModel serving in fits[c].Models)
            {
                float[] own = [.. tasks.Select((task, t) => serving.Served.Contains(task) ? chosen[t].Weights[c] : 0f)];
                if (own.All(w => w == 0))
                    continue;
                members.Add(serving.Model);
                weights.AddRange(own);
            }
        return new GroupFit
        {
            Models = [new ServingModel([.. tasks], new EnsembleModel(infos, members, [.. weights]))],
            Notes = [.. fits.SelectMany(f => f.Notes), .. infos.Select((task, t) => Note(task, chosen[t]))],
        };
    }

    private string Note(TaskInfo task, GreedySelection chosen) => chosen.IsBlind
        ? $"Task '{task.Name}' has no label in the rows that choose; its candidates count alike"
        : $"Task '{task.Name}' is " + string.Join(" + ", _candidates.Select((c, i) => (c.Name, Weight: chosen.Weights[i]))
            .Where(c => c.Weight > 0).Select(c => string.Create(CultureInfo.InvariantCulture,
                $"{c.Weight:0.##} {c.Name}")));
}
