namespace MLNet.MultiTask.Training;

/// <summary>The least loss that methods divide by or take the logarithm of; smaller ones count as this.</summary>
internal static class LossFloor
{
    public const double Least = 1e-8;
}
