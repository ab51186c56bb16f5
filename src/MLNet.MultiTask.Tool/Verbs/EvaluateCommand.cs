using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tool.Arms;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary><c>evaluate</c>: scores a saved model on rows with labels.</summary>
internal sealed class EvaluateCommand
{
    private const string Examples = """
        Examples:
          The test rows of the file that the model was trained on (they took no part in training):
            mlnet-multitask evaluate --model model.mtsk --data patients.csv
          Every row of another file:
            mlnet-multitask evaluate --model model.mtsk --data new.csv --part all

        Labels are the columns named like the model's tasks, unless --label or --manifest says otherwise. The parts are
        those of the split that 'train' made, which the model file knows; a file with another number of rows is another
        file and has no such parts, unless --split-seed makes a split of its own. Rows count alike; cells without a
        label are skipped. rrmse and auc_rest compare with the training rows' mean and most frequent class,
        with --part all with those of all rows.
        """;

    private readonly CommonOptions _common = new(timed: false);
    private readonly DataOptions _data = new(forTraining: false);
    private readonly ModelOption _model = new();
    private readonly ToolConsole _console;

    private readonly Option<string> _part = new("--part")
    {
        HelpName = "PART",
        Description = "Which rows of the split to score.",
        DefaultValueFactory = _ => "test",
    };

    private EvaluateCommand(ToolConsole console)
    {
        _console = console;
        _part.AcceptOnlyFromAmong("test", "validation", "train", "all");
    }

    public static Command Create(ToolConsole console)
    {
        var evaluate = new EvaluateCommand(console);
        var verb = new VerbCommand("evaluate", "Scores a saved model on rows with labels: metrics per task.", Examples)
        {
            evaluate._part,
        };
        evaluate._model.AddTo(verb);
        evaluate._data.AddTo(verb);
        evaluate._common.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => Task.FromResult(evaluate.Run(parsed, cancellationToken)));
        return verb;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        JsonFile? json = _common.Json(parsed);
        SavedModel saved = _model.Load(parsed);
        MultiTaskModel model = saved.Model;
        string part = parsed.GetValue(_part)!;
        DataSet data = DataSet.Read(_data.Describe(parsed, model.Tasks) with { UseWeights = false },
            rows => Split(parsed, part, saved.Split, rows), saved.Encoder!, model.Tasks, cancellationToken);
        int[] all = [.. Enumerable.Range(0, data.Table.RowCount)];
        int[] scored = part switch
        {
            "test" => data.Split.Test,
            "validation" => data.Split.Validation,
            "train" => data.Split.Train,
            _ => all,
        };
        if (scored.Length == 0)
            throw new InputException($"The {part} part of {data.FileName} has no rows.");
        ConstantPredictor reference = Scoring.Constant(data, part == "all" ? all : data.Split.Train);
        MultiTaskMetrics metrics = Scoring.Evaluate(data, model, scored, reference, _common.Threads(parsed));

        _console.Show(MetricReport.ToTable(metrics));
        if (json is not null)
        {
            JsonObject results = MetricReport.ToJson(metrics);
            results.Insert(0, "splitCheck", data.Split.Check());
            results.Insert(1, "part", part);
            results.Insert(2, "rows", scored.Length);
            results.Insert(3, "labels", MetricReport.Counts(metrics));
            results.Insert(4, "grouping", model.Grouping.ToString());
            json.Write(results);
        }
        return ExitCode.Ok;
    }

    private DataSplit Split(ParseResult parsed, string part, SavedSplit? trained, int rows)
    {
        int? maxRows = _data.MaxRows(parsed);
        if (part == "all" || trained is null || _data.HasSplitSeed(parsed))
            return new DataSplit(rows, _data.SplitSeed(parsed), maxRows);
        return rows == trained.FileRows ? new DataSplit(rows, trained.Seed, maxRows ?? trained.MaxRows)
            : throw new InputException($"The model was trained on a file of {trained.FileRows} rows, this one has " +
                $"{rows}: it has no {part} part. --part all scores every row, --split-seed makes a split of its own.");
    }
}
