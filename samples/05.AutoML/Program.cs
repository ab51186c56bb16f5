// The same nine meters inside an AutoMLExperiment.
using MLNet.MultiTask;
using MLNet.MultiTask.Samples.SweepGroupings;
using Microsoft.ML;
using Microsoft.ML.AutoML;

var mlContext = new MLContext(seed: 1);
IDataView train = mlContext.Data.LoadFromEnumerable(Sensor.Read(300, 1));
IDataView validation = mlContext.Data.LoadFromEnumerable(Sensor.Read(300, 3));

// <snippet>
TaskColumn[] tasks = [TaskColumn.Regression("Reading")];
MultiTaskExperiment experiment = mlContext.Auto().CreateExperiment()
    .SetMultiTask(train, validation, tasks, o => o.Budget.MaxTrials = 15);
TrialResult best = await experiment.RunAsync();
// </snippet>

Console.WriteLine($"Trial {best.TrialSettings.TrialId}: {best.TrialSettings.Parameter}, loss {best.Loss:F4}");
Console.WriteLine($"Stopped: {experiment.Result!.StopReason} after {experiment.Result.Trials.Count} trials");
IDataView scored = best.Model.Transform(validation);
Console.WriteLine($"Columns: {string.Join(", ", scored.Schema.Select(c => c.Name))}");
