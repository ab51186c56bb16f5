using MLNet.MultiTask.Data;
using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Data.Csv;
using MLNet.MultiTask.Tool.Models;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary><c>evaluate</c>: scores a saved model on rows with labels.</summary>
internal sealed class EvaluateCommand
{
    private const string Examples = """
        Examples:
          The test rows of the file that the model was trained on (they took no part in training), or every row of
          another file:
            mlnet-multitask evaluate --model model.mtsk --data patients.csv
            mlnet-multitask evaluate --model model.mtsk --data new.csv

        Labels are the columns named like the model's tasks, unless --label or --manifest says otherwise. The parts are
        those of the split that 'train' made, which the model file knows; a file with other rows has no such parts, so
        that all its rows are scored, and one with the same rows in another order is refused, unless --part all asks for all
        rows or --split-seed makes a split of its own. Rows count alike; cells without a label are skipped. rrmse and auc_rest compare with the training rows' mean and most frequent class,
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
        RawPipeline pipeline = _model.Load(parsed, new CsvFormat());
        string part = parsed.GetValue(_part)!;
        DataDescription description = _data.Describe(parsed, pipeline);
        FileRoles files = new FileRoles().Write("--json", json?.Path);
        _data.AddTo(files, parsed, description);
        _model.AddTo(files, parsed);
        files.ThrowIfAnyIsLost();
        CsvTable csv = CsvTable.Read(description.Path, description.Format, [.. description.Texts, .. PipelineScores
            .ColumnsOf(pipeline).Where(c => c.Type is TextDataViewType).Select(c => c.Name)], cancellationToken);
        DataSplit split = Split(parsed, ref part, pipeline.Split, csv);
        ShowUnlabelled(pipeline.Tasks, description);
        foreach (UnknownCategories unknown in UnknownCategories.Find(csv, pipeline.Featurizer?.Encoder))
            _console.Note(unknown.ToString());
        var data = new LabelledRows(csv, split.FileRows, description, pipeline);
        int[] all = [.. Enumerable.Range(0, split.FileRows.Length)];
        int[] scored = part switch
        {
            "test" => split.Test,
            "validation" => split.Validation,
            "train" => split.Train,
            _ => all,
        };
        if (scored.Length == 0)
            throw new InputException($"The {part} part of {csv.FileName} has no rows.");
        float[] scores = PipelineScores.ScoreLessOffsets(
            pipeline, csv, _common.Threads(parsed) ?? Environment.ProcessorCount, cancellationToken);
        MultiTaskMetrics metrics = data.Evaluate(scores, scored, part == "all" ? all : split.Train);

        if (json is not null)
        {
            JsonObject results = MetricReport.ToJson(metrics);
            results.Insert(0, "splitCheck", split.Check());
            results.Insert(1, "part", part);
            results.Insert(2, "rows", scored.Length);
            results.Insert(3, "labels", MetricReport.Counts(metrics));
            results.Insert(4, "grouping", pipeline.Predictor?.Grouping.ToString());
            json.Write(results);
        }
        _console.Show(MetricReport.ToTable(metrics));
        return ExitCode.Ok;
    }

    private void ShowUnlabelled(IReadOnlyList<TaskInfo> tasks, DataDescription description)
    {
        if (description.TaskIdColumn is not null)
            return;
        string[] missing =
            [.. tasks.Select(t => t.Name).Except(description.Labels.Select(l => l.Name)).Select(n => $"'{n}'")];
        if (missing.Length > 0)
            _console.Note($"Note: not scored, having no label column: {Some.Of(missing)}.");
    }

    private DataSplit Split(ParseResult parsed, ref string part, SavedSplit? trained, CsvTable csv)
    {
        int? maxRows = _data.MaxRows(parsed);
        if (part == "all" || trained is null || _data.HasSplitSeed(parsed))
            return new DataSplit(csv.RowCount, _data.SplitSeed(parsed), maxRows);
        if (csv.RowCount != trained.FileRows || (trained.RowsHash ?? csv.RowsHash.Value) != csv.RowsHash.Value)
        {
            string difference = csv.RowCount != trained.FileRows
                ? $"a file of {Counted.Of(trained.FileRows, "row")}, {csv.FileName} has {csv.RowCount}"
                : trained.UnorderedRowsHash == csv.RowsHash.Unordered
                    ? $"the rows of {csv.FileName} in another order" : $"other rows than those of {csv.FileName}";
            if (parsed.GetResult(_part) is { Implicit: false }
                || (csv.RowCount == trained.FileRows && trained.UnorderedRowsHash == csv.RowsHash.Unordered))
                throw new InputException($"The model was trained on {difference}: it has no {part} part. --part all " +
                    "scores every row, --split-seed makes a split of its own.");
            _console.Note($"Note: the model was trained on {difference}: all rows are scored; metrics are too good " +
                "where rows of the training are among them.");
            part = "all";
            return new DataSplit(csv.RowCount, _data.SplitSeed(parsed), maxRows);
        }
        if (trained.RowsHash is null)
            _console.Note("Note: the model does not say on which rows it was trained; that this is the file of its " +
                "training is concluded from the number of rows.");
        return new DataSplit(csv.RowCount, trained.Seed, maxRows ?? trained.MaxRows);
    }
}
