using System.CommandLine;
using System.Globalization;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>How networks are trained; what is not given keeps the default of <see cref="TrainingOptions"/>.</summary>
internal sealed class NetworkOptions
{
    private static readonly TrainingOptions Default = new();

    private readonly Option<string?> _hidden = new("--hidden")
    {
        Description = $"Widths of the shared layers, such as 128,64 [default: {string.Join(',', Default.Hidden)}]",
        HelpName = "N,…",
    };
    private readonly Option<bool> _layerNorm = new("--layer-norm")
    {
        Description = "Normalise the values of every shared layer, row by row.",
    };
    private readonly Option<bool> _skip = new("--linear-skip")
    {
        Description = "Let every task's outputs also hang on the features directly; in 'train' those of tabular " +
            "networks, too.",
    };
    private readonly Option<string> _weighting = new("--weighting")
    {
        HelpName = "NAME",
        Description = "How the tasks of a network are weighed against each other: " +
            $"{string.Join(", ", TaskWeightings.All.Select(m => m.Name))}; with settings: cagrad(c=0.4)",
        DefaultValueFactory = _ => Default.Weighting.ToString(),
    };
    private readonly Option<int> _gramianInterval = new("--gramian-interval")
    {
        HelpName = "N",
        Description = "Updates from one look at the tasks' gradients to the next, with a weighting that needs them.",
        DefaultValueFactory = _ => Default.GramianInterval,
    };
    private readonly Option<int?> _gramianSketch = new("--gramian-sketch")
    {
        HelpName = "N",
        Description = "Compare the tasks' gradients by sketches of their layers' inputs to N numbers [default: exact]",
    };
    private readonly Option<string> _sampling = new("--task-sampling")
    {
        HelpName = "HOW",
        Description = "Whose labels an update learns from: mixed = all; unmixed = one task, drawn evenly; by-data = " +
        "one task, by its labels; a temperature between them.",
        DefaultValueFactory = _ => Default.Sampling.ToString(),
    };
    private readonly Option<int> _epochs = new("--epochs")
    {
        HelpName = "N",
        Description = "Passes over the training rows at most.",
        DefaultValueFactory = _ => Default.MaxEpochs,
    };
    private readonly Option<Limit> _steps = Limit.Option("--steps", "Updates at most", Default.MaxSteps);
    private readonly Option<Limit> _patience = Limit.Option("--patience",
        "Epochs without a better validation loss before training stops", Default.Patience);
    private readonly Option<string> _stopping = Choice("--early-stopping",
        "Whose validation loss stops the training and chooses the weights: the mean's, or every task's own.",
        "macro", "per-task");
    private readonly Option<bool> _lastWeights = new("--keep-last-weights")
    {
        Description = "Keep the weights of the last epoch instead of the best one's.",
    };
    private readonly Option<int?> _batch = new("--batch-size")
    {
        HelpName = "N",
        Description = "Rows per update [default: 128, and 256 above 5,000 training rows]",
    };
    private readonly Option<float> _rate = new("--learning-rate")
    {
        HelpName = "X",
        Description = "Step size of AdamW.",
        DefaultValueFactory = _ => Default.LearningRate,
    };
    private readonly Option<string> _schedule = Choice("--schedule",
        "How the learning rate changes over the steps: constant; cosine, down to 0; one-cycle, up, then down to 0.",
        "constant", "cosine", "one-cycle");
    private readonly Option<float?> _norm = new("--max-gradient-norm")
    {
        HelpName = "X",
        Description = "Scale longer gradients down to this length [default: no limit]",
    };
    private readonly Option<float> _dropout = new("--dropout")
    {
        HelpName = "X",
        Description = "Share of the hidden units that every update leaves out at random.",
        DefaultValueFactory = _ => Default.Dropout,
    };
    private readonly Option<float> _decay = new("--weight-decay")
    {
        HelpName = "X",
        Description = "Decoupled weight decay.",
        DefaultValueFactory = _ => Default.WeightDecay,
    };

