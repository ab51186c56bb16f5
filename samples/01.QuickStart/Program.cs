// Sixteen yes/no questions about a handwritten digit: which of them should be learned together, and what does it bring?
// <snippet>
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Reports;
using MLNet.MultiTask.Samples.QuickStart;

var mlContext = new MLContext(seed: 1);
IDataView data = Digits.Load(mlContext);                                         // pixels, and 16 label columns
var split = mlContext.Data.TrainTestSplit(data, testFraction: 2.0 / 3, seed: 1); // labels are scarce: train on a third
TaskColumn[] tasks = [.. DigitTasks.Names.Select(name => TaskColumn.Binary(name))];

var pipeline = mlContext.Transforms.NormalizeMeanVariance("Features", "Pixels")
    .Append(mlContext.MultiTask().Affinity.GradTag(tasks))                       // which task helps which?
    .Append(mlContext.MultiTask().Grouping.SemidefiniteProgram(groupCount: 4))   // so which are learned together?
    .Append(mlContext.MultiTask().Trainers.SharedBottom(tasks));                 // one network per group

var model = pipeline.Fit(split.TrainSet);
MultiTaskMetrics metrics = mlContext.MultiTask().Evaluate(model.Transform(split.TestSet), tasks);
// </snippet>

string folder = args.Length > 0 ? args[0] : Path.Combine("artifacts", "quickstart");
Directory.CreateDirectory(folder);
mlContext.Model.Save(model, split.TrainSet.Schema, Path.Combine(folder, "digits-model.zip"));

TaskAffinity affinity = model.OfType<TaskAffinityTransformer>().Single().Affinity;
TaskGrouping grouping = model.OfType<TaskGroupingTransformer>().Single().Grouping;
Console.WriteLine($"Groups found by {affinity.Method}:");
foreach (TaskGroup group in grouping.Groups)
    Console.WriteLine("  " + string.Join(", ", group.Served.Select(task => affinity.TaskNames[task])));
Console.WriteLine($"Macro AUC on {metrics.Tasks[0].ObservedCount} test rows: {metrics.Macro.AreaUnderRocCurve:F4}");
Console.WriteLine();

Comparison.Run(split, tasks, grouping);

string picture = Path.Combine(folder, "affinity.svg");
File.WriteAllText(picture, AffinityHeatMap.ToSvg(affinity, grouping));

// In the app: load, make an engine, predict.
ITransformer loaded = mlContext.Model.Load(Path.Combine(folder, "digits-model.zip"), out _);
DigitImage first = mlContext.Data.CreateEnumerable<DigitImage>(split.TestSet, reuseRowObject: false).First();
DigitPrediction answer = mlContext.Model.CreatePredictionEngine<DigitImage, DigitPrediction>(loaded).Predict(first);
Console.WriteLine($"A {first.Digit}, says the loaded model: P(even) = {answer.Even:F3}, P(prime) = " +
    $"{answer.Prime:F3}, P(is 7) = {answer.Is7:F3}");
Console.WriteLine($"Written: {picture}, {Path.Combine(folder, "digits-model.zip")}");
