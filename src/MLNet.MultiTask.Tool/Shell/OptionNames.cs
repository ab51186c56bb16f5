using System.CommandLine;
using System.Text.RegularExpressions;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Tool.Options;

namespace MLNet.MultiTask.Tool;

/// <summary>
/// Refusals of the library name its properties; who typed a command knows the options that set them.
/// </summary>
internal static partial class OptionNames
{
    // Where the name of a property is not that of its option.
    private static readonly Dictionary<string, string> s_others = new()
    {
        [nameof(TrainingOptions.InitialModel)] = "--init",
        [nameof(TrainingOptions.MaxEpochs)] = "--epochs",
        [nameof(TrainingOptions.MaxSteps)] = "--steps",
        [nameof(TrainingOptions.Sampling)] = "--task-sampling",
        [nameof(GradTagOptions.BaseEpochs)] = "--stage",
        [nameof(SweepOptions.MaxTrials)] = "--trials",
        [nameof(SweepOptions.MaxTime)] = "--minutes",
        [nameof(SweepOptions.MaxModelBytes)] = "--max-bytes",
        [nameof(SweepOptions.MaxMicrosecondsPerRow)] = "--max-microseconds",
        [nameof(GroupingSettings.GroupCount)] = "--groups",
        [nameof(GroupingSettings.MaxGroupCount)] = "--max-groups",
        [nameof(GroupingSettings.MaxGroupSize)] = "--max-size",
    };

    private static readonly Dictionary<string, string> s_names = new[]
    {
        typeof(TrainingOptions).GetProperties(), typeof(TabularOptions).GetProperties(),
        typeof(TaskTreeOptions).GetProperties(), typeof(GradTagOptions).GetProperties(),
        typeof(SweepOptions).GetProperties(), typeof(GroupingSettings).GetProperties(),
    }.SelectMany(properties => properties).Select(p => p.Name).Distinct()
        .ToDictionary(name => name, name => s_others.GetValueOrDefault(name, Hyphenated(name)));

    /// <summary>The sentence with options of the command in the place of properties.</summary>
    public static string In(string sentence, Command command)
    {
        var options = command.Options.ToDictionary(o => o.Name);
        Option? first = null;
        string named = Property().Replace(sentence, match =>
        {
            if (!s_names.TryGetValue(match.Groups["name"].Value, out string? name)
                || !options.TryGetValue(name, out Option? option))
                return match.Value;
            first ??= option;
            return name + match.Groups["index"].Value;
        });
        return first is null ? sentence
            : Value().Replace(named, match => match.Value == "is True" ? "is given"
                : first.ValueType == typeof(Limit) ? Limit.None : "left out");
    }

    private static string Hyphenated(string name) => "--" + Word().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex(@"(?<![\w'""-])(?:Training\.)?(?<name>[A-Z][A-Za-z]+)(?<index>\[\d+\])?(?![\w'""])")]
    private static partial Regex Property();

    [GeneratedRegex(@"(?<![\w'""])(?:is True|null|false)(?![\w'""])")]
    private static partial Regex Value();

    [GeneratedRegex("(?<=.)(?=[A-Z])")]
    private static partial Regex Word();
}
