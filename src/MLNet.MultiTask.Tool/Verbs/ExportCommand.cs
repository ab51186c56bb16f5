using System.CommandLine;
using Microsoft.ML;
using MLNet.MultiTask.Tool.Models;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary><c>export</c>: writes a saved model as ONNX.</summary>
internal sealed class ExportCommand
{
    private const string Examples = """
        Examples:
            mlnet-multitask export --model model.mtsk --onnx model.onnx

        The graph takes the raw feature columns under their names, rows × 1: numbers as double (NaN where missing),
        categories as strings. It gives Score.<task>.output, and of binary tasks Probability.<task>.output,
        PredictedLabel.<task>.output: true or false, or the number of the class from 1.
        """;

    private readonly CsvOptions _csv = new();
    private readonly ModelOption _model = new();

    private readonly Option<string> _onnx = new("--onnx")
    {
        Description = "ONNX file to write.",
        HelpName = "FILE",
        Required = true,
    };

    public static Command Create()
    {
        var export = new ExportCommand();
        var verb = new VerbCommand("export", "Writes a saved model as one ONNX graph.", Examples) { export._onnx };
        export._model.AddTo(verb);
        export._csv.AddTo(verb);
        verb.SetAction((parsed, _) => Task.FromResult(export.Run(parsed)));
        return verb;
    }

    private int Run(ParseResult parsed)
    {
        var file = new OutputFile(parsed.GetValue(_onnx)!);
        FileRoles files = new FileRoles().Write("--onnx", file.Path);
        _model.AddTo(files, parsed);
        files.ThrowIfAnyIsLost();
        RawPipeline pipeline = _model.Load(parsed, _csv.Read(parsed));
        try
        {
            using var graph = new MemoryStream();
            new MLContext(0).MultiTask().ConvertToOnnx(pipeline.Chain, pipeline.InputSchema, graph);
            file.Write(graph.WriteTo);
        }
        catch (NotSupportedException e)
        {
            throw new InputException(e.Message, e);
        }
        return ExitCode.Ok;
    }
}
