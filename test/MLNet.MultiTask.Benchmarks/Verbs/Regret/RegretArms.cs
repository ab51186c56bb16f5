using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>A grouping that somebody would choose.</summary>
/// <param name="Name">Who.</param>
/// <param name="Grouping">Null where it could not be found; <paramref name="Error"/> says why.</param>
/// <param name="Cost">Processor seconds that finding it took.</param>
/// <param name="Error">Why there is none.</param>
internal sealed record RegretArm(string Name, TaskGrouping? Grouping, double Cost = 0, string? Error = null);

/// <summary>What is chosen on the rows that train and stop: by every estimator, by the default, by training.</summary>
internal sealed class RegretArms(RegretSet set, int groupCount, TrainingOptions training, RegretCache cache)
{
    public const string Pipeline = "pipeline", Search = "search";

    // What an estimator finds is remembered for the library as it is now only.
    private static readonly Guid s_version = typeof(AffinityMethods).Module.ModuleVersionId;

    public RegretArm[] Known() =>
    [
        new("single", TaskGrouping.Single(set.Table.Tasks.Count)), new("all", TaskGrouping.All(set.Table.Tasks.Count)),
        .. set.Planted is { } planted ? [new RegretArm("planted", planted)] : Array.Empty<RegretArm>(),
    ];

    /// <summary>The groups of an estimator's affinity, as many as asked for.</summary>
    public RegretArm Estimated(string method, CancellationToken cancellationToken) =>
        Remembered(method, groupCount, () => Solve(method, groupCount, cancellationToken));

    /// <summary>What a pipeline of default components chooses, the number of groups included.</summary>
    public RegretArm Default(CancellationToken cancellationToken) =>
        Remembered(Pipeline, null, () => Solve(AffinityMethods.Default.Name, null, cancellationToken));

    /// <summary>What a trainer chooses that is told to group by itself: a search by really training.</summary>
    public RegretArm Searched(CancellationToken cancellationToken) => Remembered(Search, null, () =>
    {
        var learner = new SweepLearner(new SharedBottomLearner(training));
        SweepOptions options = new SweepBudget().For([learner], training, null, new SharedBottomTrainer.Options());
        return GroupingSweep.Run(set.KnownRows(), options with { Refit = false }, cancellationToken)
            .Best.Point.Grouping;
    });

    private TaskGrouping Solve(string method, int? groups, CancellationToken cancellationToken)
    {
        TaskAffinity affinity =
            AffinityMethods.Create(method, training).Estimate(set.Table, set.Split, cancellationToken);
        return new SdpGroupingSolver(new() { GroupCount = groups, Threads = training.Threads })
            .Solve(affinity, cancellationToken).Grouping;
    }

    private RegretArm Remembered(string name, int? groups, Func<TaskGrouping> find)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"arm {name} {groups}; {set.Name} {set.Seed} ") +
            string.Create(CultureInfo.InvariantCulture, $"{set.Table.ContentHash:x16}; ") +
            $"{TrainingSettings.Of(training)}; {s_version}";
        if (cache[key] is not { } found)
            cache.Add(key, found = Find(find));
        return new RegretArm(name, found["groups"] is { } text ? TaskGrouping.Parse(text.GetValue<string>()) : null,
            found["cost"]!.GetValue<double>(), found["error"]?.GetValue<string>());
    }

    private static JsonObject Find(Func<TaskGrouping> find)
    {
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        string? error = null;
        TaskGrouping? grouping = null;
        try
        {
            grouping = find();
        }
        catch (ArgumentException e)
        {
            error = e.Message;
        }
        double cost = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        return new JsonObject { ["groups"] = grouping?.ToString(), ["cost"] = Math.Round(cost, 2), ["error"] = error };
    }
}
