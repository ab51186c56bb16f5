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
                metrics[group.Members.ToList().IndexOf(task)] = Measure(serving.Model, task);
        return metrics;
    }

    private double Measure(IGroupModel model, int task)
    {
        TaskInfo info = set.Table.Tasks[task];
        int[] rows = [.. set.Test.Where(row => set.Table.IsObserved(row, task))];
        if (rows.Length == 0)
            return double.NaN;
        var features = new float[rows.Length * set.Table.FeatureCount];
        set.Table.Features.CopyRows(rows, features);
        var all = new float[rows.Length * model.OutputCount];
        model.Score(features, rows.Length, all, []);
        int offset = model.OutputOffset(model.Tasks.ToList().FindIndex(t => t.Name == info.Name));
        var scores = new float[rows.Length * info.OutputCount];
        for (int i = 0; i < rows.Length; i++)
            all.AsSpan(i * model.OutputCount + offset, info.OutputCount).CopyTo(scores.AsSpan(i * info.OutputCount));
        float[] labels = [.. rows.Select(row => set.Table.Label(row, task))];
        TaskMetrics metrics = MultiTaskMetrics.Evaluate([info], scores, labels,
            reference: ConstantPredictor.Learn([info], TrainLabels(task))).Tasks[0];
        return set.MetricName switch
        {
            "auc" => metrics.AreaUnderRocCurve, "logloss" => metrics.LogLoss, _ => metrics.RelativeRmse,
        };
    }

    private float[] TrainLabels(int task) => [.. set.Split.Train.Select(row => set.Table.Label(row, task))];
}
