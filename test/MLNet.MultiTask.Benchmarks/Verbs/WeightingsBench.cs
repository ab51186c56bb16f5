using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Learners;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Variants;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// What every weighting of tasks is worth on real data, all tasks in one network, beside equal weights in the groups
/// that training chooses: Δm over one network per task, and processor time; several seeds. A file keeps every training,
/// so that calls of a few minutes add up.
/// </summary>
internal sealed class WeightingsBench
{
    private readonly ToolConsole _console;
    private readonly NetworkOptions _network = new();
    private readonly Option<string> _manifest = new("--manifest")
    {
        Description = "JSON list of data sets.",
        Required = true,
    };
    private readonly Option<string[]> _sets = new("--set")
    {
        Description = "Names of data sets in the manifest.",
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };
    private readonly Option<string[]> _methods = new("--method")
    {
        Description = "The weightings, with settings where wanted [default: all]",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string[]> _cheaper = new("--cheaper")
    {
        Description = "Weightings that are trained with a cheaper Gramian, too: renewed every few steps, sketched, " +
            "and both.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<int> _interval =
        BenchVerb.Positive("--interval", "Steps from one cheaper Gramian to the next.", 20);
    private readonly Option<int> _sketch = BenchVerb.Positive("--sketch", "Numbers that a layer is sketched to.", 16);
    private readonly Option<int> _trials = BenchVerb.Positive("--trials", "Groupings that the search trains.", 8);
    private readonly Option<int> _rows = BenchVerb.Positive("--max-rows", "Rows of a data set at most.", 1500);
    private readonly Option<int> _minutes =
        BenchVerb.Positive("--minutes", "After so many no training is begun.", 9);
    private readonly Option<FileInfo?> _kept = new("--trials-file")
    {
        Description = "File that keeps every training; those that are in it are not made again.",
    };
    private readonly Option<FileInfo?> _table = new("--table") { Description = "File that gets the table, Markdown." };

    private WeightingsBench(ToolConsole console) => _console = console;

    public static Command Create(ToolConsole console)
    {
        var bench = new WeightingsBench(console);
        var verb = new BenchVerb(console, "weightings",
            "Trains data sets under every weighting of tasks; gains over one network per task, and time.",
            "Seeds of training.", 5, "--seeds");
        Option[] options = [bench._manifest, bench._sets, bench._methods, bench._cheaper, bench._interval,
            bench._sketch, bench._trials, bench._rows, bench._minutes, bench._kept, bench._table];
        foreach (Option option in options)
            verb.Command.Options.Add(option);
        bench._network.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        if (_network.Read(parsed, null, 1, run.Threads).Weighting is not EqualWeighting)
            throw new InputException("Here --method says which weightings are tried; leave --weighting out.");
        TaskWeighting[] methods = parsed.GetValue(_methods) is { Length: > 0 } given ? Parse(given)
            : [.. TaskWeightings.All.Where(m => m.Name != "fixed").Select(m => TaskWeightings.Parse(m.Name))];
        IReadOnlyList<WeightingArm> arms = WeightingArm.All(methods, Parse(parsed.GetValue(_cheaper) ?? []),
            parsed.GetValue(_interval), parsed.GetValue(_sketch));
        string[] sets = parsed.GetValue(_sets)!;
        var trials = new WeightingTrials(parsed.GetValue(_kept));
        long started = Stopwatch.GetTimestamp();
        TimeSpan limit = TimeSpan.FromMinutes(parsed.GetValue(_minutes));
        // Seed by seed: what is done after a while covers all sets.
        for (int seed = 1; seed <= run.Steps; seed++)
            foreach (string set in sets)
            {
                WeightingArm[] open = [.. arms.Where(a => !trials.Has(set, a.Name, seed, Settings(a, seed)))];
                if (open.Length == 0 || Stopwatch.GetElapsedTime(started) > limit)
                    continue;
                DataSet data = DataSet.Read(Manifest.Read(parsed.GetValue(_manifest)!, set), DataSplit.DefaultSeed,
                    parsed.GetValue(_rows), run.CancellationToken);
                TrainingOptions options = Options(seed);
                MultiTaskMetrics single = Train(data, TaskGrouping.Single(data.Table.Tasks.Count), options).Metrics;
                foreach (WeightingArm arm in open.TakeWhile(_ => Stopwatch.GetElapsedTime(started) <= limit))
                {
                    (double gain, double seconds) = Measure(data, arm, options, single);
                    trials.Add(set, arm.Name, seed, Settings(arm, seed), gain, seconds);
                }
            }
        var table = new WeightingsTable(arms, sets,
            (set, arm) => trials.Of(set, arm, seed => Settings(arms.First(a => a.Name == arm), seed), run.Steps));
        foreach (JsonObject line in table.Lines())
            yield return line;
        if (parsed.GetValue(_table) is { } file)
            File.WriteAllText(file.FullName, table.Markdown());
        int left = sets.Length * arms.Count * run.Steps - table.Lines().Sum(l => (int)l["seeds"]!);
        _console.Note(left == 0 ? table.Verdict() + "." : $"{left} trainings are left; the same command makes them.");

        TrainingOptions Options(int seed) => _network.Read(parsed, null, (ulong)seed, run.Threads);

        string Settings(WeightingArm arm, int seed) => TrainingSettings.Of(arm.Apply(Options(seed)))
            + $"; {parsed.GetValue(_rows)} rows" + (arm.IsGrouped ? $"; {parsed.GetValue(_trials)} trials" : "");

        (double, double) Measure(DataSet data, WeightingArm arm, TrainingOptions options, MultiTaskMetrics single)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            double gain;
            try
            {
                TaskGrouping grouping = arm.Name switch
                {
                    WeightingArm.Chosen => Search(data, options, parsed.GetValue(_trials), run.CancellationToken),
                    WeightingArm.Learned => Learned(data, options, run.CancellationToken),
                    _ => TaskGrouping.All(data.Table.Tasks.Count),
                };
                gain = Train(data, grouping, arm.Apply(options)).Metrics.DeltaM(single);
            }
            catch (InputException e) when (e.InnerException is TrainingDivergedException)
            {
                _console.Note($"{arm.Name}: {e.Message}");
                gain = double.NaN;
            }
            return (gain, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        Variant Train(DataSet data, TaskGrouping grouping, TrainingOptions own) =>
            new VariantTrainer(data, own, null, UnlearnableTasks.SetAside, null, _console)
                .Run(VariantArm.Named("network"), grouping, run.CancellationToken);
    }

    private TaskGrouping Search(DataSet data, TrainingOptions options, int trials,
        CancellationToken cancellationToken) =>
        new GroupingSearch(ToolLearner.Of(ToolLearner.SharedBottom), "gradient-cosine", trials, 1,
            false, UnlearnableTasks.SetAside, null, _console).Run(data, options, cancellationToken).Best.Point.Grouping;

    // Tasks that cannot be learned take no part; training sets them aside again.
    private static TaskGrouping Learned(DataSet data, TrainingOptions options, CancellationToken cancellationToken)
    {
        TaskTable all = data.Table;
        int[] tasks = SetAside.Find(all, data.Split.Train, UnlearnableTasks.SetAside).Learnable;
        float[] Cells(Func<int, int, float> cell) =>
            [.. Enumerable.Range(0, all.RowCount).SelectMany(row => tasks.Select(t => cell(row, t)))];
        var table = new TaskTable(all.Features, [.. tasks.Select(t => all.Tasks[t])], Cells(all.Label),
            all.Weights is null ? null : Cells((row, t) => all.Weights[row * all.Tasks.Count + t]));
        int[] chosen = new DmtgAffinity(new() { Training = options, Seed = options.Seed, Threads = options.Threads })
            .Group(table, data.TrainingRows, cancellationToken).ToAssignment();
        var groups = new int[all.Tasks.Count];
        for (int i = 0; i < tasks.Length; i++)
            groups[tasks[i]] = chosen[i];
        return TaskGrouping.FromAssignment(groups);
    }

    private static TaskWeighting[] Parse(string[] names) =>
        [.. names.Select(name => LibraryErrors.Translate(() => TaskWeightings.Parse(name)))];
}
