using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// What a sweep costs beside training, and what the cache of groups saves: in processor time of the whole process,
/// which hardly depends on what else runs.
/// </summary>
internal sealed class SweepCostBench
{
    private const int ManyTrials = 1000;

    private readonly SweepBenchOptions _options = new(trials: 200);
    private readonly DataOptions _data = new(forTraining: true);

    public static Command Create(ToolConsole console)
    {
        var bench = new SweepCostBench();
        var verb = new BenchVerb(console, "sweep-cost",
            "Processor time of a proposal and time of a line of the history at 1,000 trials, and whether memory " +
            "grows, also after a resume; with --data, the processor time of a sweep with and without the cache of " +
            "groups, and the share that is not training.",
            "Tasks of the made-up trials.", 14, "--tasks");
        bench._options.AddTo(verb.Command);
        bench._data.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        if (parsed.Tokens.Any(t => t.Value is "--data" or "--manifest"))
            yield return Cache(parsed, run);
        else
        {
            yield return Proposals(run.Steps);
            yield return History(run.Steps);
            string history = Path.Combine(Path.GetTempPath(), $"sweep-cost-{Guid.NewGuid():N}.jsonl");
            try
            {
                yield return Memory(run, "training", history);
                yield return Memory(run, "the history", history);
            }
            finally
            {
                File.Delete(history);
            }
        }
    }

    /// <summary>Processor milliseconds of propose and report, all of a thousand and the last hundred.</summary>
    private static JsonObject Proposals(int tasks)
    {
        var proposer = new SweepProposer(new SweepSpace([.. Enumerable.Range(0, tasks).Select(t => $"t{t}")],
            [new SweepLearner(new MadeUpLearner())]));
        var stream = new RandomStream(1, "losses");
        var milliseconds = new double[ManyTrials];
        for (int i = 0; i < ManyTrials; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            SweepPoint point = proposer.Propose()!;
            double[][] losses = [.. Enumerable.Range(0, 3)
                .Select(_ => MadeUpLearner.Losses(point.Grouping, ref stream))];
            proposer.Report(point, losses);
            milliseconds[i] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        }
        return new JsonObject
        {
            ["bench"] = "sweep proposals",
            ["tasks"] = tasks,
            ["trials"] = ManyTrials,
            ["meanMs"] = Math.Round(milliseconds.Average(), 3),
            ["meanMsOfLastHundred"] = Math.Round(milliseconds[^100..].Average(), 3),
            ["largestMs"] = Math.Round(milliseconds[100..].Max(), 3),
        };
    }

