using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Output;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tool.Arms;

/// <summary>
/// The folder of <c>train --checkpoint</c>: networks and the affinity. Its failures are about what the user gave.
/// </summary>
internal sealed class Checkpoints : ICheckpointStore
{
    private readonly CheckpointFolder _networks;
    private readonly string _folder;
    private readonly bool _resume;

    public Checkpoints(string folder, bool resume, int steps) =>
        (_folder, _resume, _networks) = (folder, resume, Guarded(() => new CheckpointFolder(folder, resume, steps)));

    /// <summary>Whether there is nothing to go on from.</summary>
    public bool IsEmpty => _networks.Count == 0 && Directory.GetFiles(_folder, AffinityName("*")).Length == 0;

    public int Steps => _networks.Steps;

    public T? Read<T>(string name, Func<Stream, T> read) where T : class => Guarded(() => _networks.Read(name, read));

    public void Write(string name, Action<Stream> write) => Guarded<object?>(() =>
    {
        _networks.Write(name, write);
        return null;
    });

    /// <summary>The affinity by a method: that of the folder to go on from, or estimated and kept.</summary>
    public TaskAffinity Affinity(string method, DataSet data, TrainingOptions options, Func<TaskAffinity> estimate)
    {
        string path = Path.Combine(_folder, AffinityName(method));
        string description = UserError.Guard(() => Describe(data, options));
        if (_resume && File.Exists(path))
        {
            string stored = Guarded(() => Description(path));
            return stored == description ? AffinityFile.Read(path)
                : throw new InputException($"--checkpoint: '{path}' is of another training: it has " +
                    TrainingFingerprint.Difference(stored, description));
        }
        TaskAffinity affinity = estimate();
        new JsonFile(new OutputFile(path), timings: true).Write(new JsonObject
        {
            ["description"] = description,
            ["tasks"] = JsonFile.Texts(affinity.TaskNames),
            ["affinity"] = JsonFile.Matrix(affinity.Values, affinity.Count),
            ["method"] = affinity.Method,
        });
        return affinity;
    }

    private static string AffinityName(string method) => $"affinity-{method}.json";

    /// <summary>All that decides an affinity besides its method.</summary>
    private static string Describe(DataSet data, TrainingOptions options)
    {
        var problem = new TrainingProblem(data.Table, data.TrainingRows,
            [.. Enumerable.Range(0, data.Table.Tasks.Count)]);
        return TrainingFingerprint.Of(problem, new(data.Table.FeatureCount, options.Hidden, data.Table.Tasks,
            options.LayerNorm), options) + string.Create(CultureInfo.InvariantCulture,
            $"\n{options.MaxEpochs} epochs, {options.MaxSteps} steps\npatience {options.Patience}\n" +
            $"best weights {options.KeepBestWeights}");
    }

    private static string Description(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path))?["description"]?.GetValue<string>()
                ?? throw new FormatException($"'{path}' is no affinity that 'train --checkpoint' wrote");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"'{path}' is no affinity that 'train --checkpoint' wrote: {e.Message}", e);
        }
    }

    private static T Guarded<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new InputException($"--checkpoint: {e.Message}", e);
        }
    }
}
