using static TorchSharp.torch;
using DenseModule = TorchSharp.Modules.Linear;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>dual-encoder(shared=32; own=16; similarity=0.1)</c>: a task's representation is [shared(x); own_t(x)], and
/// <c>similarity</c> times the mean squared distance between the tasks' coefficients of the shared part is added to the
/// loss (Sui, Xu, Bai, Qu, "Multi-task learning with shared and task-specific encoders", 2025). Distances are between
/// tasks with equally many outputs; encoders and coefficients descend together, where the paper takes turns.
/// </summary>
internal sealed class DualEncoder : TaskArchitecture
{
    private readonly ExpertBank _shared, _own;
    private readonly int _width;
    private readonly float _similarity;

    public DualEncoder(ArchitectureContext context) : base(context, Shared(context)[^1] + Own(context)[^1])
    {
        _width = Shared(context)[^1];
        _similarity = context.Number("similarity", 0.1f);
        _shared = new ExpertBank(context, ["shared"], context.FeatureCount, Shared(context));
        _own = new ExpertBank(context, [.. context.Tasks.Select(t => $"own/{t.Name}")], context.FeatureCount,
            Own(context));
        register_module("shared", _shared);
        register_module("own", _own);
    }

    public override bool IsShared(string name) => name.StartsWith("shared.", StringComparison.Ordinal);

    public override Tensor? ExtraLoss(Tensor losses)
    {
        if (_similarity == 0)
            return null;
        Tensor? sum = null;
        int pairs = 0;
        foreach (IGrouping<int, int> alike in Enumerable.Range(0, Tasks.Count).GroupBy(t => Tasks[t].OutputCount)
            .Where(g => g.Count() > 1))
        {
            Tensor coefficients = stack([.. alike.Select(t => ((DenseModule)Head(t)).weight!.narrow(1, 0, _width))]);
            int count = alike.Count();
            // Σ over pairs of squared distances = count · Σ of those to the mean.
            Tensor distances = (coefficients - coefficients.mean([0L], true)).square().sum() * count;
            sum = sum is null ? distances : sum + distances;
            pairs += count * (count - 1) / 2;
        }
        return sum is null ? null : sum * (_similarity / pairs);
    }

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor shared = _shared.call(input).expand(Tasks.Count, -1, -1);
        return cat([shared, _own.call(input)], 2).unbind(0);
    }

    private static IReadOnlyList<int> Shared(ArchitectureContext context) => context.Widths("shared", 32);

    private static IReadOnlyList<int> Own(ArchitectureContext context) => context.Widths("own", 16);
}
