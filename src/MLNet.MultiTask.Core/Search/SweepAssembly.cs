using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Search;

/// <summary>Puts the model of a choice together, from the first fold's models or from new ones on all rows.</summary>
internal sealed class SweepAssembly(TaskTable table, SweepSpace space, SweepOptions options, TrialRunner runner)
{
    /// <summary>Trains every group that serves a task on all rows but those that stop it.</summary>
    public MultiTaskModel Refit(SweepTrial choice, string[] serving, CancellationToken cancellationToken)
    {
        RowSplit rows = options.Rows
            ?? (options.Splitter with { Seed = options.Seed }).Split(table, options.ValidationFraction,
                options.RowsToDivide);
        Part[] parts = Parts(choice, serving);
        GroupFit[] fits = ParallelRuns.MapInWaves(parts.Length, options.Threads, (i, threads) =>
            parts[i].Learner.Fit(table, rows, parts[i].Group.Members, new LearnerRun
            {
                Seed = options.Seed, Threads = threads, CancellationToken = cancellationToken,
            }), cancellationToken);
        return Assemble(parts, fits);
    }

    /// <summary>The first fold's models; those not at hand are trained again.</summary>
    public MultiTaskModel FirstFold(SweepTrial choice, string[] serving)
    {
        Part[] parts = Parts(choice, serving);
        return Assemble(parts, [.. parts.Select(p => runner.Models(p.Point, [p.Group], CancellationToken.None)[0])]);
    }

    private MultiTaskModel Assemble(Part[] parts, GroupFit[] fits) => GroupedTrainer.Assemble(table.Tasks,
        [.. parts.Select(p => p.Group)], fits);

    /// <summary>One part per group that serves a task.</summary>
    private Part[] Parts(SweepTrial choice, string[] serving) => [.. serving.Select((key, task) => (key, task))
        .GroupBy(s => s.key).Select(group =>
        {
            int[] served = [.. group.Select(s => s.task)];
            string[] text = group.Key.Split(' ', 2);
            int[] members = [.. text[0].Split(',').Select(int.Parse)];
            SweepPoint point = Point(choice, text[1]);
            return new Part(new TaskGroup(served, [.. members.Except(served)]), point,
                space.Check(point).Create(point.Settings));
        })];

    // Learner and settings of the text; the grouping is the choice's, which is in the space.
    private static SweepPoint Point(SweepTrial choice, string learner)
    {
        string[] words = learner.Split(' ');
        return new SweepPoint(choice.Point.Grouping, words[0], words.Skip(1).Select(w => w.Split('=', 2))
            .Select(w => KeyValuePair.Create(w[0], w[1])));
    }

    private sealed record Part(TaskGroup Group, SweepPoint Point, IGroupLearner Learner);
}
