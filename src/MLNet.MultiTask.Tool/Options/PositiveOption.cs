using System.CommandLine;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>Which value of a two-valued label counts as 1.</summary>
internal sealed class PositiveOption
{
    /// <summary>The option.</summary>
    public Option<string[]> Option { get; } = new("--positive")
    {
        Description = "Value of a binary label that counts as 1, where the values do not say it themselves as 0 " +
            "and 1 or no and yes do: one for all labels, or COLUMN=VALUE per label (for a value with = in it, too).",
        HelpName = "VALUE…",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>The labels with what the option says of them.</summary>
    public IReadOnlyList<LabelColumn> Apply(ParseResult parsed, IReadOnlyList<LabelColumn> labels)
    {
        string[] given = parsed.GetValue(Option) ?? [];
        if (given.Length == 0)
            return labels;
        string names = Some.Of([.. labels.Select(l => $"'{l.Name}'")]);
        var positives = new Dictionary<string, string>(StringComparer.Ordinal);
        List<string> faults = [];
        foreach (string text in given)
            if (!text.Contains('=', StringComparison.Ordinal))
            {
                if (given.Length > 1)
                    faults.Add($"'{text}' is one value for all labels beside others; COLUMN=VALUE is expected");
                else if (!labels.Any(CanBeBinary))
                    faults.Add($"'{text}' is for binary labels, and there are none");
                foreach (LabelColumn label in labels.Where(CanBeBinary))
                    positives[label.Name] = text.Trim();
            }
            else if (labels.Where(l => text.StartsWith(l.Name + "=", StringComparison.Ordinal))
                .MaxBy(l => l.Name.Length) is not { } label)
                faults.Add($"'{text}' names no label column; they are {names}");
            else if (text[(label.Name.Length + 1)..].Trim() is not { Length: > 0 } value)
                faults.Add($"'{text}' has no value");
            else if (!CanBeBinary(label))
                faults.Add($"'{text}' is for a binary label, and '{label.Name}' is {label.Kind}");
            else if (!positives.TryAdd(label.Name, value))
                faults.Add($"'{label.Name}' is given twice");
        return faults.Count > 0 ? throw new InputException($"{Option.Name}: {string.Join("; ", faults)}.")
            : [.. labels.Select(l => l with { Positive = positives.GetValueOrDefault(l.Name) })];
    }

    // A label of which nothing says the kind is binary if a value of it is positive.
    private static bool CanBeBinary(LabelColumn label) => label.Kind is null or TaskKind.Binary;
}
