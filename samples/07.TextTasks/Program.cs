// Six labels on a sentence: what it is about, how it judges, whether the guest comes again. ML.NET's own
// TextClassification takes one label; here one small transformer encoder is shared, by groups that are found from its
// gradients.
using MLNet.MultiTask;
using MLNet.MultiTask.Samples.TextTasks;
using Microsoft.ML;

Sentence[] training = [.. Sentence.Make(900, seed: 1)], fresh = [.. Sentence.Make(300, seed: 2)];
var vocabulary = new Vocabulary(training.Select(s => s.Text));
foreach (Sentence sentence in training.Concat(fresh))
    sentence.Features = vocabulary.Encode(sentence.Text);

// The name stands for the module in the model file; whoever loads it registers the same factory.
TorchArchitectures.Register("text-encoder",
    trunk: () => new TextEncoder(vocabulary.Count, Sentence.Length, width: 24));

var mlContext = new MLContext(seed: 1);
string[] names = ["AboutFood", "AboutService", "AboutPrice", "Praise", "Complaint", "ComesAgain"];
TaskColumn[] tasks = [.. names.Select(n => TaskColumn.Binary(n))];
var options = new TrainingOptions { LearningRate = 0.003f, BatchSize = 64, MaxEpochs = 15, Patience = 5 };
IDataView data = mlContext.Data.LoadFromEnumerable(training), test = mlContext.Data.LoadFromEnumerable(fresh);

var pipeline = mlContext.MultiTask().Affinity.TorchGradTag(tasks, new TorchGradTagOptions
    {
        Module = new() { Architecture = "text-encoder", Training = options }, Bases = 3, FineTuningEpochs = 8,
            Subsets = 20,
    })
    .Append(mlContext.MultiTask().Grouping.SemidefiniteProgram(groupCount: 2))
    .Append(mlContext.MultiTask().Trainers.TorchModule(tasks, "text-encoder", training: options));
var model = pipeline.Fit(data);
Console.WriteLine($"Groups: {string.Join(" | ", model.LastTransformer.Model.Grouping.Groups.Select(g =>
    string.Join(", ", g.Served.Select(t => names[t]))))}");

foreach (string name in names)
{
    var metrics = mlContext.BinaryClassification.Evaluate(model.Transform(test), name, $"Score.{name}",
        $"Probability.{name}", $"PredictedLabel.{name}");
    Console.WriteLine($"{name,-12} AUC {metrics.AreaUnderRocCurve:F3}");
}

string path = Path.Combine(args is [var folder] ? folder : Path.GetTempPath(), "sentences.mtsk");
mlContext.MultiTask().Save(model, data.Schema, path);
ITransformer loaded = mlContext.MultiTask().Load(path, out _);
float[] before = [.. mlContext.Data.CreateEnumerable<Judged>(model.Transform(test), false).Select(j => j.Praise)];
float[] after = [.. mlContext.Data.CreateEnumerable<Judged>(loaded.Transform(test), false).Select(j => j.Praise)];
Console.WriteLine($"Loaded again: {(before.SequenceEqual(after) ? "the same scores" : "OTHER SCORES")}");
