using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Torch.Tests.Merging;

/// <summary>Experts of a small problem: a binary, a multi-class and a regression task.</summary>
internal static class Experts
{
    public static readonly RowSplit Split = new([.. Enumerable.Range(0, 225)], [.. Enumerable.Range(225, 75)]);

    public static readonly LearnerRun Run = new() { Threads = 1, Seed = 4 };

    public static TaskTable Table { get; } = Problems.Mixed(300);

    public static TorchModuleLearner Learner(string? merging = null, string architecture = "mlp(hidden=6)") =>
        new(new TorchModuleOptions { Architecture = architecture, Merging = merging, Training = TestModules.Training });

    /// <summary>One module per task.</summary>
    public static MultiTaskModel Train(string architecture = "mlp(hidden=6)", LearnerRun? run = null) =>
        GroupedTrainer.Train(Table, Split, TaskGrouping.Single(3), Learner(architecture: architecture),
            run ?? Run).Model;

    public static MergingProblem Problem(MultiTaskModel experts) =>
        new(new ExpertModules([.. experts.Models.Cast<TorchModuleModel>()]),
            new MergingData(new TrainingProblem(Table, Split, [0, 1, 2])), 1);
}
