using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Data.Csv;
using MLNet.MultiTask.Tool.Models;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary><c>predict</c>: scores rows without labels.</summary>
internal sealed class PredictCommand
{
    private const string Examples = """
        Examples:
          One line of predictions per line of the file, in the same order:
            mlnet-multitask predict --model model.mtsk --data new.csv --out predictions.csv
          To the terminal:
            mlnet-multitask predict --model model.mtsk --data new.csv

        Columns per task: binary Probability.<task> and PredictedLabel.<task> (1 from a probability of 0.5 on;
        1 is the value of train --positive, if that was given);
        multi-class Probability.<task>.<class> and PredictedLabel.<task>; regression Score.<task>, in the units of the
        label. The file needs the feature columns of the training file, found by name; other columns are ignored.
        """;

    private readonly CommonOptions _common = new(timed: false);
    private readonly CsvOptions _csv = new();
    private readonly ModelOption _model = new();
    private readonly ToolConsole _console;

    private readonly Option<string> _data = new("--data")
    {
        Description = "CSV file with the feature columns.",
        HelpName = "FILE",
        Required = true,
    };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "CSV file to write [default: the terminal]",
        HelpName = "FILE",
    };

    private PredictCommand(ToolConsole console) => _console = console;

    public static Command Create(ToolConsole console)
    {
        var predict = new PredictCommand(console);
        var verb = new VerbCommand("predict", "Predicts all tasks of a saved model for rows without labels.", Examples)
        {
            predict._data, predict._out,
        };
        predict._model.AddTo(verb);
        predict._csv.AddTo(verb);
        predict._common.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => Task.FromResult(predict.Run(parsed, cancellationToken)));
        return verb;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        JsonFile? json = _common.Json(parsed);
        OutputFile? file = parsed.GetValue(_out) is { } path ? new OutputFile(path) : null;
        FileRoles files = new FileRoles().Write("--out", file?.Path).Write("--json", json?.Path)
            .Read("--data", parsed.GetValue(_data));
        _model.AddTo(files, parsed);
        files.ThrowIfAnyIsLost();
        RawPipeline pipeline = _model.Load(parsed, _csv.Read(parsed));
        CsvTable csv = CsvTable.Read(parsed.GetValue(_data)!, _csv.For(pipeline, parsed),
            PipelineScores.ColumnsOf(pipeline).Where(c => c.Type is TextDataViewType).Select(c => c.Name),
            cancellationToken);
        foreach (UnknownCategories unknown in UnknownCategories.Find(csv, pipeline.Featurizer?.Encoder))
            _console.Note(unknown.ToString());
        float[] scores = PipelineScores.ScoreLessOffsets(
            pipeline, csv, _common.Threads(parsed) ?? Environment.ProcessorCount, cancellationToken);

        var predictions = new Predictions(pipeline.Tasks, scores, csv.RowCount, pipeline.Predictor is not null);
        file?.Write(stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            predictions.WriteCsv(writer, cancellationToken);
        });
        json?.Write(new JsonObject { ["rows"] = csv.RowCount, ["columns"] = predictions.ToJson() });
        if (file is null)
            predictions.WriteCsv(_console.Output, cancellationToken);
        return ExitCode.Ok;
    }
}
