using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Cases;

/// <summary>Inputs that once gave wrong results without a word, and what a run on them ends with.</summary>
internal sealed class Case(string name) : IDisposable
{
    private readonly TemporaryFolder _output = new();

    /// <summary>Labels of the files with four tasks.</summary>
    public static string[] FourTasks =>
        ["--label", "A", "B", "Y", "C", "--kind", "binary", "binary", "regression", "multiclass"];

    /// <summary>The path of an input.</summary>
    public string this[string file] => Repository.Shared("cases", name, file);

    /// <summary>The path of an output.</summary>
    public string Out(string file) => _output[file];

    /// <summary>Trains on a file, all tasks in one network on one thread.</summary>
    public Task<ToolRun> Train(string file, params string[] options) => ToolRun.Of(["train", "--data", this[file],
        "--grouping", "all", "--threads", "1", "--no-timings", "--json", Out(file + ".json"), .. options]);

    /// <summary>A metric of a task in the results of <see cref="Train"/>.</summary>
    public double Metric(string file, string task, string metric) => Results(file).GetProperty("arms")
        .GetProperty("grouped").GetProperty("perTask").GetProperty(task).GetProperty(metric).GetDouble();

    /// <summary>The results of <see cref="Train"/>.</summary>
    public JsonElement Results(string file) =>
        JsonDocument.Parse(File.ReadAllText(Out(file + ".json"))).RootElement;

    public void Dispose() => _output.Dispose();
}
