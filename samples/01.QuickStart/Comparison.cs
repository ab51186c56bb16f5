using Microsoft.ML;

namespace MLNet.MultiTask.Samples.QuickStart;

/// <summary>
/// One model per task, all tasks in one model, the groups found: the same rows, the same settings, three seeds.
/// </summary>
internal static class Comparison
{
    private const int Seeds = 3;

    public static void Run(DataOperationsCatalog.TrainTestData split, TaskColumn[] tasks, TaskGrouping grouping)
    {
        MultiTaskMetrics[] single = Train(split, tasks, TaskGrouping.Single(tasks.Length));
        MultiTaskMetrics[] all = Train(split, tasks, TaskGrouping.All(tasks.Length));
        MultiTaskMetrics[] grouped = Train(split, tasks, grouping);

        Console.WriteLine($"AUC on the test rows, mean ± sd of {Seeds} seeds");
        Console.WriteLine($"{"task",-16} {"one model each",17} {"all in one",17} {"grouped",17}");
        for (int t = 0; t < tasks.Length; t++)
            Console.WriteLine($"{tasks[t].Name,-16} {Auc(single, t),17} {Auc(all, t),17} {Auc(grouped, t),17}");
        Console.WriteLine($"{"mean",-16} {MacroAuc(single),17} {MacroAuc(all),17} {MacroAuc(grouped),17}");
        Console.WriteLine($"{"Δm in %",-16} {"0",17} {DeltaM(all, single),17} {DeltaM(grouped, single),17}");
        Console.WriteLine();
    }

    private static MultiTaskMetrics[] Train(DataOperationsCatalog.TrainTestData split, TaskColumn[] tasks,
        TaskGrouping grouping) =>
        [.. Enumerable.Range(1, Seeds).Select(seed =>
        {
            var mlContext = new MLContext(seed);
            ITransformer model = mlContext.Transforms.NormalizeMeanVariance("Features", "Pixels")
                .Append(mlContext.MultiTask().Trainers.SharedBottom(tasks, grouping: grouping))
                .Fit(split.TrainSet);
            return mlContext.MultiTask().Evaluate(model.Transform(split.TestSet), tasks);
        })];

    private static string Auc(MultiTaskMetrics[] runs, int task) =>
        MeanAndSd(runs.Select(run => run.Tasks[task].AreaUnderRocCurve), "F4");

    private static string MacroAuc(MultiTaskMetrics[] runs) =>
        MeanAndSd(runs.Select(run => run.Macro.AreaUnderRocCurve), "F4");

    private static string DeltaM(MultiTaskMetrics[] runs, MultiTaskMetrics[] reference) =>
        MeanAndSd(runs.Zip(reference, (run, other) => run.DeltaM(other)), "+0.00;-0.00");

    private static string MeanAndSd(IEnumerable<double> values, string format)
    {
        double[] all = [.. values];
        double mean = all.Average();
        double sd = Math.Sqrt(all.Sum(v => (v - mean) * (v - mean)) / (all.Length - 1));
        return mean.ToString(format) + " ± " + sd.ToString(format.StartsWith('F') ? format : "0.00");
    }
}
