using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Trees;

/// <content>The losses themselves.</content>
internal sealed partial class ForestLoss
{
    /// <summary>
    /// Mean loss of each task over its observed cells: log-loss, or squared error of the standardised target; NaN
    /// without any.
    /// </summary>
    public double[] Evaluate(int[] rows, float[] outputs, int threads)
    {
        int tasks = _problem.Tasks.Count, shards = (rows.Length + ShardRows - 1) / ShardRows;
        var parts = new double[shards * 2 * tasks];
        SharedPool.Run(shards, threads, s =>
        {
            Span<double> part = parts.AsSpan(s * 2 * tasks, 2 * tasks);
            int end = Math.Min(rows.Length, (s + 1) * ShardRows);
            for (int p = s * ShardRows; p < end; p++)
            {
                Labels labels = LabelsOf(rows[p]);
                foreach ((TaskKind kind, int task, int from, int count) in _runs)
                {
                    ReadOnlySpan<float> own = outputs.AsSpan(p * Outputs + from, count);
                    if (kind == TaskKind.Binary)
                        AddBinary(labels, task, own, part);
                    else
                    {
                        int width = kind == TaskKind.Multiclass ? count : 1;
                        for (int i = 0; i < count / width; i++)
                            AddLoss(labels, task + i, CellLoss(task + i, labels.Value(task + i),
                                own.Slice(i * width, width)), part);
                    }
                }
            }
        });
        var losses = new double[tasks];
        for (int t = 0; t < tasks; t++)
        {
            double weight = 0, sum = 0;
            for (int s = 0; s < shards; s++)
                (weight, sum) = (weight + parts[s * 2 * tasks + 2 * t], sum + parts[s * 2 * tasks + 2 * t + 1]);
            losses[t] = sum / weight;
        }
        return losses;
    }

    /// <summary>Logistic losses of a row's neighbouring tasks, a register at a time.</summary>
    private static void AddBinary(in Labels labels, int task, ReadOnlySpan<float> outputs, Span<double> part)
    {
        int lanes = Vector256<float>.Count;
        Span<float> values = stackalloc float[lanes], logits = stackalloc float[lanes];
        for (int first = 0; first < outputs.Length; first += lanes)
        {
            int count = Math.Min(lanes, outputs.Length - first);
            outputs.Slice(first, count).CopyTo(logits);
            for (int i = 0; i < count; i++)
                values[i] = labels.Value(task + first + i);
            Vector256<float> z = Vector256.Create<float>(logits), y = Vector256.Create<float>(values);
            (Vector256.Max(z, Vector256<float>.Zero) - y * z
                + VectorMath.LogOfOnePlus(VectorMath.ExpOfNegative(-Vector256.Abs(z)))).CopyTo(values);
            for (int i = 0; i < count; i++)
                AddLoss(labels, task + first + i, values[i], part);
        }
    }

    private static void AddLoss(in Labels labels, int task, double loss, Span<double> part)
    {
        float weight = labels.Weight(task);
        if (weight == 0)
            return;
        part[2 * task] += weight;
        part[2 * task + 1] += weight * loss;
    }

    /// <summary>The loss of one cell at the raw outputs of its task.</summary>
    public double CellLoss(int task, float label, ReadOnlySpan<float> outputs)
    {
        switch (_problem.Tasks[task].Kind)
        {
            case TaskKind.Regression:
                double error = outputs[0] - Target(task, label);
                return error * error;
            case TaskKind.Binary:
                double margin = label > 0.5f ? outputs[0] : -outputs[0];
                return Math.Max(0, -margin) + Math.Log(1 + Math.Exp(-Math.Abs(margin)));
            default:
                double max = double.NegativeInfinity, sum = 0;
                foreach (float z in outputs)
                    max = Math.Max(max, z);
                foreach (float z in outputs)
                    sum += Math.Exp(z - max);
                return max + Math.Log(sum) - outputs[(int)label];
        }
    }
}
