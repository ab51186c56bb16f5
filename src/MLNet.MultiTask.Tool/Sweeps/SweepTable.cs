using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool.Variants;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Output;
using Spectre.Console;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>
/// The arms of a sweep on test rows, which no trial saw: each trained as often as a trial, with other seeds, so that
/// the noise is known.
/// </summary>
internal sealed class SweepTable
{
    private readonly SweepResult _result;
    private readonly DataSet _data;
    private readonly (string Name, MultiTaskMetrics[] Runs)[] _arms;

    public SweepTable(DataSet data, SweepOptions options, SweepResult result, CancellationToken cancellationToken)
    {
        (_data, _result) = (data, result);
        ConstantPredictor constant = Scoring.Constant(data, data.Split.Train);
        List<MultiTaskMetrics>[] runs = [.. result.Table.Select(_ => new List<MultiTaskMetrics>())];
        try
        {
            // Run by run for all arms, so that an early end leaves something of each.
            for (int run = 0; run < result.Folds; run++)
                for (int arm = 0; arm < runs.Length; arm++)
                    runs[arm].Add(Train(result.Table[arm].Trial.Point, run));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            IsCut = true;
        }
        int whole = runs.Min(r => r.Count);
        _arms = whole == 0 ? [] : [.. result.Table.Zip(runs, (arm, own) => (arm.Name, own.Take(whole).ToArray()))];

        MultiTaskMetrics Train(SweepPoint point, int run)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var learner = new LearnerPerGroup(point.Grouping, [.. point.Groups.Select(g =>
                options.Learners.First(l => l.Name == g.Learner).Create(g.Settings))]);
            MultiTaskModel model = LibraryErrors.Translate(() => GroupedTrainer.Train(data.Table, data.TrainingRows,
                point.Grouping, learner, new LearnerRun
                {
                    Seed = new RandomStream(options.Seed, "table", run).NextUInt64(),
                    Threads = options.Threads,
                    CancellationToken = cancellationToken,
                })).Model;
            return Scoring.Evaluate(data, model, data.Split.Test, constant, options.Threads);
        }
    }

    /// <summary>Whether it ended before all was trained.</summary>
    public bool IsCut { get; }

    /// <summary>Properties best, table, trials, stopped and seconds.</summary>
    public JsonObject ToJson() => new()
    {
        ["best"] = Best(_result.Best.Point),
        ["tasks"] = JsonFile.Texts(_data.Table.Tasks.Select(t => t.Name)),
        ["setAside"] = JsonFile.Texts(_result.SetAside.Select(t => _data.Table.Tasks[t].Name)),
        ["table"] = new JsonObject(_arms.Select(a => KeyValuePair.Create(a.Name, (JsonNode?)Arm(a.Runs)))),
        ["trials"] = _result.Trials.Count,
        ["failed"] = _result.Trials.Count(t => t.Status == SweepTrialStatus.Failed),
        ["stopped"] = _result.StopReason.ToString(),
        ["notes"] = JsonFile.Texts(_result.Notes),
        ["seconds"] = _result.Seconds,
    };

    private static JsonObject Best(SweepPoint point)
    {
        JsonObject best = Settings(new LearnerSettings(point.Learner, point.Settings));
        best.Insert(0, "grouping", point.Grouping.ToString());
        if (!point.IsShared)
            best["groups"] = new JsonArray([.. point.Groups.Select(Settings)]);
        return best;
    }

    private static JsonObject Settings(LearnerSettings own) => new()
    {
        ["learner"] = own.Learner,
        ["settings"] = new JsonObject(own.Settings.Select(s =>
            KeyValuePair.Create(s.Key, (JsonNode?)JsonValue.Create(s.Value)))),
    };

    /// <summary>One row per arm: models, loss on the judging rows, and the test metrics with their deviation.</summary>
    public Table ToTable()
    {
        string[] metrics = _arms.Length == 0 ? [] : [.. Macro(_arms[0].Runs).Select(m => m.Name)];
        Table table = Tables.Create("arm", ["models", "loss", .. metrics.SelectMany(m => new[] { m, "±" })]);
        foreach (SweepArm arm in _result.Table)
        {
            MultiTaskMetrics[] runs = _arms.FirstOrDefault(a => a.Name == arm.Name).Runs ?? [];
            Tables.AddRow(table, [arm.Name, $"{_result.ModelsOf(arm.Trial)}", Tables.Number(arm.Trial.Loss),
                .. Macro(runs).SelectMany(m => new[] { Tables.Number(m.Mean), Tables.Number(m.Sd) })]);
        }
        return table;
    }

    private JsonObject Arm(MultiTaskMetrics[] runs) => new()
    {
        ["macro"] = Values(Macro(runs)),
        ["perTask"] = new JsonObject(Enumerable.Range(0, _data.Table.Tasks.Count).Select(t => KeyValuePair.Create(
            _data.Table.Tasks[t].Name, (JsonNode?)Values(Means(runs.Select(r => (MetricValues)r.Tasks[t])))))),
    };

    /// <summary>Means over the tasks that have a model: what a constant scores says nothing of an arm.</summary>
    private IEnumerable<(string Name, double Mean, double Sd)> Macro(IEnumerable<MultiTaskMetrics> runs) =>
        Means(runs.Select(r => r.MacroWithout(_result.SetAside)));

    private static JsonObject Values(IEnumerable<(string Name, double Mean, double Sd)> means) => new(means.Select(m =>
        KeyValuePair.Create(m.Name, (JsonNode?)new JsonObject
        {
            ["mean"] = JsonFile.Number(m.Mean), ["sd"] = JsonFile.Number(m.Sd),
        })));

    /// <summary>Mean and standard deviation over the runs of every metric that is defined.</summary>
    private static IEnumerable<(string Name, double Mean, double Sd)> Means(IEnumerable<MetricValues> runs) =>
        runs.SelectMany(r => r.Named()).Where(m => double.IsFinite(m.Value)).GroupBy(m => m.Key).Select(group =>
        {
            double[] values = [.. group.Select(m => m.Value)];
            double mean = values.Average();
            return (group.Key, mean, values.Length < 2 ? double.NaN
                : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)));
        });
}
