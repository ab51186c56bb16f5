using System.CommandLine;
using System.CommandLine.Parsing;

namespace MLNet.MultiTask.Tool;

/// <summary>Options that were given an empty text, as an unset variable of a script does.</summary>
internal static class EmptyValues
{
    /// <summary>An empty text means something to these: the column without a name, a missing value.</summary>
    private static readonly string[] s_meaningful = ["--ignore", "--missing"];

    public static void Refuse(ParseResult parsed)
    {
        foreach (OptionResult option in parsed.CommandResult.Children.OfType<OptionResult>())
            if (!s_meaningful.Contains(option.Option.Name)
                && option.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value) && t.Value is not "\t"))
                throw new InputException($"{option.Option.Name} is given an empty value.");
    }
}
