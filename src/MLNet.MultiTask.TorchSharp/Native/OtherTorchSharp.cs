namespace MLNet.MultiTask.Torch;

/// <summary>Looks whether ML.NET's own TorchSharp trainers are loaded beside this library.</summary>
internal static class OtherTorchSharp
{
    /// <summary>A sentence where they are; null otherwise.</summary>
    public static string? Note() => AppDomain.CurrentDomain.GetAssemblies()
        .Any(a => a.GetName().Name == "Microsoft.ML.TorchSharp")
        ? "Microsoft.ML.TorchSharp is loaded too: it is built for TorchSharp 0.102.7, and its trainers " +
        "(TextClassification, " +
            "SentenceSimilarity, ObjectDetection) fail with the TorchSharp 0.107 that MLNet.MultiTask.TorchSharp " +
            "needs; train with them in another application" : null;
}
