using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>scaled-experts(of=mlp; scales=vector)</c>: what <see cref="ScaLearn"/> trains: scales and heads.
/// </summary>
internal sealed class ScaledExperts : MultiTaskModule
{
    public const string Name = "scaled-experts";
    private readonly TaskArchitecture[] _experts;
    private readonly Parameter _scales;

    public ScaledExperts(ArchitectureContext context) : base(context)
    {
        string of = context.Text("of") ?? throw new ArgumentException(
            $"Architecture '{Name}' has no setting 'of', the architecture of its modules");
        ModuleSource source = ModuleSource.Of(of);
        _experts = [.. Tasks.Select(t => ModuleBuilder.Create(source.Create, source.Text, context.FeatureCount, [t], 0)
            as TaskArchitecture ?? throw new ArgumentException($"Architecture '{of}' is no " +
                $"{nameof(TaskArchitecture)}: it does " +
                "not say what its heads see, which ScaLearn scales; derive it from that class, or take another " +
                "merging"))];
        register_module("experts", new ModuleGroup(_experts));
        foreach ((string name, Parameter parameter) in named_parameters())
            parameter.requires_grad = name.Contains($".{TaskArchitecture.HeadsName}.", StringComparison.Ordinal);
        long width = 1;
        if (context.Choice("scales", "vector", "one") == "vector")
            using (NewDisposeScope())
            using (no_grad())
            {
                _experts[0].eval();
                width = _experts[0].Representations(zeros(2, context.FeatureCount))[0].shape[1];
            }
        // Of the experts' mean, so that values do not grow with the number of tasks.
        _scales = new Parameter(ones(Tasks.Count, Tasks.Count, width) / Tasks.Count);
        register_parameter("scales", _scales);
    }

    public override bool IsShared(string name) => false;

    // What stays as it is, statistics of normalisation too, is evaluated while the scales are trained.
    public override void train(bool on = true)
    {
        base.train(on);
        foreach (TaskArchitecture expert in _experts)
            expert.eval();
    }

    public override Tensor forward(Tensor input)
    {
        // experts×rows×width.
        Tensor seen = stack([.. _experts.Select(e => e.Representations(input)[0])]);
        return cat([.. _experts.Select((e, t) => e.Head(0, seen.mul(_scales.select(0, t).unsqueeze(1)).sum([0L])))], 1);
    }
}
