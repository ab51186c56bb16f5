namespace MLNet.MultiTask.Affinity;

/// <summary>Parts of the validation rows, drawn at random, of about the same size.</summary>
internal sealed class ValidationFolds
{
    /// <summary>
    /// As many as tell how a loss differs from rows to rows, and leave most rows to choose an epoch by.
    /// </summary>
    public const int Most = 8;

    /// <summary>Divides some rows; each is in one fold.</summary>
    public ValidationFolds(TaskTable table, int[] rows, ulong seed)
    {
        int[] order = [.. rows];
        new RandomStream(seed, "folds").Shuffle<int>(order);
        int count = Math.Min(Most, order.Length);
        int[][] parts = [.. Enumerable.Range(0, count).Select(f =>
            order.Where((_, place) => place % count == f).Order().ToArray())];
        Evaluators = [.. parts.Select(part => new ForwardEvaluator(table, part))];
        Weights = Array.ConvertAll(parts, table.TotalWeights);
    }

    /// <summary>One per fold.</summary>
    public ForwardEvaluator[] Evaluators { get; }

    /// <summary>Per fold and task the weights of its observed labels.</summary>
    public double[][] Weights { get; }
}
