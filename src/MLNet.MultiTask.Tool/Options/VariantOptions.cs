using System.CommandLine;
using MLNet.MultiTask.Tool.Variants;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>What <c>train</c> trains, and which model it keeps.</summary>
internal sealed class VariantOptions
{
    private readonly Option<string> _grouping = new("--grouping")
    {
        Description = "Which tasks share a network: single, all, auto (found from the data), or groups such as " +
            "\"0,1|2,3\".",
        HelpName = "GROUPING",
        DefaultValueFactory = _ => GroupingChoice.Auto,
    };

    private readonly Option<string> _method = AffinityMethodOption.Create(
        "How --grouping auto estimates the affinity; see 'affinity --help'.");

    private readonly Option<int> _runs = new("--runs")
    {
        HelpName = "N",
        Description = "Times that --grouping auto trains every grouping, with other rows that stop it.",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<int> _trials = new("--trials")
    {
        HelpName = "N",
        Description = "Groupings that --grouping auto trains at most.",
        DefaultValueFactory = _ => new SweepBudget().MaxTrials!.Value,
    };

    private readonly Option<string> _variants = new("--arms")
    {
        Description = "Models to train and compare, out of single (one per task), all (one for all tasks) and " +
            "grouped (= --grouping).",
        HelpName = "MODEL,…",
        DefaultValueFactory = _ => Variant.Grouped,
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Save the model of --grouping to this file.",
        HelpName = "FILE",
    };

    private readonly Option<string> _unlearnable = new("--unlearnable")
    {
        Description = "What becomes of tasks whose training rows hold no two different labels: they are set aside " +
            "and score a constant, or the run is refused.",
        DefaultValueFactory = _ => SetAside,
    };

    public VariantOptions() => _unlearnable.AcceptOnlyFromAmong(SetAside, "refuse");

    private const int MostRuns = 1000;
    private const string SetAside = "set-aside";

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _grouping, _method, _trials, _runs, _variants, _unlearnable, _out })
            command.Options.Add(option);
    }

    /// <summary>
    /// The names of the variants, without repetition; options of one that is not among them are refused.
    /// </summary>
    public string[] Names(ParseResult parsed)
    {
        string text = parsed.GetValue(_variants)!;
        string[] names = text.Split(',', StringSplitOptions.TrimEntries);
        if (names.FirstOrDefault(n => n is not (Variant.Single or Variant.All or Variant.Grouped)) is { } unknown)
            throw new InputException($"--arms names '{unknown}'; single, all and grouped are possible.");
        if (names.Distinct().Count() < names.Length)
            throw new InputException($"--arms {text} names a model twice.");
        if (!names.Contains(Variant.Grouped))
            foreach (Option option in new Option[] { _grouping, _out })
                RefuseGiven(parsed, option, $"the model 'grouped', which --arms {text} does not train");
        if (!names.Contains(Variant.Grouped) || GroupingText(parsed) != GroupingChoice.Auto)
            foreach (Option option in new Option[] { _method, _trials, _runs })
                RefuseGiven(parsed, option, "--grouping auto");
        return names;
    }

    /// <summary>What becomes of tasks that cannot be learned.</summary>
    public UnlearnableTasks Unlearnable(ParseResult parsed) =>
        parsed.GetValue(_unlearnable) == SetAside ? UnlearnableTasks.SetAside : UnlearnableTasks.Refuse;

    /// <summary>The text of --grouping.</summary>
    public string GroupingText(ParseResult parsed) => parsed.GetValue(_grouping)!;

    /// <summary>The affinity method of --grouping auto.</summary>
    public string Method(ParseResult parsed) => parsed.GetValue(_method)!;

    /// <summary>Groupings that --grouping auto trains at most.</summary>
    public int Trials(ParseResult parsed) => parsed.GetValue(_trials) is >= 1 and var trials ? trials
        : throw new InputException($"--trials is {parsed.GetValue(_trials)}; at least 1 is expected.");

    /// <summary>Training runs per grouping of --grouping auto.</summary>
    public int Runs(ParseResult parsed)
    {
        int runs = parsed.GetValue(_runs);
        return runs is >= 1 and <= MostRuns ? runs : throw new InputException(
            $"--runs is {runs}; {(runs < 1 ? "at least 1 is" : $"1 to {MostRuns} are")} expected.");
    }

    /// <summary>Where the grouped model goes, found writable; null = nowhere.</summary>
    /// <param name="parsed">The command line.</param>
    public OutputFile? Out(ParseResult parsed) => parsed.GetValue(_out) is { } path ? new OutputFile(path) : null;

    private static void RefuseGiven(ParseResult parsed, Option option, string purpose)
    {
        if (parsed.GetResult(option) is { Implicit: false })
            throw new InputException($"{option.Name} is for {purpose}.");
    }
}
