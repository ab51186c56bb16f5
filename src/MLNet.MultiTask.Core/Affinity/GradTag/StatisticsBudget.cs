using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>How many directions fit the memory where the statistics of many tasks are held for several
/// networks.</summary>
internal static class StatisticsBudget
{
    /// <summary>Bytes for all networks together.</summary>
    public const long Most = 1L << 29;

    private const int Least = 32;

    /// <summary>Directions of the trunk, at least 32 where no fewer are asked for.</summary>
    /// <param name="networks">Linearised networks.</param>
    /// <param name="tasks">Tasks of each.</param>
    /// <param name="head">Parameters of a task's head that move with the trunk.</param>
    /// <param name="most">Directions asked for.</param>
    public static int Dimension(int networks, int tasks, int head, int most)
    {
        int dimension = most;
        while (dimension > Least && Bytes(networks, tasks, dimension, head) > Most)
            dimension--;
        return dimension;
    }

    /// <summary>
    /// A symmetric matrix of trunk and head per task on training and on validation rows, and the head eliminated once.
    /// </summary>
    public static long Bytes(int networks, int tasks, int dimension, int head) => sizeof(float) * (long)networks * tasks
        * (2L * Packed.Length(dimension + head) + (head > 0 ? EliminatedHead.Size(dimension, head) : 0));
}
