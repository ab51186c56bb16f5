using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tool.Arms;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary><c>train</c>: groups, trains, scores the test rows, saves the model.</summary>
internal sealed class TrainCommand
{
    private const string Examples = """
        Examples:
          Find groups, train one network per group, keep the model:
            mlnet-multitask train --data patients.csv --label-pattern "diag_*" --kind binary --grouping auto --out model.mtsk
          Compare one model per task, one model for all, and the grouped one on the same test rows:
            mlnet-multitask train --manifest data/manifest.json --name yeast --arms single,all,grouped --json result.json
          Groups of your own, by the tasks' numbers in the order of the labels, from 0:
            mlnet-multitask train --data d.csv --label Income Hours Grade --kind binary regression multiclass --grouping "0,1|2"

        The rows are split 60/20/20 by --split-seed: training rows fit the weights, validation rows stop the training and choose
        the grouping, test rows are only scored. Text columns become one 0/1 feature per value; missing numbers get the training
        median; numbers are standardised. --grouping auto estimates the affinity, groups for several numbers of groups, and really
        trains these groupings, one model per task and one for all, to choose the best on rows that neither fitted nor stopped them.
        Equal seeds give equal files on any number of threads, but for the property "seconds";
        --no-timings leaves it out.
        """;

    private readonly CommonOptions _common = new(timed: true);
    private readonly DataOptions _data = new(forTraining: true);
    private readonly NetworkOptions _network = new();
    private readonly ToolConsole _console;

    private readonly Option<string> _grouping = new("--grouping")
    {
        Description = "Which tasks share a network: single, all, auto (found from the data), or groups such as " +
            "\"0,1|2,3\".",
        DefaultValueFactory = _ => GroupingChoice.Auto,
        HelpName = "GROUPING",
    };

    private readonly Option<string> _arms = new("--arms")
    {
        Description = "What to train and compare, out of single, all and grouped (= --grouping).",
        DefaultValueFactory = _ => Arm.Grouped,
        HelpName = "ARM,…",
    };

    private readonly Option<string> _method = AffinityMethodOption.Create("How --grouping auto estimates the affinity; see 'affinity --help'.");
    private readonly Option<int> _runs = new("--runs")
    {
        Description = "Times that --grouping auto trains every candidate to choose one.",
        DefaultValueFactory = _ => 3,
    };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Save the model of --grouping to this file.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _like = new("--like-quality-baselines")
    {
        Description = "Settings of the published reference results: at most 20,000 rows, no row weights, hidden " +
            "layers by data set.",
    };

    private TrainCommand(ToolConsole console) => _console = console;

    public static Command Create(ToolConsole console)
    {
        var train = new TrainCommand(console);
        var verb = new VerbCommand("train", "Trains one network per group of tasks and scores it on test rows.", Examples)
        {
            train._grouping, train._method, train._runs, train._arms, train._out, train._like,
        };
        train._data.AddTo(verb);
        train._network.AddTo(verb);
        train._common.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => Task.FromResult(train.Run(parsed, cancellationToken)));
        return verb;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] names = ArmNames(parsed);
        JsonFile? json = _common.Json(parsed);
        OutputFile? model = parsed.GetValue(_out) is { } path ? new OutputFile(path) : null;
        if (model is not null && !names.Contains(Arm.Grouped))
            throw new InputException("--out saves the model of the arm 'grouped', which --arms " +
                $"{parsed.GetValue(_arms)} does not train.");
        if (model is not null && model.Path == json?.Path)
            throw new InputException("--out and --json name the same file.");
        bool like = parsed.GetValue(_like);
        string? set = _data.SetName(parsed);
        TrainingOptions options = _network.Read(
            parsed, like ? QualityBaselines.Hidden(set) : null, _common.Seed(parsed), _common.Threads(parsed));
        DataSet data = Read(parsed, like, set, cancellationToken);
        var runner = new ArmRunner(data, options, _console);
        GroupCountSearchResult? search = null;
        TaskGrouping? grouping = null;
        if (names.Contains(Arm.Grouped) && (grouping = GroupingChoice.Read(parsed.GetValue(_grouping)!, data.Table.Tasks.Count)) is null)
        {
            ITaskAffinityEstimator estimator = AffinityMethods.Create(parsed.GetValue(_method)!, options);
            search = new AutoGrouping(data, options, estimator, Runs(parsed), _console).Run(cancellationToken);
            grouping = search.Best.Grouping;
        }

        Arm[] arms = [.. names.Select(name => runner.Run(name, GroupingOf(name), cancellationToken))];
        Show(new ArmReport(arms, runner.TrivialMetrics()));
        return ExitCode.Ok;

        TaskGrouping GroupingOf(string name) => name switch
        {
            Arm.Single => TaskGrouping.Single(data.Table.Tasks.Count),
            Arm.All => TaskGrouping.All(data.Table.Tasks.Count),
            _ => grouping!,
        };

        void Show(ArmReport report)
        {
            if (search is not null)
                _console.Show(AutoGrouping.ToTable(search));
            _console.Show(report.ToTable());
            if (grouping is not null)
                _console.Output.WriteLine($"groups: {grouping.ToString([.. data.Table.Tasks.Select(t => t.Name)])}");
            model?.Write(stream => ModelFile.Save(
                new SavedModel(arms.Single(a => a.Name == Arm.Grouped).Model, data.Encoder), stream));
            json?.Write(new JsonObject
            {
                ["splitCheck"] = data.Split.Check(),
                ["seed"] = options.Seed,
                ["rows"] = data.Split.FileRows.Length,
                ["features"] = data.Table.FeatureCount,
                ["tasks"] = JsonFile.Texts(data.Table.Tasks.Select(t => t.Name)),
                ["testLabels"] = MetricReport.Counts(runner.TrivialMetrics()),
                ["grouping"] = grouping?.ToString(),
                ["search"] = search is null ? null : AutoGrouping.ToJson(search),
                ["arms"] = report.ToJson(),
                ["constant"] = MetricReport.ToJson(runner.TrivialMetrics()),
            });
        }
    }

    private DataSet Read(ParseResult parsed, bool like, string? set, CancellationToken cancellationToken)
    {
        DataDescription description = _data.Describe(parsed);
        int? maxRows = _data.MaxRows(parsed);
        if (like)
            (description, maxRows) = (QualityBaselines.Apply(description, set), maxRows ?? QualityBaselines.MaxRows);
        DataSet data = DataSet.Read(description, _data.SplitSeed(parsed), maxRows, cancellationToken);
        foreach (string task in DataSetChecks.OneClassInTraining(data))
            _console.Note($"Note: the training rows of task '{task}' hold one class only.");
        return data;
    }

    private int Runs(ParseResult parsed)
    {
        int runs = parsed.GetValue(_runs);
        return runs >= 1 ? runs : throw new InputException($"--runs is {runs}; at least 1 is expected.");
    }

    private string[] ArmNames(ParseResult parsed)
    {
        string[] names = parsed.GetValue(_arms)!.Split(',', StringSplitOptions.TrimEntries);
        if (names.FirstOrDefault(n => n is not (Arm.Single or Arm.All or Arm.Grouped)) is { } unknown)
            throw new InputException($"--arms names '{unknown}'; single, all and grouped are possible.");
        return names.Distinct().Count() == names.Length ? names : throw new InputException("--arms names an arm " +
            "twice.");
    }
}
