namespace MLNet.MultiTask.Tests.Training.Weightings;

/// <summary>Gradients of tasks, and their Gramians, for tests.</summary>
internal static class Gramians
{
    /// <summary>G = J·Jᵀ of a Jacobian of normal numbers with a given rank.</summary>
    public static double[] Random(int tasks, int rank, ulong seed, double scale = 1) =>
        Of(Jacobian(tasks, rank, seed, scale), tasks);

    /// <summary>tasks × rank.</summary>
    public static double[] Jacobian(int tasks, int rank, ulong seed, double scale = 1) =>
        [.. Normal(tasks * rank, seed).Select(x => scale * x)];

    public static double[] Of(double[] jacobian, int tasks)
    {
        int width = jacobian.Length / tasks;
        var gramian = new double[tasks * tasks];
        for (int i = 0; i < tasks; i++)
            for (int j = 0; j < tasks; j++)
                for (int k = 0; k < width; k++)
                    gramian[i * tasks + j] += jacobian[i * width + k] * jacobian[j * width + k];
        return gramian;
    }

    public static double[] Normal(int count, ulong seed)
    {
        var random = new RandomStream(seed, "test");
        var values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = random.NextNormal();
        return values;
    }

    public static double[] Times(double[] matrix, double[] x)
    {
        int n = x.Length;
        return [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Sum(j => matrix[i * n + j] * x[j]))];
    }
}
