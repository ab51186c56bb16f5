using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>One tabular network for a group's tasks (see <see cref="TabularNetwork"/>).</summary>
public sealed class TabularLearner : IGroupLearner
{
    private const int PilotShare = 4;
    private readonly TabularOptions _options;

    /// <summary>Takes how networks are trained.</summary>
    /// <param name="options">Null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public TabularLearner(TabularOptions? options = null)
    {
        _options = options ?? new();
        _options.Validate();
    }

    /// <inheritdoc/>
    public string Name => "tabular";

    /// <inheritdoc/>
    public string Settings => _options.Text();

    /// <inheritdoc/>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run) =>
        Fit(table, split, tasks, run, null);

    /// <summary>The same with the network inside another, such as one that watches its steps; trials of the scaling are
    /// not.</summary>
    internal GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run,
        Func<ITrainableNetwork, ITrainableNetwork>? around)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Validate();
        var problem = new TrainingProblem(table, split, tasks);
        (FeatureScaling scaling, string? note) = Choose(problem, tasks, run);
        using var training = new TabularTraining(problem, _options, scaling, run.Seed, run.MaxThreads, around);
        GroupFit fit = training.Run(run, tasks);
        return note is null ? fit : fit with { Notes = [.. fit.Notes, note] };
    }

    private (FeatureScaling, string?) Choose(TrainingProblem problem, IReadOnlyList<int> tasks, LearnerRun run)
    {
        if (_options.Scaling == TabularScaling.SmoothClip || problem.Validation.Length == 0)
            return (FeatureScaling.Robust(problem.Table, problem.Train), null);
        if (_options.Scaling == TabularScaling.Standard)
            return (FeatureScaling.Standard(problem.Table, problem.Train), null);
        FeatureScaling[] choices = [FeatureScaling.Robust(problem.Table, problem.Train),
            FeatureScaling.Standard(problem.Table, problem.Train)];
        TabularOptions pilot = _options with { Epochs = Math.Max(1, _options.Epochs / PilotShare) };
        var losses = new double[choices.Length];
        for (int i = 0; i < choices.Length; i++)
        {
            using var training = new TabularTraining(problem, pilot, choices[i], run.Seed, run.MaxThreads);
            training.Run(new LearnerRun { Seed = run.Seed, CancellationToken = run.CancellationToken }, tasks);
            losses[i] = training.BestLoss;
        }
        bool standard = losses[1] < losses[0];
        return (choices[standard ? 1 : 0], FormattableString.Invariant(
            $"Features are scaled by {(standard ? "mean and deviation" : "quartiles, with a smooth clip")}: ") +
            FormattableString.Invariant(
                $"validation loss {losses[standard ? 1 : 0]:G4}, otherwise {losses[standard ? 0 : 1]:G4}"));
    }
}
