using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using MLNet.MultiTask.Reports;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Models;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>
/// The folder of a sweep: model, history, report, code, config; found writable at the start, and gone at the end where
/// it is new and nothing came into it.
/// </summary>
internal sealed class SweepFolder : IDisposable
{
    private readonly bool _isNew;
    private readonly OutputFile _model;
    private readonly OutputFile _report;

    private readonly OutputFile _consumption;
    private readonly OutputFile _training;
    private readonly OutputFile _config;
    private readonly string _name;

    /// <param name="path">The folder; made where it is missing.</param>
    /// <param name="name">Of the files with code, such as that of the config or the data.</param>
    public SweepFolder(string path, string name)
    {
        _isNew = !Directory.Exists(path);
        try
        {
            Path = Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--out: '{path}' cannot be a folder: {e.Message}", e);
        }
        _model = new OutputFile(File("model.mtsk"));
        _report = new OutputFile(File("report.html"));
        _name = name;
        _consumption = new OutputFile(File($"{name}.consumption.cs"));
        _training = new OutputFile(File($"{name}.training.cs"));
        _config = new OutputFile(File($"{name}.mtconfig"));
    }

    public string Path { get; }

    /// <summary>Trials of a cluster's jobs, kept for a sweep that is started again.</summary>
    public string Trials => File("trials");

    /// <summary>The file of trials.</summary>
    public string History => File("history.jsonl");

    /// <summary>The page.</summary>
    public string Report => _report.Path;

    public void AddTo(FileRoles files) =>
        files.Write("--out", _model.Path).Write("--out", _report.Path)
            .Write("--out", _consumption.Path).Write("--out", _training.Path)
            .Write("--out", _config.Path).Write("--out", History);

    /// <summary>Model, page and code; each is complete or as it was.</summary>
    /// <param name="result">What the sweep found.</param>
    /// <param name="description">Labels and weights.</param>
    /// <param name="data">The file.</param>
    /// <param name="training">The options of networks before the choice.</param>
    /// <param name="source">What a config says of the data besides columns and format.</param>
    /// <param name="search">The training options of a config that asks for this sweep.</param>
    public void Write(SweepResult result, DataDescription description, DataSet data, TrainingOptions training,
        JsonObject source, JsonObject search)
    {
        var context = new MLContext(0);
        _model.Write(stream => RawPipeline.Of(context, result.Model, data).Save(context, stream));
        string page = SweepReport.ToHtml(result, [.. data.Table.Tasks.Select(t => t.Name)],
            "mlnet-multitask predict --model model.mtsk --data new.csv --out scores.csv");
        Write(_report, page);
        Write(_config, SweepConfigFile.Of(result, description, data, source, search, Path)
            .ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        string type = CodeNames.Identifier(_name) + "Model";
        Write(_consumption, new ConsumptionCode(type, data).ToString());
        Write(_training, new TrainingCode(type, description, data, result.Best.Point, training).ToString());
    }

    public void Dispose()
    {
        if (_isNew && !Directory.EnumerateFileSystemEntries(Path).Any())
            Directory.Delete(Path);
    }

    private static void Write(OutputFile file, string text) =>
        file.Write(stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
