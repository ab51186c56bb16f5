using System.Globalization;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Fits several learners and takes, for each task, the weighted mean of them that is best on rows which neither trained
/// nor stopped what scores them: greedy selection with replacement (Caruana, Niculescu-Mizil, Crew, Ksikes 2004).
/// </summary>
/// <remarks>
/// The validation rows are cut in two halves and every learner is fitted twice: one half stops the first fit and judges
/// the second, the other half the other way round. So all validation rows choose, and the mean of both fits, which is
/// what a learner gives to the ensemble, is better than either.
/// </remarks>
public sealed class EnsembleLearner : IGroupLearner
{
    private readonly IReadOnlyList<IGroupLearner> _candidates;
    private readonly int _rounds;

    /// <summary>Takes the candidates.</summary>
    /// <param name="candidates">At least one; null = <see cref="DefaultCandidates"/>.</param>
    /// <param name="rounds">Draws of a selection, at least 1.</param>
    public EnsembleLearner(IReadOnlyList<IGroupLearner>? candidates = null, int rounds = 25)
    {
        candidates ??= DefaultCandidates();
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

    /// <summary>
    /// The library's learners with their defaults, and those whose other defaults make a difference: networks and trees
    /// err in different rows.
    /// </summary>
    /// <param name="training">Of the shared-bottom network; null = the defaults.</param>
    public static IReadOnlyList<IGroupLearner> DefaultCandidates(TrainingOptions? training = null) =>
    [
        new TabularLearner(), new BoostedTreesLearner(), new BoostedTreesLearner(new()
        {
            NumberOfLeaves = 8, FeatureFraction = 0.5, SubsampleFraction = 0.7, MinimumExampleCountPerLeaf = 5,
        }), new SharedBottomLearner(training ?? new()), new LinearLearner(),
    ];

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
                "each half of them stops what the other half chooses", nameof(split));
        int[][] halves = Halves(split.Validation, run.Seed);
        GroupFit[][] fits = [
            .. halves.Select((stop, half) => Fit(table, new RowSplit(split.Train, stop), tasks, run, half))];
        TaskInfo[] infos = [.. tasks.Select(t => table.Tasks[t])];
        GreedySelection[] chosen = [.. tasks.Select(task =>
        {
            var scores = new CandidateScores(table.Tasks[task], _candidates.Count);
            for (int half = 0; half < fits.Length; half++)
                scores.Add(table, task, halves[1 - half], fits[half], run.MaxThreads);
            return new GreedySelection(scores, _rounds,
                new RandomStream(run.Seed, "ensemble samples/" + table.Tasks[task].Name));
        })];
        var members = new List<IGroupModel>();
        var weights = new List<float>();
        for (int c = 0; c < _candidates.Count; c++)
            foreach (ServingModel serving in fits.SelectMany(half => half[c].Models))
            {
                float[] own = [.. tasks.Select((task, t) =>
                    serving.Served.Contains(task) ? chosen[t].Weights[c] / halves.Length : 0)];
                if (own.All(w => w == 0))
                    continue;
                members.Add(serving.Model);
                weights.AddRange(own);
            }
        return new GroupFit
        {
            Models = [new ServingModel([.. tasks], new EnsembleModel(infos, members, [.. weights]))],
            Notes = [.. fits.SelectMany(half => half).SelectMany(f => f.Notes).Distinct(),
                .. infos.Select((task, t) => Note(task, chosen[t]))],
        };
    }

    private static int[][] Halves(int[] rows, ulong seed)
    {
        int[] order = new RandomStream(seed, "ensemble rows").Permutation(rows.Length);
        int half = order.Length / 2;
        return [[.. order[..half].Order().Select(i => rows[i])], [.. order[half..].Order().Select(i => rows[i])]];
    }

    private GroupFit[] Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run, int half) =>
        [.. _candidates.Select((candidate, c) => candidate.Fit(table, split, tasks, run with
        {
            // Other initial weights, too: what differs more is worth more together.
            Seed = new RandomStream(run.Seed, "ensemble seeds", half).NextUInt64(),
            CheckpointName = FormattableString.Invariant($"{run.CheckpointName}-member{2 * c + half}"),
        }))];

    private string Note(TaskInfo task, GreedySelection chosen) => chosen.IsBlind
        ? $"Task '{task.Name}' has no label in the rows that choose; its candidates count alike"
        : $"Task '{task.Name}' is "
        + string.Join(" + ", _candidates.Select((c, i) => (c.Name, Weight: chosen.Weights[i]))
            .Where(c => c.Weight > 0).Select(c => string.Create(CultureInfo.InvariantCulture,
                $"{c.Weight:0.##} {c.Name}")));
}
