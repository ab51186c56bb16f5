using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>scalearn(epochs=50; rate=0.01; scales=vector)</c>: experts stay as they are; every task learns how much it takes
/// of each expert's representation, h_t = Σ_k ω_tk ⊙ h_k, and its head anew on it (Frohmann et al., "ScaLearn", ACL
/// findings 2024, equation 3, on the last layer, with experts in the place of adapters). <c>scales=one</c> has one
/// number for all units, the paper's uniform form. Every expert is kept.
/// </summary>
internal sealed class ScaLearn(MethodSettings settings) : IModelMerging
{
    private readonly int _epochs = settings.Integer("epochs", 50, 1);
    private readonly float _rate = (float)settings.Number("rate", 0.01, 1e-9, 10);
    private readonly string _scales = settings.Choice("scales", "vector", "one");

    public MergedModule Merge(MergingProblem problem)
    {
        string text = $"{ScaledExperts.Name}(of={problem.Modules.NamedSource(ScaledExperts.Name)}; scales={_scales})";
        var source = ModuleSource.Of(text);
        TrainingProblem data = problem.Data.Problem;
        using MultiTaskModule module = ModuleBuilder.Create(source.Create, source.Text, problem.Modules.FeatureCount,
            problem.Modules.Tasks, problem.Seed);
        ModuleLayout layout = ModuleLayout.Of(module);
        var start = new float[layout.Length];
        layout.Export(start);
        Dictionary<string, float[]> experts = new(Enumerable.Range(0, problem.TaskCount).SelectMany(t =>
            problem.Modules.State(t, FormattableString.Invariant($"experts.{t}."))), StringComparer.Ordinal);
        foreach (StateTensor t in layout.Tensors)
            if (experts.TryGetValue(t.Name, out float[]? numbers))
                numbers.CopyTo(start, t.Offset);
        var options = new TrainingOptions
        {
            LearningRate = _rate, MaxEpochs = _epochs, Seed = problem.Seed, Threads = torch.get_num_threads(),
        };
        using var session = new ModuleSession(data, source, options, "cpu", start);
        TrainedParameters trained = session.Train(new LearnerRun
        {
            Seed = problem.Seed, Threads = options.Threads, CancellationToken = problem.CancellationToken,
        });
        return new MergedModule(text, layout.Tensors.ToDictionary(t => t.Name,
            t => trained.Parameters[t.Offset..(t.Offset + t.Length)], StringComparer.Ordinal))
        {
            Notes = trained.Notes,
        };
    }
}
