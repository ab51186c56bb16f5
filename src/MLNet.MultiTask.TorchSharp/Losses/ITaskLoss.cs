using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>A loss in the place of a task's own; one object serves all tasks of a group that name it.</summary>
internal interface ITaskLoss
{
    /// <summary>Why a task cannot have it; null where it can.</summary>
    string? Refusal(TaskInfo task);

    /// <summary>Why tasks of one group cannot have it together, though each could in another group; null where they
    /// can.</summary>
    /// <param name="group">All tasks of the group.</param>
    /// <param name="tasks">Numbers in the group of those that name it.</param>
    string? Absence(IReadOnlyList<TaskInfo> group, IReadOnlyList<int> tasks);

    /// <summary>Per task Σ w·ℓ over the batch, with its graph, length k.</summary>
    /// <param name="batch">Outputs, labels and weights of the group.</param>
    /// <param name="tasks">Numbers in the group of the k tasks that name it.</param>
    Tensor Sums(LossBatch batch, IReadOnlyList<int> tasks);
}
