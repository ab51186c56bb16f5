using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Tool.Learners;
using MLNet.MultiTask.Tool.Sweeps;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>How long a sweep lasts, what it may choose, and where its files go.</summary>
internal sealed class SweepChoices
{
    // Trials train groups; the estimate that leads them need not.
    private const string None = "none", Usual = "grad-tag-early";

    private readonly Option<string?> _config = new("--config")
    {
        Description = "File that says data, labels and budget (.mtconfig, .mbconfig); an option given here replaces " +
            "what it says.",
        HelpName = "FILE",
    };
    private readonly Option<int?> _trials = new("--trials")
    {
        Description = "Trials at most [default: 30 without --minutes]", HelpName = "N",
    };
    private readonly Option<double?> _minutes = new("--minutes")
    {
        Description = "Minutes at most, the last training included.", HelpName = "M",
    };
    private readonly Option<int?> _folds = new("--folds")
    {
        Description = "Folds of every trial [default: 5 up to 1,000 rows, 3 beyond]", HelpName = "N",
    };
    private readonly Option<string[]> _widths = new("--widths")
    {
        Description = "Further widths of the shared layers to try, such as 128,64 16.", HelpName = "N,… …",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<float[]> _rates = new("--learning-rates")
    {
        Description = "Further step sizes to try.", HelpName = "X…", AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<int[]> _members = new("--members")
    {
        Description = "Further numbers of members to try in the learner tabular, such as 8.", HelpName = "N…",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string[]> _learners = new("--learners")
    {
        Description = $"Further learners to try beside shared-bottom: {ToolLearner.Help}", HelpName = "NAME…",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string> _method = new("--method")
    {
        Description = "Affinity that leads the search, or none.", HelpName = "METHOD",
        DefaultValueFactory = _ => Usual,
    };
    private readonly Option<bool> _helpers = new("--helpers")
    {
        Description = "Tasks may also help to train groups that do not serve them.",
    };
    private readonly Option<bool> _perGroup = new("--settings-per-group")
    {
        Description = "Groups may differ in learner, widths and so on.",
    };
    private readonly Option<long?> _bytes = new("--max-bytes")
    {
        Description = "Bytes at most that all models of the choice may hold.", HelpName = "N",
    };
    private readonly Option<double?> _microseconds = new("--max-microseconds")
    {
        Description = "Microseconds at most to score a row on one thread; measured here.", HelpName = "X",
    };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Folder for model, history, report and code; made where it is missing.",
        HelpName = "FOLDER",
    };

    public SweepChoices()
    {
        _method.AcceptOnlyFromAmong([None, .. AffinityMethods.All.Select(m => m.Name)]);
        _learners.AcceptOnlyFromAmong(
            [.. ToolLearner.All.Select(l => l.Name).Where(n => n != ToolLearner.SharedBottom)]);
    }

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _config, _trials, _minutes, _folds, _widths, _rates, _learners,
            _members, _method, _helpers, _perGroup, _bytes, _microseconds, _out })
            command.Options.Add(option);
    }

    /// <summary>What the file of a sweep says under their own names, beside options of networks.</summary>
    public Option[] ForConfig => [_helpers, _perGroup, _bytes, _microseconds];

    /// <summary>The command line with what a config says of all that it does not.</summary>
    public ParseResult WithConfig(ParseResult given, Command verb, ConfigParts parts)
    {
        if (given.GetValue(_config) is not { } path)
            return given;
        string[] own = [.. given.Tokens.Select(t => t.Value).SkipWhile(t => t != verb.Name).Skip(1)];
        int at = Array.IndexOf(own, _config.Name);
        var options = verb.Options.ToDictionary(o => o.Name);
        bool isGiven = false;
        string[] file = [.. SweepConfig.Arguments(path, parts).Where(token =>
        {
            if (options.TryGetValue(token, out Option? option))
                isGiven = given.GetResult(option) is { Implicit: false };
            return !isGiven;
        })];
        ParseResult parsed = verb.Parse([.. file, .. own[..at], .. own[(at + 2)..]]);
        return parsed.Errors.Count == 0 ? parsed
            : throw new InputException($"--config with the other options: {parsed.Errors[0].Message}");
    }

    /// <summary>The folder; its code is named by the config, or by the data.</summary>
    public SweepFolder Folder(ParseResult given, ParseResult parsed, string data) => new(parsed.GetValue(_out)
        ?? throw new InputException("--out is needed: the folder for model, history and report."),
        Path.GetFileNameWithoutExtension(given.GetValue(_config) ?? data));