    private static JsonObject History(int tasks)
    {
        string path = Path.GetTempFileName();
        File.Delete(path);
        var stream = new RandomStream(1, "losses");
        var milliseconds = new double[ManyTrials];
        using (SweepHistory history = SweepHistory.Open(path, ["bench"], a => a, out _))
            for (int i = 0; i < ManyTrials; i++)
            {
                TaskGrouping grouping = MadeUpLearner.Grouping(tasks, ref stream);
                var trial = new SweepTrial
                {
                    Number = i + 1, Point = new SweepPoint(grouping, "made-up"), Status = SweepTrialStatus.Completed,
                    Losses = [MadeUpLearner.Losses(grouping, ref stream), MadeUpLearner.Losses(grouping, ref stream),
                        MadeUpLearner.Losses(grouping, ref stream)],
                };
                long started = Stopwatch.GetTimestamp();
                history.Add(trial);
                milliseconds[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
        long bytes = new FileInfo(path).Length;
        File.Delete(path);
        Array.Sort(milliseconds);
        return new JsonObject
        {
            ["bench"] = "sweep history",
            ["trials"] = ManyTrials,
            ["bytesPerTrial"] = bytes / ManyTrials,
            ["medianMs"] = Math.Round(milliseconds[ManyTrials / 2], 3),
            ["percentile99Ms"] = Math.Round(milliseconds[ManyTrials * 99 / 100], 3),
        };
    }

    /// <summary>The managed heap after 100 and after 1,000 trials, whose models weigh a megabyte each.</summary>
    private static JsonObject Memory(BenchRun run, string from, string history)
    {
        var heap = new Dictionary<int, long>();
        TaskTable table = MadeUpLearner.Table(run.Steps);
        SweepResult result = GroupingSweep.Run(table, new SweepOptions
        {
            Learners = [new SweepLearner(new MadeUpLearner())],
            MaxTrials = ManyTrials,
            StopLosers = false,
            Refit = false,
            Threads = run.Threads,
            HistoryFile = history,
            Progress = new Watch(heap),
        }, run.CancellationToken);
        return new JsonObject
        {
            ["bench"] = "sweep memory",
            ["trials"] = result.Trials.Count,
            ["from"] = from,
            ["models"] = result.GroupsTrained,
            ["megabytesAfter100"] = Math.Round(heap[100] / 1e6, 2),
            ["megabytesAfter1000"] = Math.Round(heap[ManyTrials] / 1e6, 2),
            ["grownBy"] = Math.Round((double)heap[ManyTrials] / heap[100] - 1, 4),
            ["bytesPerTrial"] = (heap[ManyTrials] - heap[100]) / (ManyTrials - 100),
        };
    }

    private JsonObject Cache(ParseResult parsed, BenchRun run)
    {
        DataSet data = DataSet.Read(_data.Describe(parsed), _data.SplitSeed(parsed), _data.MaxRows(parsed),
            run.CancellationToken);
        SweepOptions options = _options.Sweep(parsed, _options.Training(parsed, 1, run)) with { Refit = false };
        // Compiles: what runs first would otherwise pay for both.
        Timed(options with { MaxTrials = 3 });
        TimedEstimator? estimator = options.AffinityEstimator is { } own ? new TimedEstimator(own) : null;
        (SweepResult shared, double with, double training) = Timed(options with { AffinityEstimator = estimator });
        // The trials one by one: nothing is estimated again, only trained and judged.
        (SweepResult alone, double without, _) = Timed(options with
        {
            AffinityEstimator = estimator?.Known(), SharesGroups = false,
        });
        double affinity = estimator?.Seconds ?? 0;
        return new JsonObject
        {
            ["bench"] = "sweep cache",
            ["data"] = data.FileName,
            ["trials"] = shared.Trials.Count,
            ["sameTrials"] = shared.Trials.Select(t => (t.Point, t.Loss)).SequenceEqual(
                alone.Trials.Select(t => (t.Point, t.Loss))),
            ["groupsAsked"] = shared.GroupsAsked,
            ["groupsTrained"] = shared.GroupsTrained,
            ["secondsShared"] = Math.Round(with, 2),
            ["secondsOfAffinity"] = Math.Round(affinity, 2),
            ["secondsOfTrials"] = Math.Round(training, 2),
            ["secondsAlone"] = Math.Round(without, 2),
            ["faster"] = Math.Round(without / with, 2),
            ["fasterWithoutAffinity"] = Math.Round(without / (with - affinity), 2),
            ["overhead"] = Math.Round((with - affinity - training) / with, 4),
        };

        (SweepResult Result, double Seconds, double Training) Timed(SweepOptions timed)
        {
            var clock = new BusyClock();
            var learner = new TimedLearner(timed.Learners[0].Create(new Dictionary<string, string>()), clock);
            TimeSpan before = Environment.CpuUsage.TotalTime;
            SweepResult result = GroupingSweep.Run(data.Table, timed with
            {
                Learners = [new SweepLearner(learner)],
                Executor = new TimedExecutor(new LocalExecutor(timed.Threads), clock),
            }, run.CancellationToken);
            return (result, (Environment.CpuUsage.TotalTime - before).TotalSeconds, clock.Seconds);
        }
    }

    private sealed class Watch(Dictionary<int, long> heap) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            if (value.Trial.Number is 100 or ManyTrials)
                heap[value.Trial.Number] = GC.GetTotalMemory(forceFullCollection: true);
        }
    }
}
