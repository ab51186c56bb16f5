using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>One line of the recovery bench.</summary>
internal sealed record RecoveryMeasurement(string Method, double Noise, bool Misleads, int Seed,
    double Area, double Index)
{
    /// <summary>The lines of a file.</summary>
    /// <exception cref="InputException">The file cannot be read, or holds another line (it is numbered).</exception>
    public static RecoveryMeasurement[] Read(FileInfo file)
    {
        int number = 0;
        try
        {
            return [.. File.ReadLines(file.FullName).Select(line =>
            {
                number++;
                return Of(JsonNode.Parse(line)!.AsObject());
            })];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read '{file}': {e.Message}", e);
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new InputException($"Line {number} of '{file}' is no line of bench recovery.", e);
        }
    }

    public static RecoveryMeasurement Of(JsonObject line) =>
        new(Member(line, "method").GetValue<string>(), Member(line, "noise").GetValue<double>(),
            Member(line, "misleading").GetValue<bool>(), Member(line, "seed").GetValue<int>(),
            Member(line, "area").GetValue<double>(), Member(line, "adjustedRandIndex").GetValue<double>());

    /// <summary>Means over seeds: a curve per method, in the order in which methods are listed.</summary>
    public static RecoveryCurve[] Curves(IReadOnlyList<RecoveryMeasurement> measurements) =>
        [.. AffinityMethods.All.Select(m => m.Name)
            .Where(name => measurements.Any(m => m.Method == name)).Select(name => new RecoveryCurve(name,
                [.. measurements.Where(m => m.Method == name).GroupBy(m => (m.Misleads, m.Noise)).OrderBy(g => g.Key)
                    .Select(g => new RecoveryPoint(g.Key.Noise, g.Key.Misleads, g.Average(m => m.Index),
                        g.Average(m => m.Area)))]))];

    private static JsonNode Member(JsonObject line, string name) =>
        line[name] ?? throw new FormatException($"The line has no '{name}'");
}
