using System.Globalization;
using Microsoft.ML;
using MLNet.MultiTask.Tests.MicrosoftML;
using MLNet.MultiTask.Tests.Persistence;

if (ChildProcess.Run(args))
    return;

// Loads the model named by the argument in a process that has registered nothing and prints one prediction per value.
MLContext context = new();
ITransformer model = context.Model.Load(args[0], out _);
using PredictionEngine<Measured, Doubled> engine = context.Model.CreatePredictionEngine<Measured, Doubled>(model);
foreach (string value in args.Skip(1))
{
    Doubled prediction = engine.Predict(new Measured { Value = float.Parse(value, CultureInfo.InvariantCulture) });
    Console.WriteLine(prediction.Result.ToString("R", CultureInfo.InvariantCulture));
}
