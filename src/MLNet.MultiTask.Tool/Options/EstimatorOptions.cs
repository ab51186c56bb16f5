using System.CommandLine;
using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>Which affinity method estimates, and how grad-tag does.</summary>
internal sealed class EstimatorOptions
{
    private readonly GradTagMethodOptions _gradTag = new();
    private readonly Option<string> _method = AffinityMethodOption.Create("How to estimate; see below.");
    private readonly Option<int?> _bases =
        new("--bases") { Description = "Base networks of grad-tag that are averaged; 4 if not given." };
    private readonly Option<string> _stage = new("--stage")
    {
        Description = "Stage of grad-tag's base networks: 'auto', a late and an early one, believed as far as groups " +
            "that are really trained say; 'early', amid learning, or 'best' validation epoch, without training " +
            "groups; or a number of epochs.",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<string?> _evaluation = new("--evaluation")
    {
        Description = "How grad-tag predicts a subset's losses: 'forward' pass, 'quadratic' from statistics, " +
            "whatever the number of rows, or 'linearized' outputs. [default: forward; with --stage auto and more " +
            "than 100 tasks, quadratic]",
    };

    public EstimatorOptions() => _evaluation.AcceptOnlyFromAmong("forward", "quadratic", "linearized");

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _method, _bases, _stage, _evaluation })
            command.Options.Add(option);
        _gradTag.AddTo(command);
    }

    /// <summary>The estimator; options of grad-tag with another method are refused.</summary>
    public ITaskAffinityEstimator Read(ParseResult parsed, TrainingOptions training)
    {
        string method = parsed.GetValue(_method)!;
        ITaskAffinityEstimator estimator = AffinityMethods.Create(method, training);
        if (estimator is not GradTagAffinity gradTag)
        {
            _gradTag.RefuseOutside(parsed, method);
            foreach (Option option in new Option[] { _bases, _stage, _evaluation })
                if (parsed.GetResult(option) is { Implicit: false })
                    throw new InputException($"{option.Name} belongs to --method grad-tag; the method is {method}.");
            return estimator;
        }
        GradTagOptions options = WithStage(parsed.GetValue(_stage)!, gradTag.Options with
        {
            Bases = parsed.GetValue(_bases) ?? gradTag.Options.Bases,
            Evaluation = parsed.GetValue(_evaluation) is { } evaluation
                ? Enum.Parse<SubsetEvaluation>(evaluation, ignoreCase: true) : null,
        });
        if (options.Bases is < 1 or > MaxBases)
            throw new InputException($"--bases is {options.Bases}; 1 to {MaxBases} are possible.");
        return _gradTag.Apply(parsed, options);
    }

    // More base networks than that only cost time: their average has long settled.
    private const int MaxBases = 1000;

    private static GradTagOptions WithStage(string stage, GradTagOptions options) => stage switch
    {
        "auto" => options with { Stage = BaseStage.Automatic },
        "early" => options with { Stage = BaseStage.Early },
        "best" => options with { Stage = BaseStage.BestValidation },
        _ when int.TryParse(stage, out int epochs) && epochs >= 1 => options with { BaseEpochs = epochs },
        _ => throw new InputException(
            $"--stage is '{stage}'; expected auto, early, best, or a number of epochs from 1."),
    };
}
