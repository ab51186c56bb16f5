using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Output;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>
/// The folder of <c>train --checkpoint</c>: networks and the affinity. Its failures are about what the user gave.
/// </summary>
internal sealed class Checkpoints : ICheckpointStore
{
    // The affinities of 10,000 tasks take 2 GB.
    private const long MostBytes = 4L << 30;

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
    public TaskAffinity Affinity(string method, TaskTable table, RowSplit rows, string file, TrainingOptions options,
        Func<TaskAffinity> estimate)
    {
        string path = Path.Combine(_folder, AffinityName(method));
        string description = LibraryErrors.Translate(() => Describe(table, rows, options));
        if (_resume && File.Exists(path))
        {
            string stored = Guarded(() => Description(path));
            return stored == description ? AffinityFile.Read(path)
                : throw new InputException($"--checkpoint: '{path}' is of another training: it has " +
                    $"{TrainingFingerprint.Difference(stored, description)} (rows and data are those of " +
                    $"{file}).");
        }
        TaskAffinity affinity = estimate();
        var content = new JsonObject
        {
            ["description"] = description,
            ["tasks"] = JsonFile.Texts(affinity.TaskNames),
            ["affinity"] = JsonFile.Matrix(affinity.Values, affinity.Count),
            ["method"] = affinity.Method,
        };
        if (affinity.IsSigned)
            content["signed"] = true;
        content["sha256"] = Checksum(content);
        new JsonFile(new OutputFile(path), timings: true).Write(content);
        return affinity;
    }

    private static string AffinityName(string method) => $"affinity-{method}.json";

    /// <summary>All that decides an affinity besides its method.</summary>
    private static string Describe(TaskTable table, RowSplit rows, TrainingOptions options)
    {
        var problem = new TrainingProblem(table, rows, [.. Enumerable.Range(0, table.Tasks.Count)]);
        return TrainingFingerprint.Of(problem, new(table.FeatureCount, options.Hidden, table.Tasks,
            options.LayerNorm, options.LinearSkip), options) + string.Create(CultureInfo.InvariantCulture,
            $"\n{options.MaxEpochs} epochs, {options.MaxSteps} steps\npatience {options.Patience}\n" +
            $"best weights {options.KeepBestWeights}");
    }

    private static string Description(string path)
    {
        if (new FileInfo(path).Length > MostBytes)
            throw new FormatException($"'{path}' is longer than {MostBytes} bytes and no affinity that 'train " +
                "--checkpoint' wrote");
        try
        {
            JsonObject content = JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject
                ?? throw new FormatException($"'{path}' is no affinity that 'train --checkpoint' wrote");
            string? stored = content["sha256"]?.GetValue<string>();
            content.Remove("sha256");
            return stored == Checksum(content) && content["description"]?.GetValue<string>() is { } description
                ? description
                : throw new FormatException($"'{path}' is damaged: its checksum is wrong; remove it to estimate anew");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"'{path}' is no affinity that 'train --checkpoint' wrote: {e.Message}", e);
        }
    }

    private static string Checksum(JsonObject content) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToJsonString())));

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
