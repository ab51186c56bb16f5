namespace MLNet.MultiTask.Data;

/// <summary>Weights of cells that make up for rare classes.</summary>
internal static class ClassWeights
{
    /// <summary>
    /// A table whose cells' weights are multiplied by n / (K·nₖ), n and nₖ being sums of their weights.
    /// </summary>
    public static TaskTable Balanced(TaskTable table)
    {
        int tasks = table.Tasks.Count;
        var weights = new float[table.RowCount * tasks];
        for (int t = 0; t < tasks; t++)
        {
            TaskInfo task = table.Tasks[t];
            if (task.Kind == TaskKind.Regression)
            {
                for (int row = 0; row < table.RowCount; row++)
                    weights[row * tasks + t] = table.Weight(row, t);
                continue;
            }
            var sums = new double[task.Kind == TaskKind.Binary ? 2 : task.OutputCount];
            for (int row = 0; row < table.RowCount; row++)
                if (table.IsObserved(row, t))
                    sums[(int)table.Label(row, t)] += table.Weight(row, t);
            double share = sums.Sum() / sums.Count(s => s > 0);
            for (int row = 0; row < table.RowCount; row++)
                weights[row * tasks + t] = !table.IsObserved(row, t) ? 0
                    : (float)(table.Weight(row, t) * share / sums[(int)table.Label(row, t)]);
        }
        return new TaskTable(table.Features, table.Tasks, table.Labels, weights,
            table.HasMissingFeatures)
        {
            FeatureNames = table.FeatureNames,
        };
    }
}
