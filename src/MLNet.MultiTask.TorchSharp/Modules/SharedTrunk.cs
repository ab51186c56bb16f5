using TorchSharp;

namespace MLNet.MultiTask;

/// <summary>Any module as the trunk of all tasks, and one head per task on its output.</summary>
public sealed class SharedTrunk : TaskArchitecture
{
    private readonly torch.nn.Module<torch.Tensor, torch.Tensor> _trunk;

    /// <summary>Joins a trunk and heads.</summary>
    /// <param name="context">Features, tasks and settings.</param>
    /// <param name="trunk">From rows×d to rows×width; the width is found by trying it on rows of zeros.</param>
    /// <param name="head">Makes a task's head, from rows×width to rows×K; null = linear.</param>
    /// <exception cref="ArgumentException">The trunk's output is no matrix with one row per row of
    /// features.</exception>
    public SharedTrunk(ArchitectureContext context, torch.nn.Module<torch.Tensor, torch.Tensor> trunk,
        Func<TaskInfo, torch.nn.Module<torch.Tensor, torch.Tensor>>? head = null)
        : base(context, Torch.ModuleChecks.TrunkWidth(context, trunk), head)
    {
        _trunk = trunk;
        register_module("trunk", trunk);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<torch.Tensor> Represent(torch.Tensor input) => [_trunk.call(input)];
}
