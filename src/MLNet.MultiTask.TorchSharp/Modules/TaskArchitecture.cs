using TorchSharp;

namespace MLNet.MultiTask;

/// <summary>
/// An architecture with one head per task: a derived class says what each head sees, in <see cref="Represent"/>.
/// </summary>
public abstract class TaskArchitecture : MultiTaskModule
{
    internal const string HeadsName = "heads";
    private readonly torch.nn.Module<torch.Tensor, torch.Tensor>[] _heads;

    /// <summary>Makes the heads.</summary>
    /// <param name="context">Features, tasks and settings.</param>
    /// <param name="width">Numbers in a row of a representation.</param>
    /// <param name="head">
    /// Makes a task's head, from rows×<paramref name="width"/> to rows×K; null = linear.
    /// </param>
    protected TaskArchitecture(ArchitectureContext context, int width,
        Func<TaskInfo, torch.nn.Module<torch.Tensor, torch.Tensor>>? head = null) : base(context)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        head ??= task => torch.nn.Linear(width, task.OutputCount);
        _heads = [.. context.Tasks.Select(t => context.Seeded("head/" + t.Name, () => head(t)))];
        register_module(HeadsName, new Torch.ModuleGroup(_heads));
    }

    /// <summary>The head of a task.</summary>
    private protected torch.nn.Module<torch.Tensor, torch.Tensor> Head(int task) => _heads[task];

    /// <summary>What the heads see.</summary>
    /// <param name="input">rows×d features.</param>
    /// <returns>One tensor rows×width per task, in their order; one tensor alone is for all tasks.</returns>
    protected abstract IReadOnlyList<torch.Tensor> Represent(torch.Tensor input);

    /// <inheritdoc/>
    public override torch.Tensor forward(torch.Tensor input)
    {
        IReadOnlyList<torch.Tensor> seen = Represent(input);
        if (seen.Count != 1 && seen.Count != _heads.Length)
            throw new InvalidOperationException($"{GetType().Name} represents {seen.Count} tasks; 1 for all or " +
                $"{_heads.Length} are expected");
        return torch.cat([.. _heads.Select((head, t) => head.call(seen[seen.Count == 1 ? 0 : t]))], 1);
    }

    /// <summary>What the heads see, for those who scale it.</summary>
    internal IReadOnlyList<torch.Tensor> Representations(torch.Tensor input) => Represent(input);

    /// <summary>A task's outputs of what its head sees.</summary>
    internal torch.Tensor Head(int task, torch.Tensor seen) => _heads[task].call(seen);
}
