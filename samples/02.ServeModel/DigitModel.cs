using Microsoft.ML;
using MLNet.MultiTask.Samples.QuickStart;

namespace MLNet.MultiTask.Samples.ServeModel;

/// <summary>Trains the model that is served.</summary>
public static class DigitModel
{
    /// <summary>Writes the model and its card.</summary>
    public static void Train(string file, int rows, int epochs, int seed = 1)
    {
        var mlContext = new MLContext(seed);
        IDataView images = mlContext.Data.LoadFromTextFile<DigitImage>(
            Path.Combine(AppContext.BaseDirectory, "digits.csv"), separatorChar: ',', hasHeader: true);
        IDataView data = mlContext.Transforms
            .CustomMapping<DigitImage, DigitTasks>(DigitTasks.FromImage, contractName: null)
            .Fit(images).Transform(images);
        IDataView train = mlContext.Data.TakeRows(data, rows), test = mlContext.Data.SkipRows(data, rows);
        TaskColumn[] tasks = [.. DigitTasks.Names.Select(name => TaskColumn.Binary(name))];

        var pipeline = mlContext.Transforms.NormalizeMinMax("Features", "Pixels")
            .Append(mlContext.MultiTask().Trainers.SharedBottom(tasks, training: new() { MaxEpochs = epochs }));
        var model = pipeline.Fit(train);

        // The file takes features only, so it is saved with the schema of images: a caller sends no labels.
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        mlContext.MultiTask().Save(model, images.Schema, file);
        MultiTaskMetrics metrics = mlContext.MultiTask().Evaluate(model.Transform(test), tasks);
        var normalized = model.Take(1).Single().Transform(train);
        mlContext.MultiTask().ModelCard("Sixteen questions about a digit", model.LastTransformer, normalized, tasks,
            [metrics], limits: "Digits written by 43 people, 8×8 pixels; other scans look different.")
            .WriteBeside(file);
    }
}
