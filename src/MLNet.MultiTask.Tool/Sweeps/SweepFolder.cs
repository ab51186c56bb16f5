using System.Text;
using Microsoft.ML;
using MLNet.MultiTask.Reports;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Models;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>The folder of a sweep: model, history, report; found writable at the start.</summary>
internal sealed class SweepFolder
{
    private readonly OutputFile _model;
    private readonly OutputFile _report;

    public SweepFolder(string path)
    {
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
    }

    public string Path { get; }

    /// <summary>The file of trials.</summary>
    public string History => File("history.jsonl");

    /// <summary>The page.</summary>
    public string Report => _report.Path;

    public void AddTo(FileRoles files) =>
        files.Write("--out", _model.Path).Write("--out", _report.Path).Write("--out", History);

    /// <summary>Model and page; each is complete or as it was.</summary>
    public void Write(SweepResult result, DataSet data)
    {
        var context = new MLContext(0);
        _model.Write(stream => RawPipeline.Of(context, result.Model, data).Save(context, stream));
        string page = SweepReport.ToHtml(result, [.. data.Table.Tasks.Select(t => t.Name)],
            "mlnet-multitask predict --model model.mtsk --data new.csv --out scores.csv");
        _report.Write(stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
