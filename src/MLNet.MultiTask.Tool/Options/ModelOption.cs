using System.CommandLine;
using Microsoft.ML;
using MLNet.MultiTask.Tool.Data.Csv;
using MLNet.MultiTask.Tool.Models;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>A model file that <c>train --out</c> or an application wrote.</summary>
internal sealed class ModelOption
{
    private readonly Option<string> _model = new("--model")
    {
        Description = "Model that 'train --out' wrote, or an application with mlContext.MultiTask().Save (.mtsk) or " +
            "mlContext.Model.Save (.zip; ML.NET loads what is named in it: take it from where you would take " +
            "programs).",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<bool> _trust = new("--trust-microsoft-ml")
    {
        Description = "Load what ML.NET itself saved within a .mtsk file, such as LightGBM: it makes the types that " +
            "are named there, so say so only of files from where you would take programs.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_model);
        command.Options.Add(_trust);
    }

    /// <summary>The file that the option names.</summary>
    public void AddTo(FileRoles files, ParseResult parsed) => files.Read(_model.Name, parsed.GetValue(_model));

    /// <summary>The model, from raw columns to predictions.</summary>
    public RawPipeline Load(ParseResult parsed, CsvFormat format) =>
        PipelineReader.Read(new MLContext(0), parsed.GetValue(_model)!, format, parsed.GetValue(_trust));
}
