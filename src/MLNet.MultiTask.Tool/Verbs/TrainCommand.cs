using System.CommandLine;
using MLNet.MultiTask.Tool.Variants;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Learners;
using MLNet.MultiTask.Tool.Models;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary><c>train</c>: groups, trains, scores the test rows, saves the model.</summary>
internal sealed class TrainCommand
{
    private const string Examples = """
        Examples:
          Find groups, train one network per group, keep the model:
            mlnet-multitask train --data patients.csv --label-pattern "diag_*" --kind binary --out model.mtsk
          Compare one model per task, one model for all, and the grouped one on the same test rows:
            mlnet-multitask train --manifest manifest.json --name yeast --arms single,all,grouped --json r.json
          Groups of your own, by the tasks' numbers in the order of the labels, from 0:
            mlnet-multitask train --data d.csv --label Income Hours Grade --kind binary regression multiclass \
              --grouping "0,1|2"
          The model as a file for mlContext.Model.Load; other names get the library's own format, for
          mlContext.MultiTask().Load. Either takes the raw columns of the file, in an application and in 'predict':
            mlnet-multitask train --data d.csv --label Churn --kind binary --out churn.zip
          Labels of two values that do not say which of them counts as 1:
            mlnet-multitask train --data d.csv --label Tumour Relapse --kind binary \
              --positive Tumour=malignant Relapse=seen --out m.mtsk
          The model, and what somebody must know who is handed it:
            mlnet-multitask train --data d.csv --label Churn --kind binary --out churn.mtsk --card churn.card.md
          Another learner, or several on the same test rows (--arms GROUPS:LEARNER):
            mlnet-multitask train --data d.csv --label-pattern "y_*" --kind regression --learner ensemble --out e.mtsk
            mlnet-multitask train --data d.csv --label-pattern "y_*" --kind regression --grouping all \
              --arms grouped,all:trees,all:tabular,all:linear,single:per-task-lightgbm --json r.json
          A long training that may be interrupted; the same line with --resume goes on:
            mlnet-multitask train --data patients.csv --label-pattern "diag_*" --kind binary --out model.mtsk \
              --checkpoint checkpoints

        The rows are split 60/20/20 by --split-seed: training rows fit the weights, validation rows stop the training
        and choose the grouping, test rows are only scored. A column is read as numbers where
        most of its filled cells are numbers, otherwise as categories, one 0/1 feature per value; the first line of
        output says how. Missing numbers get the training median; numbers are standardised. Empty cells, NA, N/A, null,
        ? and NaN are missing (--missing names others). Columns without a name are left out. A column of texts in which
        nearly every row has a value of its own, and numbers in another notation, are refused.

        --grouping auto estimates the affinity and really trains one model per task, one for all, what the affinity
        suggests for several numbers of groups, and then what looks best next to them, --trials in all. The validation
        rows, which here neither fit nor stop a network, judge; of what is within a standard error of the best, the
        grouping with the fewest networks is chosen.

        The search trains what --learner names; an affinity that leads it is of shared-bottom networks, whose options
        (--hidden, --epochs …) count for them and for the one in the ensemble. The other learners' defaults need no
        tuning. per-task-lightgbm has no groups to choose. The ensemble mixes for each task the learners that are best
        on validation rows which did not stop them.

        --folds K trains K models on the training and validation rows together, each stopped by its own K-th of them,
        and averages their scores: better than one model where rows are few (some hundreds), K times the time.

        --init goes on from an earlier model: its groups, layers and reading of the columns are kept (new categories
        are unknown), its weights are where the training begins. Tasks, kinds and classes must be the model's.

        With --checkpoint, an affinity that was estimated and networks that were finished are kept, and the network in
        the middle goes on; the result has the same bits as without interruption. Checkpoints of other data or other
        options are refused.

        Equal seeds give equal files on any number of threads, but for the property "seconds"; --no-timings leaves it
        out.
        """;

    private readonly CommonOptions _common = new(timed: true);
    private readonly DataOptions _data = new(forTraining: true);
    private readonly NetworkOptions _network = new();
    private readonly TabularNetworkOptions _tabular;
    private readonly VariantOptions _variants = new();
    private readonly CheckpointOptions _checkpoints = new();
    private readonly StartOptions _start = new();
    private readonly ToolConsole _console;

    private readonly ITrainingPreset? _preset;

    private TrainCommand(ToolConsole console, ITrainingPreset? preset)
    {
        (_console, _preset) = (console, preset);
        _tabular = new TabularNetworkOptions(_network);
    }

