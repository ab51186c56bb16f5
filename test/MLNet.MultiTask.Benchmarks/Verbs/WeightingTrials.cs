using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// The trainings that <c>bench weightings</c> has made, a line each, in memory and in a file that a later call goes on
/// with. Trainings with other settings are other trainings.
/// </summary>
internal sealed class WeightingTrials
{
    private readonly Dictionary<(string Set, string Arm, int Seed, string Settings), (double Gain, double Seconds)>
        _trials = [];

    private readonly FileInfo? _file;

    public WeightingTrials(FileInfo? file)
    {
        _file = file;
        if (file is not { Exists: true })
            return;
        int number = 0;
        foreach (string line in File.ReadLines(file.FullName))
        {
            number++;
            try
            {
                JsonNode trial = JsonNode.Parse(line)!;
                _trials[(Text(trial, "data"), Text(trial, "method"), (int)trial["seed"]!, Text(trial, "settings"))] =
                    ((double?)trial["deltaM"] ?? double.NaN, (double)trial["seconds"]!);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
            {
                throw new InputException($"Line {number} of {file.Name} is no training of 'bench weightings': remove " +
                    "it, or name another file", e);
            }
        }
    }

    public bool Has(string set, string arm, int seed, string settings) =>
        _trials.ContainsKey((set, arm, seed, settings));

    public void Add(string set, string arm, int seed, string settings, double gain, double seconds)
    {
        _trials.Add((set, arm, seed, settings), (gain, seconds));
        if (_file is not null)
            File.AppendAllText(_file.FullName, new JsonObject
            {
                ["data"] = set,
                ["method"] = arm,
                ["seed"] = seed,
                ["settings"] = settings,
                ["deltaM"] = JsonFile.Number(gain),
                ["seconds"] = seconds,
            }.ToJsonString() + "\n");
    }

    /// <summary>All seeds of one arm on one set, with the settings that <paramref name="settings"/> gives.</summary>
    public IReadOnlyList<(double Gain, double Seconds)> Of(string set, string arm, Func<int, string> settings,
        int seeds) => [.. Enumerable.Range(1, seeds)
            .Where(seed => Has(set, arm, seed, settings(seed)))
            .Select(seed => _trials[(set, arm, seed, settings(seed))])];

    private static string Text(JsonNode trial, string name) => (string)trial[name]!;
}
