// Nine meters: which should learn together? Groupings and widths are tried by really training.
using MLNet.MultiTask;
using MLNet.MultiTask.Samples.SweepGroupings;
using Microsoft.ML;

var mlContext = new MLContext(seed: 1);
IDataView train = mlContext.Data.LoadFromEnumerable(Sensor.Read(300, 1));
IDataView test = mlContext.Data.LoadFromEnumerable(Sensor.Read(2000, 2));

// <snippet>
TaskColumn[] tasks = [TaskColumn.Regression("Reading")];
var sweep = mlContext.MultiTask().Sweep(tasks, o =>
{
    o.Hidden = ["16"];
    o.Budget.MaxTrials = 20;
    o.Budget.Progress = new Progress<SweepProgress>(p =>
        Console.WriteLine($"{p.Trial.Number,3}  {p.Trial.Point,-40} {p.Trial.Loss:F4}  best {p.Best?.Loss:F4}"));
});
MultiTaskPredictionTransformer model = sweep.Fit(train);
// </snippet>

SweepResult found = sweep.Result!;
Console.WriteLine($"Stopped: {found.StopReason}; {found.GroupsTrained} groups trained, {found.GroupsAsked} asked for");
foreach (SweepArm arm in found.Table)
    Console.WriteLine($"{arm.Name,-8} {arm.Trial.Loss:F4}, worse by {arm.Difference:F4} ± {arm.StandardError:F4}");
Console.WriteLine($"Groups: {model.Grouping}");
MultiTaskMetrics metrics = mlContext.MultiTask().Evaluate(model.Transform(test), tasks);
Console.WriteLine($"Relative RMSE on 2,000 new rows: {metrics.Macro.RelativeRmse:F4}");
