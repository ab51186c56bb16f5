namespace MLNet.MultiTask.Training;

/// <summary>A moving average of Gramians whose entries are observed together or not at all; NaN = not yet.</summary>
internal sealed class TrackedGramian(int tasks)
{
    /// <summary>tasks × tasks.</summary>
    public double[] Values { get; } = [.. Enumerable.Repeat(double.NaN, tasks * tasks)];

    /// <summary>One entry.</summary>
    public double this[int i, int j] => Values[i * tasks + j];

    /// <summary>Moves an entry by a share of its distance from the newest value.</summary>
    public void Track(int i, int j, double share, double newest)
    {
        ref double value = ref Values[i * tasks + j];
        value = double.IsNaN(value) ? newest : value + share * (newest - value);
    }
}
