// Twenty-four devices, one question, few images each: which devices should learn together, and what does it bring?
using MLNet.MultiTask;
using MLNet.MultiTask.Samples.WhereGroupingWins;
using Microsoft.ML;
using Microsoft.ML.Data;

int seeds = args.Length > 0 ? int.Parse(args[0]) : 5;
string digits = Path.Combine(AppContext.BaseDirectory, "digits.csv");
TaskColumn[] tasks = [TaskColumn.Indexed(TaskKind.Binary, nameof(Scan.IsOdd), nameof(Scan.Device))];
TaskGrouping single = TaskGrouping.Single(Scans.Devices), all = TaskGrouping.All(Scans.Devices);
List<double> overSingle = [], overAll = [];

Console.WriteLine("AUC over 600 unseen images, mean of 24 devices");
Console.WriteLine($"{"data",6} {"one model each",16} {"all in one",12} {"grouped",9}  groups found");
for (int seed = 1; seed <= seeds; seed++)
{
    var mlContext = new MLContext(seed);
    var scans = new Scans(digits, seed);
    IDataView train = mlContext.Data.LoadFromEnumerable(scans.Train);
    IDataView test = mlContext.Data.LoadFromEnumerable(scans.Test);

    // <snippet>
    var pipeline = mlContext.Transforms.NormalizeMeanVariance("Features", "Pixels")
        .Append(mlContext.MultiTask().Affinity.GradTag(new TaskAffinityEstimator.Options { Tasks = tasks, Seed = 1 }))
        .Append(mlContext.MultiTask().Grouping.SemidefiniteProgram(groupCount: 6))
        .Append(mlContext.MultiTask().Trainers.SharedBottom(tasks));
    // </snippet>

    TransformerChain<MultiTaskPredictionTransformer> model = pipeline.Fit(train);
    double grouped = Auc(mlContext, model.Transform(test));
    double each = Train(mlContext, train, test, single), together = Train(mlContext, train, test, all);
    Console.WriteLine($"{seed,6} {each,16:F4} {together,12:F4} {grouped,9:F4}  {model.LastTransformer.Grouping}");
    overSingle.Add(grouped - each);
    overAll.Add(grouped - together);
}
Console.WriteLine($"Gain over one model each: {MeanAndSd(overSingle)}; over all in one: {MeanAndSd(overAll)}");

double Train(MLContext mlContext, IDataView train, IDataView test, TaskGrouping grouping) =>
    Auc(mlContext, mlContext.Transforms.NormalizeMeanVariance("Features", "Pixels")
        .Append(mlContext.MultiTask().Trainers.SharedBottom(tasks, grouping: grouping)).Fit(train).Transform(test));

double Auc(MLContext mlContext, IDataView scored) =>
    mlContext.MultiTask().Evaluate(scored, tasks).Macro.AreaUnderRocCurve;

static string MeanAndSd(List<double> values)
{
    double mean = values.Average();
    double sd = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, values.Count - 1));
    return $"{mean:+0.0000;-0.0000} ± {sd:0.0000}";
}