    /// <summary>All of them.</summary>
    public Option[] Options => [_hidden, _layerNorm, _skip, _weighting, _gramianInterval, _gramianSketch, _sampling,
        _epochs, _steps, _patience, _stopping, _lastWeights, _batch, _rate, _schedule, _norm, _dropout, _decay];

    /// <summary>The one that tabular networks have, too.</summary>
    public Option<bool> LinearSkip => _skip;

    public void AddTo(Command command)
    {
        foreach (Option option in Options)
            command.Options.Add(option);
    }

    /// <summary>Refuses options that nothing would look at.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="why">Why nothing looks at them.</param>
    /// <param name="except">Those that something looks at.</param>
    /// <exception cref="InputException">One is given; all such are named.</exception>
    public void ThrowIfAnyIsGiven(ParseResult parsed, string why, params Option[] except)
    {
        Option[] given = [.. Options.Except(except).Where(o => parsed.GetResult(o) is { Implicit: false })];
        string[] parts = [.. given.GroupBy(o => o == _skip).Select(g =>
            $"{string.Join(", ", g.Select(o => o.Name))} {(g.Count() == 1 ? "is" : "are")} for " +
            (g.Key ? "shared-bottom and tabular networks" : "shared-bottom networks"))];
        if (parts.Length > 0)
            throw new InputException($"{string.Join(", ", parts)}; {why}. Leave " +
                $"{(given.Length == 1 ? "it" : "them")} out, or take such a learner.");
    }

    /// <summary>The options, checked.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="hidden">Widths where --hidden is not given; null = the default.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="threads">Upper limit of threads.</param>
    public TrainingOptions Read(ParseResult parsed, IReadOnlyList<int>? hidden, ulong seed, int? threads)
    {
        var options = new TrainingOptions
        {
            Hidden = parsed.GetValue(_hidden) is { } widths ? Widths(widths) : hidden ?? Default.Hidden,
            LayerNorm = parsed.GetValue(_layerNorm),
            LinearSkip = parsed.GetValue(_skip),
            Weighting = LibraryErrors.Translate(_weighting.Name,
                () => TaskWeightings.Parse(parsed.GetValue(_weighting)!)),
            GramianInterval = parsed.GetValue(_gramianInterval),
            Sampling = LibraryErrors.Translate(_sampling.Name,
                () => TaskSampling.Parse(parsed.GetValue(_sampling)!)),
            GramianSketch = parsed.GetValue(_gramianSketch),
            MaxEpochs = parsed.GetValue(_epochs),
            MaxSteps = parsed.GetValue(_steps).Value,
            EarlyStopping = parsed.GetValue(_stopping) == "macro" ? EarlyStopping.Macro : EarlyStopping.PerTask,
            KeepBestWeights = !parsed.GetValue(_lastWeights),
            BatchSize = parsed.GetValue(_batch),
            LearningRate = parsed.GetValue(_rate),
            Schedule = parsed.GetValue(_schedule) switch
            {
                "cosine" => LearningRateSchedule.Cosine,
                "one-cycle" => LearningRateSchedule.OneCycle,
                _ => LearningRateSchedule.Constant,
            },
            MaxGradientNorm = parsed.GetValue(_norm),
            Dropout = parsed.GetValue(_dropout),
            WeightDecay = parsed.GetValue(_decay),
            Seed = seed,
            Threads = threads,
        };
        if (parsed.GetResult(_patience) is { Implicit: false })
            options = options with { Patience = parsed.GetValue(_patience).Value };
        LibraryErrors.Translate(options.Validate);
        return options;
    }

    /// <summary>An option with a few values, of which the first is the default.</summary>
    private static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static int[] Widths(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. parts.Select(p =>
            int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int width) ? width
            : throw new InputException($"--hidden is '{text}'; widths such as 64,32 are expected."))];
    }
}