    /// <summary>The verb.</summary>
    /// <param name="console">Where it writes.</param>
    /// <param name="preset">Settings of a measuring program, asked for by an option of its own.</param>
    public static Command Create(ToolConsole console, ITrainingPreset? preset = null)
    {
        var train = new TrainCommand(console, preset);
        var verb = new VerbCommand(
            "train", "Trains one model per group of tasks and scores it on test rows.", Examples);
        train._variants.AddTo(verb);
        if (preset is not null)
            verb.Options.Add(preset.Option);
        train._data.AddTo(verb);
        train._network.AddTo(verb);
        train._tabular.AddTo(verb);
        train._start.AddTo(verb);
        train._checkpoints.AddTo(verb);
        train._common.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => Task.FromResult(train.Run(parsed, cancellationToken)));
        return verb;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        VariantArm[] arms = _tabular.Apply(parsed, _variants.Arms(parsed));
        Check(parsed, arms);
        JsonFile? json = _common.Json(parsed);
        OutputFile? model = _variants.Out(parsed), card = _variants.Card(parsed);
        RawPipeline? initial =
            _start.Initial(parsed, arms, _variants.IsGroupingGiven(parsed) && Searches(parsed, arms));
        DataDescription description =
            initial is null ? _data.Describe(parsed) : _data.DescribeFurther(parsed, initial);
        FileRoles files = new FileRoles().Write("--out", model?.Path).Write("--json", json?.Path)
            .Write("--card", card?.Path);
        _data.AddTo(files, parsed, description);
        _start.AddTo(files, parsed);
        files.ThrowIfAnyIsLost();
        IReadOnlyList<int>? hidden = StartOptions.Hidden(initial) ?? Preset(parsed)?.Hidden(_data.SetName(parsed));
        TrainingOptions options = StartOptions.With(
            _network.Read(parsed, hidden, _common.Seed(parsed), _common.Threads(parsed)), initial);
        DataSet data = Read(parsed, description, cancellationToken);
        if (arms.Any(a => a.Learner.TakesNetworkOptions))
            MemoryCheck.ThrowIfNetworkIsTooLarge(data.Table.FeatureCount, options.Hidden,
                data.Table.Tasks.Sum(t => t.OutputCount), MemoryCheck.Available);
        TrainResults results = Train(parsed, arms, data, options, initial, cancellationToken);
        // Files first: a terminal that takes nothing more must not cost the model.
        if (model is not null)
            results.Save(model);
        json?.Write(results.ToJson());
        if (card is not null)
            results.WriteCard(card, Path.GetFileNameWithoutExtension(model?.Path ?? data.FileName));
        results.Show(_console);
        return ExitCode.Ok;
    }

    private TrainResults Train(
        ParseResult parsed, VariantArm[] arms, DataSet data, TrainingOptions options,
        RawPipeline? initial, CancellationToken cancellationToken)
    {
        int tasks = data.Table.Tasks.Count;
        (int trials, int runs) = (_variants.Trials(parsed), _variants.Runs(parsed));
        Checkpoints? checkpoints = _checkpoints.Open(parsed, _console);
        TaskGrouping? grouping = GroupingChoice.Read(_variants.GroupingText(parsed), tasks);
        SweepResult? search = null;
        ToolLearner learner = _variants.Learner(parsed);
        if (learner.Name == ToolLearner.Tabular)
            learner = arms.FirstOrDefault(a => a.Learner.Name == ToolLearner.Tabular)?.Learner ?? learner;
        if (initial is not null && grouping is null)
            grouping = StartOptions.Grouping(initial, data.Table.Tasks);
        else if (Searches(parsed, arms))
            search = new GroupingSearch(learner, _variants.Method(parsed), trials, runs,
                _variants.Helpers(parsed), _variants.Unlearnable(parsed), checkpoints, _console)
                .Run(data, options, cancellationToken);
        else if (grouping is null)
            grouping = learner.Grouping?.Invoke(tasks);
        var runner = new VariantTrainer(data, options, _start.Folds(parsed), _variants.Unlearnable(parsed),
            checkpoints, _console);
        return new TrainResults
        {
            Data = data,
            Seed = options.Seed,
            Variants = [.. arms.Select(arm => runner.Run(arm, GroupingOf(arm.Groups), cancellationToken))],
            Trivial = runner.TrivialMetrics(),
            Search = search,
        };

        TaskGrouping GroupingOf(string groups) => groups switch
        {
            Variant.Single => TaskGrouping.Single(tasks),
            Variant.All => TaskGrouping.All(tasks),
            _ => grouping ?? search!.Best.Point.Grouping,
        };
    }

    /// <summary>Whether a grouping is chosen by training.</summary>
    private bool Searches(ParseResult parsed, VariantArm[] arms) =>
        _variants.GroupingText(parsed) == GroupingChoice.Auto && _variants.Learner(parsed).Groups
        && arms.Any(a => a.Groups == Variant.Grouped);

    private void Check(ParseResult parsed, VariantArm[] arms)
    {
        // The affinity that leads a search is of shared-bottom networks.
        if (!arms.Any(a => a.Learner.TakesNetworkOptions) && !Searches(parsed, arms))
            _network.ThrowIfAnyIsGiven(parsed, $"--arms {string.Join(',', arms.Select(a => a.Text))} with --learner " +
                $"{_variants.Learner(parsed).Name} trains none",
                arms.Any(a => a.Learner.Name == ToolLearner.Tabular) ? [_network.LinearSkip] : []);
        _checkpoints.ThrowUnlessKept(parsed, arms.Select(a => a.Learner));
    }

    private DataSet Read(ParseResult parsed, DataDescription description, CancellationToken cancellationToken)
    {
        int? maxRows = _data.MaxRows(parsed);
        if (Preset(parsed) is { } preset)
        {
            description = preset.Apply(description, _data.SetName(parsed));
            maxRows ??= preset.MaxRows;
        }
        DataSet data = DataSet.Read(description, _data.SplitSeed(parsed), maxRows, cancellationToken);
        _console.Output.WriteLine(data.Reading);
        return data;
    }

    private ITrainingPreset? Preset(ParseResult parsed) =>
        _preset is not null && parsed.GetValue(_preset.Option) ? _preset : null;
}
