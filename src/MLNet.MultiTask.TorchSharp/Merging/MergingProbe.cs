using MLNet.MultiTask.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>What shared parameters are judged by.</summary>
internal enum ProbeObjective
{
    /// <summary>The task's loss, from labels.</summary>
    Loss,

    /// <summary>Shannon entropy of the predicted classes, without labels.</summary>
    Entropy,
}

/// <summary>Judges shared parameters by the experts' own heads; modules are evaluated, not trained.</summary>
internal sealed class MergingProbe
{
    private readonly MergingProblem _problem;

    public MergingProbe(MergingProblem problem) => _problem = problem;

    /// <summary>
    /// Mean over all tasks of the loss on labelled rows; each task's expert has parameters of its own.
    /// </summary>
    public double Loss(Func<int, float[]> shared) => Enumerable.Range(0, _problem.TaskCount).Average(t =>
        Evaluate(shared(t), t, _problem.Data.Labelled(t), ProbeObjective.Loss, []));

    /// <summary>Mean over all tasks of the loss on labelled rows of the same parameters.</summary>
    public double Loss(float[] shared) => Loss(_ => shared);

    /// <summary>The candidate of the least mean loss on labelled rows; the first one of several.</summary>
    public (double Value, float[] Shared) Best(IEnumerable<double> candidates, Func<double, float[]> make)
    {
        (double Value, float[] Shared, double Loss)? best = null;
        foreach (double candidate in candidates)
        {
            _problem.CancellationToken.ThrowIfCancellationRequested();
            float[] shared = make(candidate);
            double loss = Loss(shared);
            if (best is not { } b || loss < b.Loss)
                best = (candidate, shared, loss);
        }
        return (best!.Value.Value, best.Value.Shared);
    }

    /// <summary>Mean over rows of the objective of one task, and its gradient.</summary>
    /// <param name="shared">Length P.</param>
    /// <param name="task">The task.</param>
    /// <param name="rows">At least one.</param>
    /// <param name="objective">What is measured.</param>
    /// <param name="gradient">Length P, overwritten; empty = not wanted.</param>
    public double Evaluate(ReadOnlySpan<float> shared, int task, ReadOnlySpan<int> rows, ProbeObjective objective,
        Span<float> gradient)
    {
        MultiTaskModule module = _problem.Modules.Modules[task];
        StateTensor[] tensors = [.. _problem.Modules.Layouts[task].Tensors.Take(_problem.Blocks.Count)];
        foreach (StateTensor t in tensors)
            Tensors.CopyFrom(t.Tensor, shared.Slice(t.Offset, t.Length));
        using var scope = NewDisposeScope();
        (Tensor features, Tensor labels, Tensor weights) = Load(task, rows);
        Tensor Value()
        {
            Tensor outputs = module.call(features);
            return objective == ProbeObjective.Entropy ? Entropy(outputs, _problem.Modules.Tasks[task].Kind)
                : TaskLosses.Sums(new NetworkShape(1, [], module.Tasks).Runs, outputs, labels,
                    weights).sum() / weights.sum();
        }
        if (gradient.IsEmpty)
            using (no_grad())
                return Value().item<float>();
        module.zero_grad(set_to_none: true);
        Tensor value = Value();
        value.backward();
        foreach (StateTensor t in tensors)
            Tensors.CopyTo(t.Tensor.grad!, gradient.Slice(t.Offset, t.Length), t.Name);
        module.zero_grad(set_to_none: true);
        return value.item<float>();
    }

    private static Tensor Entropy(Tensor outputs, TaskKind kind)
    {
        Tensor logs = kind == TaskKind.Binary
            ? stack([nn.functional.logsigmoid(outputs), nn.functional.logsigmoid(-outputs)], 1).squeeze(2)
            : outputs.log_softmax(1);
        return -(logs.exp() * logs).sum([1L]).mean();
    }

    private (Tensor Features, Tensor Labels, Tensor Weights) Load(int task, ReadOnlySpan<int> rows)
    {
        MergingData data = _problem.Data;
        TaskTable table = data.Problem.Table;
        var features = new float[rows.Length * table.FeatureCount];
        table.Features.CopyRows(rows, features);
        float[] labels = new float[rows.Length], weights = new float[rows.Length];
        int column = data.Problem.TaskIndices[task];
        for (int r = 0; r < rows.Length; r++)
        {
            weights[r] = table.Weight(rows[r], column);
            labels[r] = weights[r] > 0
                ? (table.Label(rows[r], column) - data.Problem.Means[task]) / data.Problem.Scales[task] : 0;
        }
        return (tensor(features, [rows.Length, table.FeatureCount]), tensor(labels, [rows.Length, 1]),
            tensor(weights, [rows.Length, 1]));
    }
}
