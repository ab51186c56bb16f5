using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tool.Arms;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Data.Csv;
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

        Columns per task: binary Probability.<task> and PredictedLabel.<task> (1 from a probability of 0.5 on);
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
        SavedModel saved = _model.Load(parsed);
        (MultiTaskModel model, FeatureEncoder encoder) = (saved.Model, saved.Encoder!);
        CsvTable csv = CsvTable.Read(parsed.GetValue(_data)!, _csv.Read(parsed),
            encoder.Columns.Where(c => c.Categories is not null).Select(c => c.Name), cancellationToken);
        int[] rows = [.. Enumerable.Range(0, csv.RowCount)];
        float[] features = UserError.Guard(() => encoder.Encode(FeatureReader.Read(csv, rows, encoder, cancellationToken)));
        foreach (UnknownCategories unknown in UnknownCategories.Find(csv, rows, encoder))
            _console.Note(unknown.ToString());
        var scores = new float[(long)rows.Length * model.OutputCount];
        model.Score(features, rows.Length, scores, _common.Threads(parsed) ?? Environment.ProcessorCount);

        var predictions = new Predictions(model.Tasks, scores, rows.Length);
        file?.Write(stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            predictions.WriteCsv(writer, cancellationToken);
        });
        json?.Write(new JsonObject { ["rows"] = rows.Length, ["columns"] = predictions.ToJson() });
        if (file is null)
            predictions.WriteCsv(_console.Output, cancellationToken);
        return ExitCode.Ok;
    }
}
