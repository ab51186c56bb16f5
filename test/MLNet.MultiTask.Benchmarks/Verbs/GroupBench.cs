using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// The grouping relaxation on planted instances, and beside it, in the same run, general solvers through a script that
/// takes <c>--sizes N --solvers S --noise X</c> and prints one JSON line with <c>seconds</c> and <c>value</c>.
/// </summary>
internal sealed class GroupBench
{
    private static readonly Option<int[]> Sizes = new("--size")
    {
        Description = "Numbers of tasks; there are n/10 groups, at least 4 [default: 20 50 100 200]",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<double> Noise = new("--noise")
    {
        Description = "Amplitude of the noise around 0.75 inside and 0.25 across groups.",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<ulong> Seed =
        new("--seed") { Description = "Seed of the instances.", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Cuts =
        new("--triangle-cuts") { Description = "Tighten the bound by triangle inequalities." };
    private static readonly Option<string?> Peers =
        new("--peers") { Description = "Script that times other solvers on the same instances.", HelpName = "SCRIPT" };
    private static readonly Option<string> Python =
        new("--python") { Description = "Interpreter of the script.", DefaultValueFactory = _ => "python3" };
    private static readonly Option<string> Solvers =
        new("--solvers") { Description = "Solvers for the script.", DefaultValueFactory = _ => "csdp,sdpa" };

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "group", "Times the grouping relaxation to a relative gap of 1e-4.",
            "Solutions timed after one warm-up, of the relaxation alone and of the whole grouping; the best counts.",
            3);
        foreach (Option option in (Option[])[Sizes, Noise, Seed, Cuts, Peers, Python, Solvers])
            verb.Command.Options.Add(option);
        verb.SetAction(Lines);
        return verb.Command;
    }

    private static IEnumerable<JsonObject> Lines(ParseResult parsed, BenchRun run)
    {
        foreach (int n in parsed.GetValue(Sizes) is { Length: > 0 } sizes ? sizes : [20, 50, 100, 200])
        {
            if (n < 4)
                throw new InputException($"--size is {n}; at least 4 tasks are expected.");
            JsonObject own = Own(n, parsed, run);
            yield return own;
            if (parsed.GetValue(Peers) is { } script)
                foreach (JsonObject peer in Run(script, n, parsed, run))
                {
                    if (peer["seconds"] is JsonValue seconds && seconds.TryGetValue(out double time))
                        peer["times"] = Math.Round(time / (double)own["seconds"]!, 1);
                    yield return peer;
                }
        }
    }

    private static JsonObject Own(int n, ParseResult parsed, BenchRun run)
    {
        int groups = GroupCount(n);
        TaskAffinity affinity = Planted(n, groups, parsed.GetValue(Noise), parsed.GetValue(Seed));
        // What the peers solve: the relaxation. One start of the search is its rounding; the search on the objective is
        // timed beside it.
        SdpGroupingOptions relaxation =
            new() { GroupCount = groups, Threads = run.Threads, Restarts = 1, Perturbations = 0 };
        SdpGroupingOptions grouping =
            new() { GroupCount = groups, Threads = run.Threads, TriangleCuts = parsed.GetValue(Cuts) };
        (_, double seconds) = Best(relaxation, affinity, run);
        (GroupingResult result, double all) = Best(grouping, affinity, run);
        return new JsonObject
        {
            ["bench"] = "group",
            ["solver"] = "mlnet-multitask",
            ["n"] = n,
            ["k"] = groups,
            ["threads"] = run.Threads,
            ["seconds"] = Math.Round(seconds, 4),
            ["groupingSeconds"] = Math.Round(all, 4),
            ["iterations"] = result.Iterations,
            ["value"] = result.SdpValue,
            ["sdpBound"] = result.SdpBound,
            ["sdpGap"] = result.SdpGap,
            ["objective"] = result.Objective,
            ["bound"] = result.Bound,
            ["optimal"] = result.IsOptimal,
        };
    }

    /// <summary>The result and the shortest time, after one warm-up.</summary>
    private static (GroupingResult Result, double Seconds) Best(SdpGroupingOptions options,
        TaskAffinity affinity, BenchRun run)
    {
        var solver = new SdpGroupingSolver(options);
        GroupingResult result = solver.Solve(affinity, run.CancellationToken);
        double best = double.PositiveInfinity;
        for (int step = 0; step < run.Steps; step++)
        {
            long started = Stopwatch.GetTimestamp();
            solver.Solve(affinity, run.CancellationToken);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        return (result, best);
    }

    /// <summary>
    /// 4 groups for 20 tasks and 5 for 50, as in the published instances; a tenth of the tasks from there on.
    /// </summary>
    private static int GroupCount(int n) => Math.Max(4, n / 10);

    /// <summary>
    /// The instances of the peer script: SplitMix64 of seed and cell, 0.75 inside equal blocks, 0.25 across, plus
    /// noise.
    /// </summary>
    private static TaskAffinity Planted(int n, int groups, double noise, ulong seed)
    {
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = i; j < n; j++)
            {
                double uniform =
                    (RandomStream.Mix(seed + (ulong)(i * n + j + 1) * 0x9E3779B97F4A7C15) >> 11) * (1.0 / (1UL << 53));
                values[i * n + j] = values[j * n + i] = (i * groups / n == j * groups / n ? 0.75 : 0.25)
                    + noise * (2 * uniform - 1);
            }
        return new TaskAffinity([.. Enumerable.Range(0, n).Select(i => $"task{i}")], values, "planted");
    }

    private static List<JsonObject> Run(string script, int n, ParseResult parsed, BenchRun run)
    {
        string noise = parsed.GetValue(Noise).ToString(System.Globalization.CultureInfo.InvariantCulture);
        ProcessStartInfo start = new(parsed.GetValue(Python)!, [script, "--sizes", $"{n}", "--solvers",
            parsed.GetValue(Solvers)!, "--threads", $"{run.Threads}", "--noise", noise, "--seed",
            $"{parsed.GetValue(Seed)}"]) { RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start)!;
            using CancellationTokenRegistration stop =
                run.CancellationToken.Register(() => process.Kill(entireProcessTree: true));
            string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            run.CancellationToken.ThrowIfCancellationRequested();
            return process.ExitCode == 0 ? [.. lines.Select(l => JsonNode.Parse(l)!.AsObject())]
                : throw new InputException($"'{start.FileName} {script}' failed with exit code {process.ExitCode}.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InputException($"Cannot run '{start.FileName}': {e.Message}", e);
        }
    }
}
