namespace MLNet.MultiTask.Grouping;

/// <summary>Non-empty subsets of 0 … n−1 of limited size, small ones first, each ascending.</summary>
internal static class Subsets
{
    /// <summary>How many there are; double, so that it does not overflow.</summary>
    public static double Count(int n, int maxSize)
    {
        double count = 0, binomial = 1;
        for (int size = 1; size <= Math.Min(n, maxSize); size++)
        {
            binomial *= (n - size + 1.0) / size;
            count += binomial;
        }
        return count;
    }

    public static IEnumerable<int[]> UpTo(int n, int maxSize)
    {
        for (int size = 1; size <= Math.Min(n, maxSize); size++)
        {
            int[] subset = [.. Enumerable.Range(0, size)];
            while (true)
            {
                yield return [.. subset];
                int at = size - 1;
                while (at >= 0 && subset[at] == n - size + at)
                    at--;
                if (at < 0)
                    break;
                subset[at]++;
                for (int i = at + 1; i < size; i++)
                    subset[i] = subset[i - 1] + 1;
            }
        }
    }
}
