// Sixteen yes/no questions about a handwritten digit: which of them should be learned together, and what does it bring?
using MLNet.MultiTask;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Reports;
using MLNet.MultiTask.Samples.QuickStart;
using Microsoft.ML;
using Microsoft.ML.Data;

string folder = args.Length > 0 ? args[0] : Path.Combine("artifacts", "quickstart");
Directory.CreateDirectory(folder);

// 1,797 images; a third is trained on, as labels are scarce in real life, and the rest is the test that nothing else
// ever sees.
var mlContext = new MLContext(seed: 1);
IDataView images = mlContext.Data.LoadFromTextFile<DigitImage>(
    Path.Combine(AppContext.BaseDirectory, "digits.csv"), separatorChar: ',', hasHeader: true);
IDataView data = mlContext.Transforms.CustomMapping<DigitImage, DigitTasks>(DigitTasks.FromImage, contractName: null)
    .Fit(images).Transform(images);
DataOperationsCatalog.TrainTestData split = mlContext.Data.TrainTestSplit(data, testFraction: 2.0 / 3, seed: 1);

// <snippet>
TaskColumn[] tasks = [.. DigitTasks.Names.Select(name => TaskColumn.Binary(name))];

var pipeline = mlContext.Transforms.NormalizeMeanVariance("Features", "Pixels")
    .Append(mlContext.MultiTask().Affinity.GradTag(tasks))                       // which task helps which?
    .Append(mlContext.MultiTask().Grouping.SemidefiniteProgram(groupCount: 4))   // so which are learned together?
    .Append(mlContext.MultiTask().Trainers.SharedBottom(tasks));                 // one network per group

ITransformer model = pipeline.Fit(split.TrainSet);
MultiTaskMetrics metrics = mlContext.MultiTask().Evaluate(model.Transform(split.TestSet), tasks);
mlContext.Model.Save(model, split.TrainSet.Schema, Path.Combine(folder, "digits-model.zip"));
// </snippet>

var steps = (TransformerChain<MultiTaskPredictionTransformer>)model;
TaskAffinity affinity = steps.OfType<TaskAffinityTransformer>().Single().Affinity;
TaskGrouping grouping = steps.OfType<TaskGroupingTransformer>().Single().Grouping;
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
