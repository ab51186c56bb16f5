using System.Globalization;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>
/// Fits another learner once per fold and takes the mean of the models' scores. Every fold stops by its own part of the
/// rows, so that all rows train, and all rows stop some model.
/// </summary>
/// <remarks>
/// For few rows, where a held-out fifth is missed in training and too small to say when to stop: each model sees
/// 1 − 1/K of the rows, and the mean of K models varies less from split to split than any of them. Costs K fits, and
/// scoring K models. Where rows are many one model is as good.
/// </remarks>
public sealed class FoldsLearner : IGroupLearner
{
    private readonly IGroupLearner _learner;
    private readonly int _folds;
    private readonly RowSplitter? _splitter;

    /// <summary>Takes what is fitted.</summary>
    /// <param name="learner">Fitted once per fold.</param>
    /// <param name="folds">Number of folds K, at least 2.</param>
    /// <param name="splitter">
    /// How rows are divided, such as by keys; its seed is not used, that of the run is. Null = every row for itself.
    /// </param>
    /// <exception cref="ArgumentException">The splitter is for rows in order of time: the first of them cannot be held
    /// out in turn.</exception>
    public FoldsLearner(IGroupLearner learner, int folds, RowSplitter? splitter = null)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        if (splitter?.IsOrdered == true)
            throw new ArgumentException("Rows in order of time cannot be held out in turn, since a model would be " +
                "stopped by rows from before those it learned from; hold out the last rows instead of folds",
                nameof(splitter));
        (_learner, _folds, _splitter) = (learner, folds, splitter);
    }

    /// <inheritdoc/>
    public string Name => "folds";

    /// <inheritdoc/>
    public string Settings => FormattableString.Invariant($"{_folds} folds of {_learner.Name} ({_learner.Settings})");

    /// <summary>Fits the folds of all rows, those to fit on and those to validate on.</summary>
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are fewer rows (or keys) than folds, or a task cannot be learned from
    /// them.</exception>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(run);
        int[] rows = [.. split.Train.Concat(split.Validation).Order()];
        RowSplit[] parts = ((_splitter ?? new()) with { Seed = run.Seed }).Folds(table, _folds, rows);
        GroupFit[] fits = [.. parts.Select((part, fold) => _learner.Fit(table, part, tasks, run with
        {
            Seed = new RandomStream(run.Seed, "fold", fold).NextUInt64(),
            CheckpointName = FormattableString.Invariant($"{run.CheckpointName}-fold{fold}"),
        }))];
        return new GroupFit
        {
            Models = [new ServingModel([.. tasks], Mean(table, tasks, fits))],
            Notes = [Note(fits), .. fits.SelectMany(f => f.Notes).Distinct()],
        };
    }

    private static EnsembleModel Mean(TaskTable table, IReadOnlyList<int> tasks, GroupFit[] fits)
    {
        TaskInfo[] infos = [.. tasks.Select(t => table.Tasks[t])];
        var members = new List<IGroupModel>();
        var weights = new List<float>();
        foreach (ServingModel serving in fits.SelectMany(f => f.Models))
            Add(serving.Model, [.. tasks.Select(t => serving.Served.Contains(t) ? 1f / fits.Length : 0)]);
        return new EnsembleModel(infos, members, [.. weights]);

        // Ensembles do not nest: the members of one take its weights along.
        void Add(IGroupModel model, float[] own)
        {
            if (own.All(w => w == 0))
                return;
            if (model is EnsembleModel ensemble)
                for (int m = 0; m < ensemble.Members.Count; m++)
                    Add(ensemble.Members[m],
                        [.. own.Select((w, t) => w == 0 ? 0 : w * ensemble.Weight(m, infos[t].Name))]);
            else
            {
                members.Add(model);
                weights.AddRange(own);
            }
        }
    }

    private string Note(GroupFit[] fits)
    {
        string epochs = fits.Any(f => f.BestEpoch == 0) ? "" : "; best epochs " +
            string.Join(", ", fits.Select(f => f.BestEpoch.ToString(CultureInfo.InvariantCulture)));
        int limited = fits.Count(f => f.StopReason is StopReason.MaxEpochs or StopReason.MaxSteps);
        return $"The model is the mean of {_folds} folds{epochs}" + (limited == 0 ? ""
            : $"; {limited} of them ended at the most epochs or steps that are allowed");
    }
}
