using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>preference(by=Rating; weight=1)</c>: Prefer-to-classify. Beside its own loss a classification task learns pairs
/// of rows of one class: the one of larger label of the task <c>by</c> is the more typical one, and its class must
/// score higher, −log σ(s_y(x_i) − s_y(x_j)) (Kim et al., "Prefer to classify", ICML 2023, equations 2 and 5, with the
/// pairs of a batch, and another task's label as the annotator). A row counts the mean of its pairs.
/// </summary>
internal sealed class PreferenceLoss : ITaskLoss
{
    private readonly double _weight;
    private readonly string _by;

    public PreferenceLoss(MethodSettings settings)
    {
        _by = settings.Text("by") ?? throw new FormatException("Loss 'preference' needs the setting 'by', the task " +
            "whose label says which of two rows is preferred, such as preference(by=Rating)");
        _weight = settings.Number("weight", 1, 0, 1e6);
    }

    /// <summary>The task whose labels order rows.</summary>
    public string By => _by;

    public string? Refusal(TaskInfo task) => task.Kind == TaskKind.Regression
        ? $"loss 'preference' is for binary and multi-class tasks, and '{task.Name}' is of kind {task.Kind}"
        : task.Name == _by ? $"loss 'preference' of '{task.Name}' is by the task itself; name another task" : null;

    public string? Absence(IReadOnlyList<TaskInfo> group, IReadOnlyList<int> tasks) => group.Any(t => t.Name == _by)
        ? null
        : $"loss 'preference' is by '{_by}', which is not in its group";

    public Tensor Sums(LossBatch batch, IReadOnlyList<int> tasks)
    {
        int by = batch.Shape.Tasks.ToList().FindIndex(t => t.Name == _by);
        return stack([.. tasks.Select(t => batch.OwnLoss(t).sum()
            + Pairs(batch, t, by).mul(batch.Weights.select(1, t)).sum()
            * _weight)]);
    }

    /// <summary>A row's mean over the rows of its class that it is preferred to; 0 where there is none.</summary>
    public static Tensor Pairs(LossBatch batch, int task, int by)
    {
        Tensor labels = batch.Labels.select(1, task), rating = batch.Labels.select(1, by);
        Tensor known = (batch.Weights.select(1, task) > 0).logical_and(batch.Weights.select(1, by) > 0);
        Tensor scores = Scores(batch.Of(task), labels, batch.Shape.Tasks[task].Kind);
        Tensor pair = (labels.unsqueeze(1) == labels.unsqueeze(0))
            .logical_and(rating.unsqueeze(1) > rating.unsqueeze(0))
            .logical_and(known.unsqueeze(1)).logical_and(known.unsqueeze(0));
        Tensor losses = TorchSharp.torch.nn.functional.softplus(scores.unsqueeze(0) - scores.unsqueeze(1));
        Tensor count = pair.sum(1).clamp_min(1);
        return where(pair, losses, 0f).sum([1L]) / count;
    }

    // The logit of a row's own class.
    private static Tensor Scores(Tensor outputs, Tensor labels, TaskKind kind) => kind == TaskKind.Binary
        ? outputs.select(1, 0) * (labels * 2 - 1)
        : outputs.log_softmax(1).gather(1, labels.to(int64).unsqueeze(1)).squeeze(1);
}
