using System.CommandLine;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Tool.Options;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>The options that all sweeping verbs share.</summary>
internal sealed class SweepBenchOptions(int trials = 20)
{
    private readonly NetworkOptions _network = new();
    private readonly Option<int> _trials = BenchVerb.Positive("--trials", "Trials of every sweep.", trials);
    private readonly Option<int?> _folds = new("--folds") { Description = "Folds of every trial." };
    private readonly Option<string> _method = new("--method")
    {
        Description = "Affinity that leads the search, or none.", DefaultValueFactory = _ => "grad-tag-early",
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _trials, _folds, _method })
            command.Options.Add(option);
        _network.AddTo(command);
    }

    public TrainingOptions Training(ParseResult parsed, ulong seed, BenchRun run) =>
        _network.Read(parsed, null, seed, run.Threads);

    public SweepOptions Sweep(ParseResult parsed, TrainingOptions training) => new()
    {
        Learners = [NetworkSweep.Learner(training)],
        MaxTrials = parsed.GetValue(_trials),
        Folds = parsed.GetValue(_folds),
        Seed = training.Seed,
        Threads = training.Threads,
        AffinityEstimator = parsed.GetValue(_method) is "none" or null ? null
            : AffinityMethods.Create(parsed.GetValue(_method)!, training),
    };
}
