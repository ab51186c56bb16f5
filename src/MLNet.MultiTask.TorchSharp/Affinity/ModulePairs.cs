using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>The losses of observed pairs of a row and a task at a module's outputs.</summary>
internal sealed class ModulePairs(TrainingProblem problem)
{
    private readonly NetworkShape _outputs = new(1, [], problem.Tasks);

    /// <summary>Calls for every observed pair of a chunk, row by row.</summary>
    /// <param name="chunk">Rows and outputs.</param>
    /// <param name="visit">Task, the pair's weight, its loss, the place of its outputs in the chunk's, and the
    /// direction ∂u/∂z, which it may scale.</param>
    public void ForEach(ModuleTangents.Chunk chunk, Visitor visit)
    {
        Span<float> direction = new float[problem.Tasks.Max(t => t.OutputCount)];
        for (int r = 0; r < chunk.Rows.Length; r++)
            for (int t = 0; t < problem.Tasks.Count; t++)
            {
                float weight = problem.Table.Weight(chunk.Rows[r], problem.TaskIndices[t]);
                if (!(weight > 0))
                    continue;
                TaskInfo task = problem.Tasks[t];
                float label = problem.Table.Label(chunk.Rows[r], problem.TaskIndices[t]);
                if (task.Kind == TaskKind.Regression)
                    label = (label - problem.Means[t]) / problem.Scales[t];
                int place = r * _outputs.OutputCount + _outputs.OutputOffset(t);
                Span<float> own = direction[..task.OutputCount];
                OutputLoss loss = OutputLoss.At(task.Kind, chunk.Outputs.AsSpan(place, task.OutputCount), label, own);
                visit(t, weight, loss, place, own);
            }
    }

    /// <summary>See <see cref="ForEach"/>.</summary>
    public delegate void Visitor(int task, float weight, OutputLoss loss, int place, Span<float> direction);

    /// <summary>Per task Σ of the weights of its observed rows.</summary>
    public double[] Weights(int[] rows)
    {
        var sums = new double[problem.Tasks.Count];
        foreach (int row in rows)
            for (int t = 0; t < sums.Length; t++)
                sums[t] += problem.Table.Weight(row, problem.TaskIndices[t]);
        return sums;
    }

    /// <summary>Derivatives of every pair's u along directions, kept task by task.</summary>
    /// <param name="tangents">The module.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="directions">d×p.</param>
    public TaskFeatures[] Features(ModuleTangents tangents, int[] rows, torch.Tensor directions)
    {
        int d = (int)directions.shape[0], tasks = problem.Tasks.Count;
        var features = new List<float>[tasks];
        var losses = new List<OutputLoss>[tasks];
        var weights = new List<float>[tasks];
        for (int t = 0; t < tasks; t++)
            (features[t], losses[t], weights[t]) = ([], [], []);
        tangents.ForEach(rows, chunk =>
        {
            var along = new float[d][];
            for (int k = 0; k < d; k++)
                using (torch.Tensor direction = directions.select(0, k))
                    along[k] = chunk.Tangent(direction);
            ForEach(chunk, (t, weight, loss, place, direction) =>
            {
                losses[t].Add(loss);
                weights[t].Add(weight);
                foreach (float[] tangent in along)
                    features[t].Add(System.Numerics.Tensors.TensorPrimitives.Dot(direction,
                        tangent.AsSpan(place, direction.Length)));
            });
        });
        return [.. Enumerable.Range(0, tasks)
            .Select(t => new TaskFeatures(features[t].ToArray(), d, losses[t].ToArray(),
            weights[t].ToArray(), problem.Tasks[t].Kind == TaskKind.Regression))];
    }
}
