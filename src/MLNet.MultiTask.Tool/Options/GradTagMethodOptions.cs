using MLNet.MultiTask.Data;
using System.CommandLine;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>How <c>--method grad-tag</c> finds its steps, calibrates them and samples subsets.</summary>
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

    private static readonly Dictionary<string, GradTagSolver> s_solvers = new()
    {
        ["one-step"] = GradTagSolver.OneStep,
        ["newton"] = GradTagSolver.Newton,
        ["lbfgs"] = GradTagSolver.LBfgs,
        ["cg"] = GradTagSolver.ConjugateGradient,
        ["legacy"] = GradTagSolver.LegacyForm,
    };

    private static readonly Dictionary<string, GradTagSubspace> s_subspaces = new()
    {
        ["krylov"] = GradTagSubspace.Krylov,
        ["structured"] = GradTagSubspace.Kronecker,
        ["dense"] = GradTagSubspace.Rademacher,
        ["whole"] = GradTagSubspace.Whole,
    };

    private readonly Option<string> _solver = Choice("--solver", s_solvers.Keys,
        "grad-tag: how the step of a subset is found: 'one-step' of Newton's method from statistics; 'newton' " +
        "or 'lbfgs' to the minimum of the linearised loss; 'cg', one step without projection; 'legacy', the form " +
        "of the code released for graphs, for binary tasks.");
    private readonly Option<string?> _subspace = new("--subspace")
    {
        Description =
            "grad-tag: where steps are sought: 'krylov' basis of the tasks' gradients, random 'structured' or " +
            $"'dense' projection to {Counted.Of(s_defaults.RandomDimension, "number")}, or the 'whole' of the shared " +
            "parameters; krylov if not given, whole with --solver cg.",
        HelpName = "SUBSPACE",
    };
    private readonly Option<double?> _trustRadius = new("--trust-radius")
    {
        Description = "grad-tag: longest step, as a share of the norm of the shared layers' weights.",
        HelpName = "R",
    };
    private readonly Option<double[]> _radii = new("--linearization-radii")
    {
        Description = "grad-tag: lengths of steps, as shares of that norm, at which the error of linearising is told.",
        HelpName = "R …",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<int?> _probes = new("--calibration-probes")
    {
        Description = "grad-tag: subsets really fine-tuned to set the length of steps; " +
            $"{s_defaults.CalibrationProbes} if not given.",
        HelpName = "N",
    };
    private readonly Option<string> _calibration = Choice("--calibration", s_calibrations.Keys,
        "grad-tag: what the length of steps is matched on: level and differences of the losses ('balanced'), their " +
        "'error', mean 'change' of the losses, or length of the 'step'.");
    private readonly Option<int?> _groups = new("--probes")
    {
        Description = $"grad-tag: groups of tasks really trained with --stage auto; {s_defaults.Probes} if not given.",
        HelpName = "N",
    };
    private readonly Option<int?> _epochs = new("--fine-tuning-epochs")
    {
        Description = "grad-tag: epochs of fine-tuning that a step predicts; found with the calibration if not given.",
        HelpName = "E",
    };
    private readonly Option<int?> _subsets = new("--subsets")
    {
        Description =
            $"grad-tag: subsets sampled at least; {s_defaults.Subsets} if not given. With --adaptive: in each " +
            "round; as few as hold every pair twice if not given.",
        HelpName = "N",
    };
    private readonly Option<bool> _adaptive = new("--adaptive")
    {
        Description = "grad-tag: sample subsets in rounds until the groupings made from them no longer change.",
    };

    public GradTagMethodOptions() => _subspace.AcceptOnlyFromAmong([.. s_subspaces.Keys]);

    private Option[] All =>
        [_solver, _subspace, _trustRadius, _radii, _groups, _probes, _calibration, _epochs, _subsets, _adaptive];

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
        foreach (Option option in new Option[] { _probes, _calibration })
            if (options is { Stage: not BaseStage.BestValidation, BaseEpochs: null }
                && parsed.GetResult(option) is { Implicit: false })
                throw new InputException($"{option.Name} belongs to --stage best or a number of epochs.");
        if (options is not { Stage: BaseStage.Automatic, BaseEpochs: null }
            && parsed.GetResult(_groups) is { Implicit: false })
            throw new InputException($"{_groups.Name} belongs to --stage auto.");
        GradTagSolver solver = s_solvers[parsed.GetValue(_solver)!];
        options = options with
        {
            Solver = solver,
            Subspace = parsed.GetValue(_subspace) is { } subspace ? s_subspaces[subspace]
                : solver == GradTagSolver.ConjugateGradient ? GradTagSubspace.Whole : options.Subspace,
            TrustRadius = parsed.GetValue(_trustRadius),
            LinearizationRadii = parsed.GetValue(_radii) ?? [],
            Probes = AtLeast(parsed, _groups, 12) ?? options.Probes,
            FineTuningEpochs = AtLeast(parsed, _epochs, 1),
            CalibrationProbes = AtLeast(parsed, _probes, 1) ?? options.CalibrationProbes,
            Calibration = s_calibrations[parsed.GetValue(_calibration)!],
        };
        if (solver == GradTagSolver.LegacyForm)
            options = options with
            {
                Geometry = StepGeometry.Euclidean,
                Weighting = SubsetWeighting.SamplePooled,
                LearnHeads = false,
            };
        else if (options.Subspace == GradTagSubspace.Kronecker)
            options = options with { Geometry = StepGeometry.Euclidean };
        if (options.TrustRadius is { } radius && !(radius > 0 && double.IsFinite(radius)))
            throw new InputException($"{_trustRadius.Name} is {radius}; it must be positive.");
        if (options.LinearizationRadii.FirstOrDefault(r => !(r > 0 && double.IsFinite(r)), 1) is var bad and not 1)
            throw new InputException($"{_radii.Name} holds {bad}; they must be positive.");
        if (solver == GradTagSolver.ConjugateGradient && options.Subspace != GradTagSubspace.Whole)
            throw new InputException($"--solver cg takes no projection; {_subspace.Name} must be whole, but is " +
                $"{parsed.GetValue(_subspace)}.");
        int? subsets = AtLeast(parsed, _subsets, 0);
        if (!parsed.GetValue(_adaptive))
            return new GradTagAffinity(options with { Subsets = subsets ?? options.Subsets });
        GradTagOptions round = AdaptiveGradTagAffinity.Round(options);
        return new AdaptiveGradTagAffinity(round with { Subsets = subsets ?? round.Subsets },
            SdpGroupingSolver.WithoutBound);
    }

    private static int? AtLeast(ParseResult parsed, Option<int?> option, int least) =>
        parsed.GetValue(option) is { } value && value < least
            ? throw new InputException($"{option.Name} is {value}; it must be at least {least}.")
            : parsed.GetValue(option);

    private static Option<string> Choice(string name, IEnumerable<string> values, string description)
    {
        string[] all = [.. values];
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => all[0] };
        option.AcceptOnlyFromAmong(all);
        return option;
    }
}
