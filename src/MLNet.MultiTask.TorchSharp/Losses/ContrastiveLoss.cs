using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>info-nce(temperature=1; against=both)</c>: every positive cell of rows × tasks against the negative rows of its
/// task, against the negative tasks of its row, or both at half each, many positives to many negatives (van den Oord et
/// al., 2018, with several positives that do not compete). It orders; scores are no probabilities.
/// <c>decoupled-softmax</c> is the form of many labels: a positive label against the row's negative ones alone, so that
/// positives do not push each other down (Gupta et al., "Dual-encoders for extreme multi-label classification", ICLR
/// 2024, equation 4).
/// </summary>
internal sealed class ContrastiveLoss : ITaskLoss
{
    private readonly string _name;
    private readonly double _temperature, _byRows;

    private ContrastiveLoss(string name, double temperature, double byRows) =>
        (_name, _temperature, _byRows) = (name, temperature, byRows);

    public static ContrastiveLoss InfoNce(MethodSettings settings) => new(settings.Name,
        settings.Number("temperature", 1, 1e-4, 1e4),
        settings.Choice("against", "both", "rows", "tasks") switch { "rows" => 1, "tasks" => 0, _ => 0.5 });

    public static ContrastiveLoss DecoupledSoftmax(MethodSettings settings) => new(settings.Name, 1, 0);

    public string? Refusal(TaskInfo task) => task.Kind == TaskKind.Binary ? null
        : $"loss '{_name}' is for binary tasks, and '{task.Name}' is of kind {task.Kind}";

    public string? Absence(IReadOnlyList<TaskInfo> group, IReadOnlyList<int> tasks) => tasks.Count > 1 || _byRows == 1
        ? null
        : $"loss '{_name}' compares tasks of a group, and no other task of its group has it";

    public Tensor Sums(LossBatch batch, IReadOnlyList<int> tasks)
    {
        Tensor scores = batch.Scores(tasks) / _temperature, labels = LossBatch.Columns(batch.Labels, tasks),
            weights = LossBatch.Columns(batch.Weights, tasks);
        Tensor Along(int dimension) => PositivesAgainstNegatives.Losses(scores, labels, weights, dimension);
        Tensor losses = _byRows == 1 ? Along(0) : _byRows == 0 ? Along(1) : (Along(0) + Along(1)) / 2;
        return losses.mul(weights).sum([0L]);
    }
}
