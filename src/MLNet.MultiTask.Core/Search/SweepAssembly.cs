using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Search;

/// <summary>Puts the model of a choice together, from the first fold's models or from new ones on all rows.</summary>
internal sealed class SweepAssembly(TaskTable table, SweepSpace space, SweepOptions options, TrialRunner runner)
{
    /// <summary>Trains every group that serves a task on all rows but those that stop it.</summary>
    public MultiTaskModel Refit(string[] serving, CancellationToken cancellationToken)
    {
        RowSplit rows = options.Rows
            ?? (options.Splitter with { Seed = options.Seed }).Split(table, options.ValidationFraction,
                options.RowsToDivide);
        Part[] parts = Parts(serving);
        GroupFit[] fits = ParallelRuns.MapInWaves(parts.Length, options.Threads, (i, threads) =>
            space.Create(parts[i].Settings).Fit(table, rows, parts[i].Group.Members, new LearnerRun
            {
                Seed = options.Seed, Threads = threads, CancellationToken = cancellationToken,
            }), cancellationToken);
        return Assemble(parts, fits);
    }

    /// <summary>The first fold's models; those not at hand are trained again.</summary>
    public MultiTaskModel FirstFold(string[] serving)
    {
        Part[] parts = Parts(serving);
        return Assemble(parts, [.. parts.Select(p => runner.Model(p.Settings, p.Group, CancellationToken.None))]);
    }

    private MultiTaskModel Assemble(Part[] parts, GroupFit[] fits) => GroupedTrainer.Assemble(table.Tasks,
        [.. parts.Select(p => p.Group)], fits);

    /// <summary>One part per group that serves a task.</summary>
    private static Part[] Parts(string[] serving) => [.. serving.Select((key, task) => (key, task))
        .GroupBy(s => s.key).Select(group =>
        {
            int[] served = [.. group.Select(s => s.task)];
            string[] text = group.Key.Split(' ', 2);
            int[] members = [.. text[0].Split(',').Select(int.Parse)];
            return new Part(new TaskGroup(served, [.. members.Except(served)]), LearnerSettings.Parse(text[1]));
        })];

    private sealed record Part(TaskGroup Group, LearnerSettings Settings);
}
