using Microsoft.ML;

namespace MLNet.MultiTask.Samples.QuickStart;

/// <summary>1,797 images of handwritten digits, as a view of pixels and sixteen Boolean label columns.</summary>
internal static class Digits
{
    public static IDataView Load(MLContext mlContext)
    {
        IDataView images = mlContext.Data.LoadFromTextFile<DigitImage>(
            Path.Combine(AppContext.BaseDirectory, "digits.csv"), separatorChar: ',', hasHeader: true);
        return mlContext.Transforms.CustomMapping<DigitImage, DigitTasks>(DigitTasks.FromImage, contractName: null)
            .Fit(images).Transform(images);
    }
}
