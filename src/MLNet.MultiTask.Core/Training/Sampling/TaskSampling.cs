namespace MLNet.MultiTask;

/// <summary>Which tasks' labels a training step learns from.</summary>
/// <remarks>
/// Mixed batches learn all labels of their rows. Batches of one task learn one task each, drawn in proportion to
/// (labels in the training rows)^(1/<see cref="Temperature"/>) among the tasks that have a label in the batch: 1 is
/// balanced by data, large temperatures draw all tasks alike (Devlin et al. 2019; Wang, Tsvetkov, Neubig 2020).
/// </remarks>
public sealed record TaskSampling
{
    private TaskSampling(double? temperature) => Temperature = temperature;

    /// <summary>All labels of a batch's rows.</summary>
    public static TaskSampling Mixed { get; } = new((double?)null);

    /// <summary>One task a batch, all tasks alike.</summary>
    public static TaskSampling Unmixed { get; } = new(double.PositiveInfinity);

    /// <summary>One task a batch, in proportion to its labels.</summary>
    public static TaskSampling ByData { get; } = new(1);

    /// <summary>Softness of the draw; null = mixed batches.</summary>
    public double? Temperature { get; }

    /// <summary>One task a batch, in proportion to labels^(1/temperature).</summary>
    /// <param name="temperature">Positive; infinity = all tasks alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not positive.</exception>
    public static TaskSampling ByTemperature(double temperature) => temperature > 0 ? new(temperature)
        : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "temperature must be positive");

    /// <summary>Reads <c>mixed</c>, <c>unmixed</c>, <c>by-data</c> or a temperature.</summary>
    /// <exception cref="FormatException">The text is none of them.</exception>
    public static TaskSampling Parse(string text) => text switch
    {
        "mixed" => Mixed,
        "unmixed" => Unmixed,
        "by-data" => ByData,
        _ => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double value) && value > 0
            ? new(value)
            : throw new FormatException($"Task sampling is '{text}'; it must be mixed, unmixed, by-data or a " +
                "positive temperature"),
    };

    /// <summary>What <see cref="Parse"/> reads.</summary>
    public override string ToString() => Temperature switch
    {
        null => "mixed",
        double.PositiveInfinity => "unmixed",
        1 => "by-data",
        { } value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
    };
}
