using TorchSharp;

namespace MLNet.MultiTask;

/// <summary>
/// A network over several tasks: from features to the raw outputs of all tasks. Derive from it for an architecture of
/// one's own; <see cref="TaskArchitecture"/> has the heads already, <see cref="SharedTrunk"/> the trunk too.
/// </summary>
/// <remarks>
/// After training a module is only evaluated, by several threads at once: <c>forward</c> must not change fields then.
/// </remarks>
public abstract class MultiTaskModule : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    /// <summary>Takes the place of the module.</summary>
    /// <param name="context">Features, tasks and settings.</param>
    protected MultiTaskModule(ArchitectureContext context) : base(nameof(MultiTaskModule))
    {
        ArgumentNullException.ThrowIfNull(context);
        Tasks = context.Tasks;
    }

    /// <summary>The tasks, in order of their outputs.</summary>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    /// <summary>Raw outputs of all tasks.</summary>
    /// <param name="input">rows×d features, single precision.</param>
    /// <returns>
    /// rows×ΣK in order of the tasks: a logit (binary), K logits (multi-class), the standardised value (regression).
    /// </returns>
    public abstract override torch.Tensor forward(torch.Tensor input);

    /// <summary>
    /// A term that is added to the loss of the training step whose <c>forward</c> was last; a single number with its
    /// graph. Null = none.
    /// </summary>
    /// <param name="losses">The tasks' mean losses over the batch with their graph, length T; 0 of a task without rows
    /// there.</param>
    public virtual torch.Tensor? ExtraLoss(torch.Tensor losses) => null;

    /// <summary>
    /// Whether the tasks share a parameter: weightings of gradients and affinities compare the tasks on the shared
    /// ones.
    /// </summary>
    /// <param name="name">As <c>named_parameters</c> says it.</param>
    public virtual bool IsShared(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !name.StartsWith(TaskArchitecture.HeadsName + ".", StringComparison.Ordinal);
    }
}
