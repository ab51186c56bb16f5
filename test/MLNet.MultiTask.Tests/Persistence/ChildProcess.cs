using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;

namespace MLNet.MultiTask.Tests.Persistence;

/// <summary>What the other process of a test does, in a process that has registered nothing.</summary>
internal static class ChildProcess
{
    /// <summary>Runs "score" or "save" with a model file and a culture; false for any other verb.</summary>
    public static bool Run(string[] args)
    {
        if (args is not [var verb and ("score" or "save"), var path, var culture])
            return false;
        CultureInfo.CurrentCulture = new CultureInfo(culture);
        var context = new MLContext();
        if (verb == "score")
            Console.WriteLine(Fingerprint(path.EndsWith(".zip", StringComparison.Ordinal)
                ? context.Model.Load(path, out _)
                : context.MultiTask().Load(path, out _, new() { TrustMicrosoftMLStages = true })));
        else
            SaveForEver(context, path);
        return true;
    }

    /// <summary>A hash of everything that a model says about the sample.</summary>
    public static string Fingerprint(ITransformer model)
    {
        string[] texts = EstimatorContract.Texts(model.Transform(Sample.View(new MLContext())),
            ["Score.Big", "Probability.Big", "PredictedLabel.Big", "Score.Amount", "Score.Grade",
                "PredictedLabel.Grade"]);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))));
    }

    private static void SaveForEver(MLContext context, string path)
    {
        ITransformer model = context.MultiTask().Load(path, out DataViewSchema schema);
        while (true)
        {
            context.MultiTask().Save(model, schema, path);
            Console.WriteLine("saved");
        }
    }
}
