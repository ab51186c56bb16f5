using System.CommandLine;
using Microsoft.ML;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool.Data.Csv;
using MLNet.MultiTask.Tool.Learners;
using MLNet.MultiTask.Tool.Models;
using MLNet.MultiTask.Tool.Output;
using MLNet.MultiTask.Tool.Variants;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>From where <c>train</c> begins, and how often it fits.</summary>
internal sealed class StartOptions
{
    private readonly Option<string?> _init = new("--init")
    {
        Description = "Go on from the networks of this model, which 'train --out' wrote (.mtsk), instead of fresh " +
            "weights; columns are read as it has learned to, and groups and layers are its own.",
        HelpName = "FILE",
    };
    private readonly Option<int?> _folds = new("--folds")
    {
        Description = "Train K models on K folds of the training and validation rows and average their scores: for " +
            "few rows [default: one model, stopped by the validation rows]",
        HelpName = "K",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_init);
        command.Options.Add(_folds);
    }

    /// <summary>The file that the options name.</summary>
    public void AddTo(FileRoles files, ParseResult parsed) => files.Read(_init.Name, parsed.GetValue(_init));

    /// <summary>Number of folds; null = none.</summary>
    public int? Folds(ParseResult parsed) => parsed.GetValue(_folds) is not { } folds ? null
        : folds is >= 2 and <= 1000 ? folds : throw new InputException($"--folds is {folds}; 2 to 1000 are expected.");

    /// <summary>The model to go on from; null = fresh weights.</summary>
    /// <exception cref="InputException">It is no model that a network can go on from, or options contradict
    /// it.</exception>
    public RawPipeline? Initial(ParseResult parsed, IEnumerable<VariantArm> arms, bool searches)
    {
        if (parsed.GetValue(_init) is not { } path)
            return null;
        if (arms.FirstOrDefault(a => a.Learner.Name != ToolLearner.SharedBottom) is { } other)
            throw new InputException($"--init gives the weights of networks; --learner {other.Learner.Name} has none " +
                "to begin with.");
        if (searches)
            throw new InputException("--init goes on with groups as they are, --grouping auto compares others; leave " +
                "--grouping out for the model's groups, or write groups whose tasks share a network in it.");
        RawPipeline model = PipelineReader.Read(new MLContext(0), path, new CsvFormat(), trusts: false);
        return model is { Featurizer: not null, Predictor: not null } && Network(model) is not null ? model
            : throw new InputException(
                $"--init: '{path}' holds no network that 'train --out' trained from the columns " +
                "of a file.");
    }

    /// <summary>The options with the model's layers where no option says them.</summary>
    public static TrainingOptions With(TrainingOptions options, RawPipeline? initial) => initial is null ? options
        : options with
        {
            InitialModel = initial.Predictor!.Model,
            LayerNorm = options.LayerNorm || Network(initial)!.Shape.LayerNorm,
            LinearSkip = options.LinearSkip || Network(initial)!.Shape.LinearSkip,
        };

    /// <summary>The layers of the model; null without one.</summary>
    public static IReadOnlyList<int>? Hidden(RawPipeline? initial) =>
        initial is null ? null : Network(initial)!.Shape.Hidden;

    /// <summary>The model's groups of the tasks that are trained.</summary>
    public static TaskGrouping Grouping(RawPipeline initial, IReadOnlyList<TaskInfo> tasks)
    {
        string[] names = [.. tasks.Select(t => t.Name)];
        MultiTaskModel model = initial.Predictor!.Model;
        int[] Own(IEnumerable<int> group) => [.. group.Select(t => Array.IndexOf(names, model.Tasks[t].Name))
            .Where(t => t >= 0)];
        TaskGroup[] groups = [.. model.Grouping.Groups.Select(g => new TaskGroup(Own(g.Served), Own(g.Helpers)))
            .Where(g => g.Served.Count > 0)];
        int[] others = [.. Enumerable.Range(0, names.Length).Except(groups.SelectMany(g => g.Served))];
        // Training says what is wrong with tasks that the model does not have.
        return new TaskGrouping(others.Length == 0 ? groups : [.. groups, new TaskGroup(others, [])]);
    }

    private static SharedBottomNetwork? Network(RawPipeline model) =>
        model.Predictor?.Model.Models.OfType<SharedBottomNetwork>().FirstOrDefault();
}
