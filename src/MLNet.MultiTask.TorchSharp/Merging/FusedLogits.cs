using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary><c>fused-logits(of=mlp)</c>: what <see cref="LogitsFusion"/> makes.</summary>
internal sealed class FusedLogits : MultiTaskModule
{
    public const string Name = "fused-logits";
    private const int Halvings = 40;
    private const double MostAlpha = 4;
    private readonly MultiTaskModule _merged, _initial;
    private readonly MultiTaskModule[] _experts;

    public FusedLogits(ArchitectureContext context) : base(context)
    {
        ModuleSource source = ModuleSource.Of(context.Text("of") ?? throw new ArgumentException(
            $"Architecture '{Name}' has no setting 'of', the architecture of its modules"));
        MultiTaskModule New(IReadOnlyList<TaskInfo> tasks) =>
            ModuleBuilder.Create(source.Create, source.Text, context.FeatureCount, tasks, 0);
        (_merged, _initial) = (New(Tasks), New(Tasks));
        _experts = [.. Tasks.Select(t => New([t]))];
        register_module("merged", _merged);
        register_module("initial", _initial);
        register_module("experts", new ModuleGroup(_experts));
    }

    public override Tensor forward(Tensor input)
    {
        Tensor merged = _merged.call(input), initial = _initial.call(input);
        var fused = new Tensor[Tasks.Count];
        long from = 0;
        for (int t = 0; t < fused.Length; t++)
        {
            long outputs = Tasks[t].OutputCount;
            fused[t] = Fuse(Tasks[t].Kind, merged.narrow(1, from, outputs), initial.narrow(1, from, outputs),
                _experts[t].call(input));
            from += outputs;
        }
        return cat(fused, 1);
    }

    /// <summary>z_m + α·(z_e − z₀), α row by row.</summary>
    /// <param name="kind">Of the task.</param>
    /// <param name="merged">rows×K logits z_m.</param>
    /// <param name="initial">rows×K logits z₀.</param>
    /// <param name="expert">rows×K logits z_e.</param>
    public static Tensor Fuse(TaskKind kind, Tensor merged, Tensor initial, Tensor expert)
    {
        Tensor shift = expert - initial;
        if (kind == TaskKind.Regression)
            return merged + shift;
        Tensor target = Divergence(kind, expert, initial);
        Tensor low = zeros_like(target), high = full_like(target, MostAlpha);
        // KL(z_m + α·d ‖ z_m) grows with α from 0 on: its derivative is α times the variance of d.
        for (int i = 0; i < Halvings; i++)
        {
            Tensor middle = (low + high) / 2;
            Tensor isBelow = Divergence(kind, merged + middle * shift, merged) < target;
            (low, high) = (where(isBelow, middle, low), where(isBelow, high, middle));
        }
        return merged + (low + high) / 2 * shift;
    }

    /// <summary>KL(p ‖ q) of logits, rows×1.</summary>
    public static Tensor Divergence(TaskKind kind, Tensor p, Tensor q)
    {
        Tensor first = Logs(kind, p), second = Logs(kind, q);
        return (first.exp() * (first - second)).sum([1L], keepdim: true);
    }

    private static Tensor Logs(TaskKind kind, Tensor logits) => kind == TaskKind.Binary
        ? cat([nn.functional.logsigmoid(-logits), nn.functional.logsigmoid(logits)], 1) : logits.log_softmax(1);
}
