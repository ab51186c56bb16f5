using System.Globalization;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Test metrics of really trained groups; a group that several groupings hold is trained once.</summary>
internal sealed class RegretGroups(RegretSet set, TrainingOptions training, RegretCache cache, int threads)
{
    private readonly SharedBottomLearner _learner = new(training);
    private readonly string _data = string.Create(CultureInfo.InvariantCulture,
        $"{set.Name} {set.Seed} {set.Table.ContentHash:x16}");

    /// <summary>Names the data and the networks in keys of the cache.</summary>
    public string Key => $"{_data}; {_learner.Settings}";

    /// <summary>Trains what is not known yet, groups beside each other.</summary>
    public void Train(IEnumerable<TaskGrouping> groupings, ulong seed, CancellationToken cancellationToken)
    {
        TaskGroup[] missing = [.. groupings.SelectMany(g => g.Groups).DistinctBy(Text)
            .Where(group => cache[KeyOf(group, seed)] is null)];
        ParallelRuns.Map(missing.Length, threads, i =>
        {
            cache.Add(KeyOf(missing[i], seed), new JsonObject
            {
                ["metrics"] = new JsonArray([.. Measure(missing[i], seed, cancellationToken).Select(m =>
                    double.IsNaN(m) ? null : (JsonNode)m)]),
            });
            return true;
        }, cancellationToken);
    }

    /// <summary>Mean of the tasks' test metrics under a grouping whose groups are trained.</summary>
    public double Macro(TaskGrouping grouping, ulong seed) => grouping.Groups.SelectMany(group =>
        cache[KeyOf(group, seed)]!["metrics"]!.AsArray().Select(m => m?.GetValue<double>() ?? double.NaN))
        .Where(m => !double.IsNaN(m)).DefaultIfEmpty(double.NaN).Average();

    private string KeyOf(TaskGroup group, ulong seed) =>
        string.Create(CultureInfo.InvariantCulture, $"group {Text(group)}; {Key}; seed {seed}");

    private static string Text(TaskGroup group) => string.Join(',', group.Members);

    private double[] Measure(TaskGroup group, ulong seed, CancellationToken cancellationToken)
    {
        GroupFit fit = _learner.Fit(set.Table, set.Split, group.Members, new LearnerRun
        {
            Seed = seed, Threads = 1, CancellationToken = cancellationToken,
        });
        var metrics = new double[group.Members.Count];
        foreach (ServingModel serving in fit.Models)
            foreach (int task in serving.Served)
                metrics[group.Members.ToList().IndexOf(task)] = set.Metric(serving.Model, task);
        return metrics;
    }
}
