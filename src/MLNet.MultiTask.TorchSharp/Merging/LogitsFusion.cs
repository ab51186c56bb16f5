namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>logits-fusion(scale=0.3)</c>: a merged module's outputs are moved by what an expert learned, z = z_m + α·(z_e −
/// z₀), with α of every row such that the distribution moves as far from the merged one as the expert's did from the
/// initial one: KL(z ‖ z_m) = KL(z_e ‖ z₀) (Fan et al., "On giant's shoulders: effortless weak to strong by dynamic
/// logits fusion", NeurIPS 2024, section 3, with the task-arithmetic module in the place of the large model, and one
/// expert a task, as a task's outputs are no other task's). Of a regression task α is 1. Every expert is kept.
/// </summary>
internal sealed class LogitsFusion(MethodSettings settings) : IModelMerging
{
    private readonly double? _scale = settings.OptionalNumber("scale", 0, 10);

    public MergedModule Merge(MergingProblem problem)
    {
        MergedModule merged = TaskArithmetic.Scaled(problem, TaskArithmetic.Sum(problem.Vectors), _scale);
        IEnumerable<KeyValuePair<string, float[]>> Under(string prefix, IReadOnlyDictionary<string, float[]> state) =>
            state.Select(s => new KeyValuePair<string, float[]>(prefix + s.Key, s.Value));
        return new MergedModule($"{FusedLogits.Name}(of={problem.Modules.NamedSource(FusedLogits.Name)})",
            new Dictionary<string, float[]>(
            [
                .. Under("merged.", merged.State), .. Under("initial.", problem.Modules.JointState(problem.Initial)),
                .. Enumerable.Range(0, problem.TaskCount).SelectMany(t =>
                    problem.Modules.State(t, FormattableString.Invariant($"experts.{t}."))),
            ], StringComparer.Ordinal)) { Notes = merged.Notes };
    }
}
