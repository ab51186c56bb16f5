using System.Globalization;

namespace MLNet.MultiTask.Training;

/// <summary>The settings in a weighting's canonical text, taken out one by one.</summary>
internal sealed class WeightingSettings
{
    /// <summary>The setting that holds a weighting; it comes last.</summary>
    public const string Around = "around";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];
    private readonly string _method;

    /// <param name="method">The method's name.</param>
    /// <param name="text">(name=value,…), or nothing.</param>
    public WeightingSettings(string method, string text)
    {
        _method = method;
        if (text.Length == 0)
            return;
        if (text.Length < 2 || text[^1] != ')')
            throw new FormatException($"Settings of weighting '{method}' are '{text}'; they must be (name=value,…)");
        string inner = text[1..^1];
        int around = inner.StartsWith(Around + "=", StringComparison.Ordinal) ? 0
            : inner.IndexOf("," + Around + "=", StringComparison.Ordinal);
        if (method == "sam" && around >= 0)
        {
            _values[Around] = inner[(inner.IndexOf('=', around) + 1)..];
            inner = inner[..around];
        }
        foreach (string part in inner.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.LastIndexOf('=');
            if (equals < 1 || !_values.TryAdd(part[..equals].Trim(), part[(equals + 1)..].Trim()))
                throw new FormatException($"Setting '{part}' of weighting '{method}' must be name=value, once per " +
                    "name");
        }
    }

    public double Number(string name, double standard) => OptionalNumber(name) ?? standard;

    public double? OptionalNumber(string name)
    {
        if (Take(name) is not { } text)
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
            : throw Unreadable(name, text, "a number");
    }

    public int Integer(string name, int standard)
    {
        if (Take(name) is not { } text)
            return standard;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value
            : throw Unreadable(name, text, "a whole number");
    }

    public T Choice<T>(string name, T standard) where T : struct, Enum
    {
        if (Take(name) is not { } text)
            return standard;
        return Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value) ? value
            : throw Unreadable(name, text, $"one of {string.Join(", ", Enum.GetNames<T>())}");
    }

    public TaskWeighting Weighting(string name, TaskWeighting standard) =>
        Take(name) is { } text ? TaskWeightings.Parse(text) : standard;

    /// <summary>All that is left, as numbers.</summary>
    public KeyValuePair<string, double>[] Rest() =>
        [.. _values.Keys.ToArray().Select(name => KeyValuePair.Create(name, Number(name, 0)))];

    /// <exception cref="FormatException">A setting was not taken out.</exception>
    public void ThrowIfAnyIsLeft()
    {
        if (_values.Count > 0)
            throw new FormatException($"Weighting '{_method}' has no setting {string.Join(", ",
                _values.Keys.Select(k => $"'{k}'"))}; it has {(_known.Count == 0 ? "none"
                : string.Join(", ", _known))}");
    }

    private string? Take(string name)
    {
        _known.Add(name);
        return _values.Remove(name, out string? text) ? text : null;
    }

    private FormatException Unreadable(string name, string text, string wanted) =>
        new($"Setting '{name}' of weighting '{_method}' is '{text}'; it must be {wanted}");
}
