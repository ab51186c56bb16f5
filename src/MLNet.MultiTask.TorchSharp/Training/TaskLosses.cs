using MLNet.MultiTask.Networks;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// Per task Σ w·ℓ over a batch, with its graph: logistic loss, cross entropy or squared error of the standardised
/// target.
/// </summary>
internal static class TaskLosses
{
    private static readonly long[] OverRows = [0];

    /// <summary>T sums.</summary>
    /// <param name="runs">Tasks that are treated alike.</param>
    /// <param name="outputs">rows×ΣK.</param>
    /// <param name="labels">rows×T; 0 where not observed.</param>
    /// <param name="weights">rows×T; 0 where not observed.</param>
    public static torch.Tensor Sums(TaskRun[] runs, torch.Tensor outputs, torch.Tensor labels, torch.Tensor weights)
    {
        if (runs.Length == 1)
            return Sums(runs[0], outputs, labels, weights);
        return torch.cat([.. runs.Select(r =>
        {
            int tasks = Tasks(r);
            return Sums(r, outputs.narrow(1, r.FirstOutput, r.OutputCount), labels.narrow(1, r.FirstTask, tasks),
                weights.narrow(1, r.FirstTask, tasks));
        })]);
    }

    private static torch.Tensor Sums(TaskRun run, torch.Tensor outputs, torch.Tensor labels, torch.Tensor weights) =>
        run.Kind switch
        {
            TaskKind.Binary => torch.nn.functional.binary_cross_entropy_with_logits(outputs, labels, weights,
                torch.nn.Reduction.None).sum(OverRows),
            TaskKind.Regression => (outputs - labels).square().mul(weights).sum(OverRows),
            _ => torch.nn.functional.cross_entropy(outputs, labels.select(1, 0).to(torch.int64),
                reduction: torch.nn.Reduction.None).mul(weights.select(1, 0)).sum().unsqueeze(0),
        };

    private static int Tasks(TaskRun run) => run.Kind == TaskKind.Multiclass ? 1 : run.OutputCount;
}
