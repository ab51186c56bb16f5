using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// What Grad-TAG on a module costs, against training the module on as many subsets of tasks for real.
/// </summary>
internal static class TorchGradTagBench
{
    private const int Tasks = 16, Features = 32, Rows = 2000, Subsets = 2500;

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "torch-gradtag",
            "Times Grad-TAG on a TorchSharp module with 2,500 subsets of 16 " +
            "tasks, and real trainings of a few of them.", "Subsets really trained.", 8, "--subsets");
        verb.SetAction((_, run) => [Line(run)]);
        return verb.Command;
    }

    private static JsonObject Line(BenchRun run)
    {
        TaskTable table = Table();
        RowSplit split = RowSplit.Random(Rows, 0.2, 1);
        var module = new TorchModuleOptions
        {
            Architecture = "mlp(hidden=64,32)",
            Training = new TrainingOptions { MaxEpochs = 30, Patience = 8, LearningRate = 0.003f },
        };
        long start = Stopwatch.GetTimestamp();
        TaskAffinity affinity = new TorchGradTagAffinity(new TorchGradTagOptions
        {
            Module = module, Subsets = Subsets, SubsetSize = 5, Threads = run.Threads,
        }).Estimate(table, split, run.CancellationToken);
        double estimate = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int[][] subsets = AffinitySubsets.Draw(Tasks, 5, 0, 1, 1);
        var learner = new TorchModuleLearner(module);
        int trained = Math.Min(run.Steps, subsets.Length);
        start = Stopwatch.GetTimestamp();
        for (int s = 0; s < trained; s++)
            learner.Fit(table, split, subsets[s], new LearnerRun
            {
                Seed = (ulong)s + 1, Threads = run.Threads, CancellationToken = run.CancellationToken,
            });
        double each = Stopwatch.GetElapsedTime(start).TotalSeconds / trained;
        return new JsonObject
        {
            ["bench"] = "torch-gradtag",
            ["threads"] = run.Threads,
            ["subsets"] = (int)affinity.Diagnostics["subsets"],
            ["dimension"] = affinity.Diagnostics["dimension"],
            ["estimate_s"] = Math.Round(estimate, 2),
            ["retraining_s_per_subset"] = Math.Round(each, 3),
            ["share"] = Math.Round(estimate / (each * Subsets), 4),
        };
    }

    private static TaskTable Table()
    {
        var random = new RandomStream(5, "torch bench");
        float[] x = new float[Rows * Features], labels = new float[Rows * Tasks];
        foreach (ref float value in x.AsSpan())
            value = (float)random.NextNormal();
        for (int r = 0; r < Rows; r++)
            for (int t = 0; t < Tasks; t++)
            {
                ReadOnlySpan<float> own = x.AsSpan(r * Features, Features);
                double signal = own[t % 3] * own[3 + t % 3] + own[6 + t] + random.NextNormal();
                labels[r * Tasks + t] = signal > 0 ? 1 : 0;
            }
        return new TaskTable(x, Features,
            [.. Enumerable.Range(0, Tasks).Select(t => new TaskInfo($"t{t}", TaskKind.Binary))],
            labels);
    }
}
