using System.Runtime.ExceptionServices;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Learners;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>
/// <c>--grouping auto</c>: the search of the library's trainers on the training rows, judged by the validation rows.
/// </summary>
/// <param name="learner">What is trained.</param>
/// <param name="method">Affinity that leads the search.</param>
/// <param name="trials">Groupings that are trained at most.</param>
/// <param name="runs">Times that each is trained, with other rows that stop it.</param>
/// <param name="helpers">Whether a task may help groups that do not serve it.</param>
/// <param name="unlearnable">What becomes of tasks that the training rows cannot teach.</param>
/// <param name="checkpoints">Where affinity and networks are kept; null = nowhere.</param>
/// <param name="console">Where it writes.</param>
internal sealed class GroupingSearch(ToolLearner learner, string method, int trials, int runs, bool helpers,
    UnlearnableTasks unlearnable, Checkpoints? checkpoints, ToolConsole console)
{
    /// <summary>Trains groupings and chooses the one of fewest networks within the noise of the best.</summary>
    /// <exception cref="InputException">No grouping could be trained, or a checkpoint is of another
    /// training.</exception>
    public SweepResult Run(DataSet data, TrainingOptions training, CancellationToken cancellationToken) =>
        console.Watch("Choosing the grouping by training", detail =>
        {
            var kept = new KeptLearner(learner.Create(training, data.Encoder), checkpoints);
            SweepResult result = Run(data, new SweepOptions
            {
                Learners = [new SweepLearner(kept)],
                AffinityEstimator = new KeptAffinity(method, data.FileName, training, checkpoints, console),
                MaxTrials = trials,
                Folds = runs,
                Helpers = helpers,
                Rows = data.TrainingRows,
                Confirm = false,
                Refit = false,
                Unlearnable = unlearnable,
                Seed = training.Seed,
                Threads = training.Threads,
                Progress = new Listener(kept, trials, detail, console),
            }, cancellationToken);
            // A sweep that is cancelled returns the best so far; here nothing may be chosen by half of the trials.
            cancellationToken.ThrowIfCancellationRequested();
            foreach (string note in result.Notes)
                console.Note($"Note: {note}.");
            return result;
        });

    private static SweepResult Run(DataSet data, SweepOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return LibraryErrors.Translate(() => GroupingSweep.Run(data.Table, options, cancellationToken));
        }
        catch (InvalidOperationException e)
        {
            throw new InputException(e.Message, e);
        }
    }

    private sealed class Listener(KeptLearner learner, int trials, Action<string> detail, ToolConsole console)
        : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            // A sweep goes on after a failed trial, but a checkpoint of other data is no trait of a grouping.
            if (learner.Fault is { } fault)
                ExceptionDispatchInfo.Throw(fault);
            SweepTrial trial = value.Trial;
            if (trial.Status == SweepTrialStatus.Failed)
                console.Note($"Note: the grouping {trial.Point.Grouping} could not be trained: {trial.Error}");
            detail(FormattableString.Invariant(
                $"{trial.Number} of at most {trials} groupings, best relative loss {value.Best?.Loss:F4}"));
        }
    }
}
