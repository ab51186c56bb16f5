using MLNet.MultiTask.Data;
using System.Globalization;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Refuses what cannot fit into the memory of the machine before hours are spent on it.</summary>
internal static class MemoryCheck
{
    // Parameters, two moments, gradients and the best epoch's copy.
    private const int CopiesInTraining = 5;

    /// <summary>Bytes that the process may use.</summary>
    public static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Refuses a table of encoded features that is too large.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Raw columns: features of a row that are not 0, at most.</param>
    /// <param name="features">Encoded features.</param>
    /// <param name="available">Bytes that may be used.</param>
    public static void ThrowIfTableIsTooLarge(string file, long rows, int columns, int features, long available)
    {
        double bytes = (double)rows * Math.Min(sizeof(float) * (double)features, 2d * sizeof(float) * columns);
        if (bytes > available)
            throw new InputException($"{file}: the features are {rows} x {Counted.Of(features, "number")} and take " +
                $"{Size(bytes)}, " +
                $"but {Size(available)} of memory are there; use fewer rows (--max-rows) or columns (--ignore).");
    }

    /// <summary>Refuses networks that are too large.</summary>
    /// <param name="features">Inputs.</param>
    /// <param name="hidden">Widths of the shared layers.</param>
    /// <param name="outputs">Outputs of the tasks of one network.</param>
    /// <param name="available">Bytes that may be used.</param>
    public static void ThrowIfNetworkIsTooLarge(int features, IReadOnlyList<int> hidden, int outputs, long available)
    {
        double parameters = 0, inputs = features;
        foreach (double width in hidden.Append(outputs))
            (parameters, inputs) = (parameters + (inputs + 1) * width, width);
        double bytes = CopiesInTraining * sizeof(float) * parameters;
        if (bytes > available || parameters > Array.MaxLength)
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"A network of hidden layers {string.Join(", ", hidden)} on {Counted.Of(features, "feature")} has " +
                $"{parameters:G3} parameters and takes {Size(bytes)} in training, but {Size(available)} of memory " +
                $"are there; give smaller --hidden."));
    }

    private static string Size(double bytes) => bytes >= 1e9
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");
}
