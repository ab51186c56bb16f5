using System.Runtime.ExceptionServices;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Independent computations side by side; results stand in order of their number, whoever finished first.
/// </summary>
internal static class ParallelRuns
{
    /// <summary>
    /// The results of runs that can use several threads themselves: as many at a time as there are threads, and at the
    /// end the threads are divided among the few that are left over.
    /// </summary>
    /// <param name="count">Number of runs.</param>
    /// <param name="threads">Upper limit of threads in all; null = all cores.</param>
    /// <param name="run">Computes one result, given its number and its threads.</param>
    /// <param name="cancellationToken">Looked at before each run.</param>
    public static T[] MapInWaves<T>(int count, int? threads, Func<int, int, T> run, CancellationToken cancellationToken)
    {
        int all = threads ?? Environment.ProcessorCount, rest = count % all;
        T[] first = Map(count - rest, all, i => run(i, 1), cancellationToken);
        return [.. first, .. Map(rest, rest, i => run(first.Length + i, all / Math.Max(1, rest)), cancellationToken)];
    }

    /// <summary>The results of runs 0 … count−1. The first failure ends all and is thrown as it is.</summary>
    /// <param name="count">Number of runs.</param>
    /// <param name="threads">Upper limit of runs at a time; null = all cores.</param>
    /// <param name="run">Computes one result; must not depend on the others.</param>
    /// <param name="cancellationToken">Looked at before each run.</param>
    public static T[] Map<T>(int count, int? threads, Func<int, T> run, CancellationToken cancellationToken)
    {
        var results = new T[count];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Max(1, threads ?? Environment.ProcessorCount),
            CancellationToken = cancellationToken,
        };
        try
        {
            Parallel.For(0, count, options, i => results[i] = run(i));
        }
        catch (AggregateException failures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
        return results;
    }
}
