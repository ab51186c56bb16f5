using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Eigenvalues and eigenvectors of a random symmetric matrix.</summary>
internal sealed class EigenBench
{
    private readonly SymmetricEigen _solver;
    private readonly double[] _matrix, _values, _vectors;
    private readonly int _threads;

    public EigenBench(int n, int threads)
    {
        (_solver, _threads) = (new SymmetricEigen(n), threads);
        (_matrix, _values, _vectors) = (RandomSymmetric(n), new double[n], new double[n * n]);
    }

    public void Decompose() => _solver.Decompose(_matrix, _values, _vectors, _threads);

    /// <summary>n×n, symmetric, standard normal entries.</summary>
    public static double[] RandomSymmetric(int n)
    {
        var random = new RandomStream(1, "bench eigen");
        var matrix = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
                matrix[i * n + j] = matrix[j * n + i] = random.NextNormal();
        return matrix;
    }

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "eigen", "Times eigenvalues with eigenvectors of a symmetric matrix.",
            "Decompositions timed after warm-up.", 20);
        Option<int> size = BenchVerb.Positive("--size", "Order of the matrix.", 500);
        var openBlas = new Option<bool>("--openblas")
        {
            Description = $"LAPACK out of an installed OpenBLAS instead (the switch '{OpenBlas.Switch}').",
        };
        verb.Command.Options.Add(size);
        verb.Command.Options.Add(openBlas);
        verb.SetAction((parsed, run) =>
        {
            if (parsed.GetValue(openBlas))
                TurnOnOpenBlas();
            return [Line(parsed.GetValue(size), run)];
        });
        return verb.Command;
    }

    private static void TurnOnOpenBlas()
    {
        try
        {
            OpenBlas.Load();
        }
        catch (DllNotFoundException e)
        {
            throw new InputException(e.Message, e);
        }
        AppContext.SetSwitch(OpenBlas.Switch, true);
    }

    private static JsonObject Line(int n, BenchRun run)
    {
        var bench = new EigenBench(n, run.Threads);
        Timing timing = Timing.Measure(run.Steps, _ => bench.Decompose(), run.CancellationToken);
        return new JsonObject
        {
            ["bench"] = "eigen",
            ["n"] = n,
            ["threads"] = run.Threads,
            ["openblas"] = OpenBlas.IsWanted,
            ["ms"] = Math.Round(timing.Median * 1e3, 3),
            ["ms_p10"] = Math.Round(timing.Percentile(10) * 1e3, 3),
        };
    }
}
