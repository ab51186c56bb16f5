using Microsoft.ML;

namespace MLNet.MultiTask.Persistence;

/// <summary>The parts of our files that ML.NET wrote and loads, by type names in them.</summary>
internal static class MicrosoftMLStage
{
    /// <summary>Says that such a part is there and may not be read.</summary>
    public static ModelFormatException NotTrusted() => new("stages",
        "the file holds transformers that Microsoft.ML loads by type names in the file; if it comes " +
        $"from a source you trust, set {nameof(MultiTaskModelLoadOptions)}." +
        $"{nameof(MultiTaskModelLoadOptions.TrustMicrosoftMLStages)}");

    /// <exception cref="ModelFormatException">ML.NET cannot load it.</exception>
    public static ITransformer Load(MLContext context, Stream stream)
    {
        try
        {
            return context.Model.Load(stream, out _);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ModelFormatException("stages", $"Microsoft.ML cannot load its part: {e.Message}", e);
        }
    }
}
