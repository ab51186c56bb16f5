using System.CommandLine;
using MLNet.MultiTask.Tool.Learners;
using MLNet.MultiTask.Tool.Variants;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>How tabular networks are trained; what is not given keeps the default of <see cref="TabularOptions"/>.
/// </summary>
internal sealed class TabularNetworkOptions
{
    private static readonly TabularOptions Default = new();

    private readonly Option<int> _members = new("--members")
    {
        HelpName = "N",
        Description = "Members of a tabular network that share its layers and are averaged, 1 to 32; N times the time.",
        DefaultValueFactory = _ => Default.Members,
    };
    private readonly Option<string> _embedding = new("--embedding")
    {
        HelpName = "HOW",
        Description = "What a tabular network makes of a number: periodic (learned waves), piecewise-linear (learned " +
            "lines between quantiles), or none.",
        DefaultValueFactory = _ => "periodic",
    };
    private readonly Option<bool> _skip;

    /// <param name="network">Has the option of a linear skip, for both kinds of networks.</param>
    public TabularNetworkOptions(NetworkOptions network)
    {
        _skip = network.LinearSkip;
        _embedding.AcceptOnlyFromAmong("periodic", "piecewise-linear", "none");
    }

    private Option[] Options => [_members, _embedding];

    public void AddTo(Command command)
    {
        foreach (Option option in Options)
            command.Options.Add(option);
    }

    /// <summary>The models with these options.</summary>
    /// <exception cref="InputException">An option is given that no model looks at, or is out of range.</exception>
    public VariantArm[] Apply(ParseResult parsed, VariantArm[] arms)
    {
        string[] given = [.. Options.Where(o => parsed.GetResult(o) is { Implicit: false }).Select(o => o.Name)];
        if (given.Length == 0 && !parsed.GetValue(_skip))
            return arms;
        if (given.Length > 0 && !arms.Any(a => a.Learner.Name == ToolLearner.Tabular))
            throw new InputException($"{string.Join(", ", given)} {(given.Length == 1 ? "is" : "are")} for tabular " +
                $"networks; --arms {string.Join(',', arms.Select(a => a.Text))} trains none: add --learner tabular.");
        TabularOptions options = Default with
        {
            Members = parsed.GetValue(_members),
            LinearSkip = parsed.GetValue(_skip),
            Embedding = parsed.GetValue(_embedding) switch
            {
                "piecewise-linear" => FeatureEmbedding.PiecewiseLinear,
                "none" => FeatureEmbedding.None,
                _ => FeatureEmbedding.Periodic,
            },
        };
        LibraryErrors.Translate(options.Validate);
        return [.. arms.Select(a => a with { Learner = a.Learner.With(options) })];
    }
}
