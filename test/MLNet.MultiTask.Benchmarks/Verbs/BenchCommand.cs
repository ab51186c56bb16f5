using System.CommandLine;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Parent of the timing verbs; each prints one JSON line per measurement on stdout.</summary>
internal static class BenchCommand
{
    private const string Description =
        "Times the parts of the engine and tries methods out; one JSON line per measurement.";

    public static Command Create(ToolConsole console) => new("bench", Description)
    {
        TrainBench.Create(console),
        TorchBench.Create(console),
        TorchStepsBench.Create(console),
        TorchGradTagBench.Create(console),
        ArchitecturesBench.Create(console),
        MergingBench.Create(console),
        MethodsBench.Create(console),
        WeightingsBench.Create(console),
        SparseBench.Create(console),
        WideBench.Create(console),
        ReadBench.Create(console),
        ScoreBench.Create(console),
        ForestBench.Create(console),
        ForestMemoryBench.Create(console),
        ForestGroupsBench.Create(console),
        TabularTorchBench.Create(console),
        LearnersBench.Create(console),
        GemmBench.Create(console),
        EigenBench.Create(console),
        GradBench.Create(console),
        SubsetBench.Create(console),
        RecoveryBench.Create(console),
        RegretBench.Create(console),
        TreeBench.Create(console),
        ValidateBench.Create(console),
        GroupBench.Create(console),
        ScaleBench.Create(console),
        SweepBench.Create(console),
        SweepCostBench.Create(console),
        SweepDefaultsBench.Create(console),
        SweepTableBench.Create(console),
    };
}
