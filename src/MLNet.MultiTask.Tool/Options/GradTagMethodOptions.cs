using System.CommandLine;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>How <c>--method grad-tag</c> calibrates its steps and samples subsets.</summary>
internal sealed class GradTagMethodOptions
{
    private static readonly GradTagOptions s_defaults = new();

    private static readonly Dictionary<string, CalibrationCriterion> s_calibrations = new()
    {
        ["balanced"] = CalibrationCriterion.Balanced,
        ["error"] = CalibrationCriterion.RelativeError,
        ["change"] = CalibrationCriterion.LossChange,
        ["step"] = CalibrationCriterion.StepLength,
    };

    private readonly Option<int?> _probes = new("--calibration-probes")
    {
        Description = $"grad-tag: subsets really fine-tuned to set the length of steps; {s_defaults.CalibrationProbes} if not given.",
        HelpName = "N",
    };
    private readonly Option<string> _calibration = Choice("--calibration", s_calibrations.Keys,
        "grad-tag: what the length of steps is matched on: level and differences of the losses ('balanced'), their 'error', mean 'change' of the losses, or length of the 'step'.");
    private readonly Option<bool> _adaptive = new("--adaptive")
    {
        Description = "grad-tag: sample subsets in rounds until the groupings made from them no longer change.",
    };

    private Option[] All => [_probes, _calibration, _adaptive];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Options.Add(option);
    }

    /// <summary>These options with another method are refused.</summary>
    public void RefuseOutside(ParseResult parsed, string method)
    {
        foreach (Option option in All)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new InputException($"{option.Name} belongs to --method grad-tag; the method is {method}.");
    }

    /// <summary>The estimator with these options applied.</summary>
    public ITaskAffinityEstimator Apply(ParseResult parsed, GradTagOptions options)
    {
        options = options with
        {
            CalibrationProbes = parsed.GetValue(_probes) ?? options.CalibrationProbes,
            Calibration = s_calibrations[parsed.GetValue(_calibration)!],
        };
        if (options.CalibrationProbes < 1)
            throw new InputException($"{_probes.Name} is {options.CalibrationProbes}; it must be at least 1.");
        return parsed.GetValue(_adaptive) ? new AdaptiveGradTagAffinity(AdaptiveGradTagAffinity.Round(options)) : new GradTagAffinity(options);
    }

    private static Option<string> Choice(string name, IEnumerable<string> values, string description)
    {
        string[] all = [.. values];
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => all[0] };
        option.AcceptOnlyFromAmong(all);
        return option;
    }
}