    /// <summary>The training options of a config that asks for the same search.</summary>
    public JsonObject ToJson(ParseResult parsed, SweepOptions options, ConfigParts parts)
    {
        var json = new JsonObject
        {
            ["Type"] = "MultiTaskTrainingOption", ["Version"] = 0, ["Seed"] = options.Seed,
            ["AffinityMethod"] = parsed.GetValue(_method),
        };
        if (options.MaxTime is { } time)
            json["TrainingTime"] = time.TotalSeconds;
        if (options.MaxTrials is { } trials)
            json["MaxModelToExplore"] = trials;
        if (options.Folds is { } folds)
            json["ValidationOption"] = new JsonObject
            {
                ["Type"] = "CrossValidationValidationOption", ["Version"] = 0, ["NumberOfFolds"] = folds,
            };
        if (parsed.GetValue(_widths) is { Length: > 0 } widths)
            json["Widths"] = new JsonArray([.. widths.Select(w => JsonValue.Create(w))]);
        if (parsed.GetValue(_rates) is { Length: > 0 } rates)
            json["LearningRates"] = new JsonArray([.. rates.Select(r => JsonValue.Create(r))]);
        if (parsed.GetValue(_learners) is { Length: > 0 } learners)
            json["AvailableTrainers"] = new JsonArray([.. learners.Distinct().Select(l => JsonValue.Create(l))]);
        if (parsed.GetValue(_members) is { Length: > 0 } members)
            json["Members"] = new JsonArray([.. members.Select(m => JsonValue.Create(m))]);
        ConfigOptions.Write(json, parsed, parts.Training);
        var networks = new JsonObject { ["Type"] = "NetworkOption", ["Version"] = 0 };
        ConfigOptions.Write(networks, parsed, parts.Network);
        if (networks.Count > 2)
            json["Network"] = networks;
        return json;
    }

    /// <summary>What decides the learners, beside the options of networks.</summary>
    public Option[] LearnerOptions => [_widths, _rates, _learners, _members];

    public IReadOnlyList<SweepLearner> Learners(ParseResult parsed, TrainingOptions training, FeatureEncoder encoder) =>
    [
        Networks(parsed, training),
        .. Further(parsed, training, encoder),
    ];

    // First one by one: what is refused is then of the option.
    private SweepLearner Networks(ParseResult parsed, TrainingOptions training)
    {
        (string[] widths, float[] rates) = (parsed.GetValue(_widths) ?? [], parsed.GetValue(_rates) ?? []);
        foreach (string width in widths)
            LibraryErrors.Translate(_widths.Name, () => NetworkSweep.Learner(training, [width]));
        foreach (float rate in rates)
            LibraryErrors.Translate(_rates.Name, () => NetworkSweep.Learner(training, null, [rate]));
        return NetworkSweep.Learner(training, widths, rates);
    }

    private IEnumerable<SweepLearner> Further(ParseResult parsed, TrainingOptions training, FeatureEncoder encoder)
    {
        string[] names = [.. (parsed.GetValue(_learners) ?? []).Distinct()];
        int[] members = parsed.GetValue(_members) ?? [];
        if (members.Length > 0 && !names.Contains(ToolLearner.Tabular))
            throw new InputException("--members is for tabular networks; add --learners tabular.");
        return names.Select(name => name == ToolLearner.Tabular
            ? LibraryErrors.Translate(() => NetworkSweep.Tabular(members: members))
            : Further(ToolLearner.Of(name), training, encoder));
    }

    private static SweepLearner Further(ToolLearner learner, TrainingOptions training, FeatureEncoder encoder)
    {
        TrainingOptions own = training.ForSweep();
        // What it refuses is refused before the first trial.
        learner.Create(own, encoder);
        return new(learner.Name, _ => learner.Create(own, encoder))
        {
            Note = rows => learner.TakesNetworkOptions ? NetworkSweep.PatienceNote(training, rows) : null,
        };
    }

    public SweepOptions Read(ParseResult parsed, TrainingOptions training, FeatureEncoder encoder)
    {
        int? trials = parsed.GetValue(_trials);
        double? minutes = parsed.GetValue(_minutes);
        if (trials < 1)
            throw new InputException($"--trials is {trials}; at least 1 is expected.");
        if (minutes is { } m && !(m > 0 && m <= TimeSpan.FromDays(365).TotalMinutes))
            throw new InputException($"--minutes is {m}; a positive number up to 525600 is expected.");
        string method = parsed.GetValue(_method)!;
        var options = new SweepOptions
        {
            Learners = Learners(parsed, training, encoder),
            MaxTrials = trials ?? (minutes is null ? 30 : null),
            MaxTime = minutes is { } time ? TimeSpan.FromMinutes(time) : null,
            Helpers = parsed.GetValue(_helpers),
            SettingsPerGroup = parsed.GetValue(_perGroup),
            MaxModelBytes = parsed.GetValue(_bytes),
            MaxMicrosecondsPerRow = parsed.GetValue(_microseconds),
            Folds = parsed.GetValue(_folds),
            Seed = training.Seed,
            Threads = training.Threads,
            AffinityEstimator = method == None ? null : AffinityMethods.Create(method, training),
        };
        options.Validate();
        return options;
    }
}
