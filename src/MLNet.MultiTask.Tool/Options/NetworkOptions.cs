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
    private readonly Option<int> _epochs = new("--epochs")
    {
        HelpName = "N",
        Description = "Passes over the training rows at most.",
        DefaultValueFactory = _ => Default.MaxEpochs,
    };
    private readonly Option<int> _steps = new("--steps")
    {
        HelpName = "N",
        Description = "Updates at most.",
        DefaultValueFactory = _ => Default.MaxSteps!.Value,
    };
    private readonly Option<int> _patience = new("--patience")
    {
        HelpName = "N",
        Description = "Epochs without a better validation loss before training stops.",
        DefaultValueFactory = _ => Default.Patience!.Value,
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
    private readonly Option<float> _decay = new("--weight-decay")
    {
        HelpName = "X",
        Description = "Decoupled weight decay.",
        DefaultValueFactory = _ => Default.WeightDecay,
    };

    public void AddTo(Command command)
    {
        Option[] options = [_hidden, _epochs, _steps, _patience, _batch, _rate, _decay];
        foreach (Option option in options)
            command.Options.Add(option);
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
            MaxEpochs = parsed.GetValue(_epochs),
            MaxSteps = parsed.GetValue(_steps),
            Patience = parsed.GetValue(_patience),
            BatchSize = parsed.GetValue(_batch),
            LearningRate = parsed.GetValue(_rate),
            WeightDecay = parsed.GetValue(_decay),
            Seed = seed,
            Threads = threads,
        };
        UserError.Guard(options.Validate);
        return options;
    }

    private static int[] Widths(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. parts.Select(p =>
            int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int width) ? width
            : throw new InputException($"--hidden is '{text}'; widths such as 64,32 are expected."))];
    }
}
