using System.CommandLine;
using MLNet.MultiTask.Tool.Learners;
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

    private readonly Option<string> _learner = new("--learner")
    {
        Description = $"What is trained: {ToolLearner.Help}",
        HelpName = "NAME",
        DefaultValueFactory = _ => ToolLearner.SharedBottom,
    };

    private readonly Option<string?> _tree = new("--tree")
    {
        Description = "Which tasks share which hidden layer, for --learner task-tree: one grouping per layer, from " +
            "the features up, such as \"0,1,2,3/0,1|2,3\"; found from the data if not given.",
        HelpName = "TREE",
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

    private readonly Option<bool> _helpers = new("--helpers")
    {
        Description = "Lets --grouping auto also train a group with tasks that help there and are served elsewhere.",
    };

    private readonly Option<string> _variants = new("--arms")
    {
        Description = "Models to train and compare, out of single (one per task), all (one for all tasks) and " +
            "grouped (= --grouping); with a colon another learner than --learner: all:trees.",
        HelpName = "MODEL,…",
        DefaultValueFactory = _ => Variant.Grouped,
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Save the model of --grouping to this file.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _card = new("--card")
    {
        Description = "Write a card of that model: data, tasks, groups, metrics on the test rows, limits; JSON where " +
            "the name ends in .json, otherwise Markdown.",
        HelpName = "FILE",
    };

    private readonly Option<string> _unlearnable = new("--unlearnable")
    {
        Description = "What becomes of tasks whose training rows hold no two different labels: they are set aside " +
            "and score a constant, or the run is refused.",
        DefaultValueFactory = _ => SetAside,
    };

    public VariantOptions()
    {
        _unlearnable.AcceptOnlyFromAmong(SetAside, "refuse");
        _learner.AcceptOnlyFromAmong([.. ToolLearner.All.Select(l => l.Name)]);
    }

    private const int MostRuns = 1000;
    private const string SetAside = "set-aside";

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _learner, _tree, _grouping, _method, _trials, _runs, _helpers,
            _variants, _unlearnable, _out, _card })
            command.Options.Add(option);
    }

    /// <summary>
    /// The variants, without repetition; options of one that is not among them are refused.
    /// </summary>
    public VariantArm[] Arms(ParseResult parsed)
    {
        string text = parsed.GetValue(_variants)!;
        VariantArm[] arms = VariantArm.Parse(text, Learner(parsed));
        bool groups = arms.Any(a => a.Groups == Variant.Grouped);
        if (!groups)
            foreach (Option option in new Option[] { _grouping, _out, _card })
                RefuseGiven(parsed, option, $"the model 'grouped', which --arms {text} does not train");
        if (!arms.Any(a => a.Text == Variant.Grouped))
            foreach (Option option in new Option[] { _out, _card })
                RefuseGiven(parsed, option, $"the model 'grouped' of --learner, which --arms {text} does not train");
        if (!groups || !Learner(parsed).Groups || GroupingText(parsed) != GroupingChoice.Auto)
            foreach (Option option in new Option[] { _method, _trials, _runs, _helpers })
                RefuseGiven(parsed, option, "--grouping auto");
        return arms;
    }

    /// <summary>What becomes of tasks that cannot be learned.</summary>
    public UnlearnableTasks Unlearnable(ParseResult parsed) =>
        parsed.GetValue(_unlearnable) == SetAside ? UnlearnableTasks.SetAside : UnlearnableTasks.Refuse;

    /// <summary>What trains.</summary>
    public ToolLearner Learner(ParseResult parsed)
    {
        string name = parsed.GetValue(_learner)!;
        if (parsed.GetValue(_tree) is not { } text)
            return ToolLearner.Of(name);
        return name == ToolLearner.TaskTreeName
            ? ToolLearner.Along(LibraryErrors.Translate(_tree.Name, () => TaskTree.Parse(text)))
            : throw new InputException($"--tree is for --learner {ToolLearner.TaskTreeName}; the learner is {name}.");
    }

    /// <summary>Whether --grouping is given.</summary>
    public bool IsGroupingGiven(ParseResult parsed) => parsed.GetResult(_grouping) is { Implicit: false };

    /// <summary>The text of --grouping.</summary>
    public string GroupingText(ParseResult parsed) => parsed.GetValue(_grouping)!;

    /// <summary>The affinity method of --grouping auto.</summary>
    public string Method(ParseResult parsed) => parsed.GetValue(_method)!;

    /// <summary>Groupings that --grouping auto trains at most.</summary>
    public int Trials(ParseResult parsed) => parsed.GetValue(_trials) is >= 1 and var trials ? trials
        : throw new InputException($"--trials is {parsed.GetValue(_trials)}; at least 1 is expected.");

    /// <summary>Whether --grouping auto may let tasks help groups that do not serve them.</summary>
    public bool Helpers(ParseResult parsed) => parsed.GetValue(_helpers);

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

    /// <summary>Where the grouped model's card goes, found writable; null = nowhere.</summary>
    /// <param name="parsed">The command line.</param>
    public OutputFile? Card(ParseResult parsed) => parsed.GetValue(_card) is { } path ? new OutputFile(path) : null;

    private static void RefuseGiven(ParseResult parsed, Option option, string purpose)
    {
        if (parsed.GetResult(option) is { Implicit: false })
            throw new InputException($"{option.Name} is for {purpose}.");
    }
}
