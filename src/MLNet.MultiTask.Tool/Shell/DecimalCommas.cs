using System.CommandLine;
using System.CommandLine.Parsing;

namespace MLNet.MultiTask.Tool;

/// <summary>Numbers with a comma: the parser drops it, so that 0,01 would be 1.</summary>
internal static class DecimalCommas
{
    public static void Refuse(ParseResult parsed)
    {
        string[] wrong = [.. parsed.CommandResult.Children.OfType<OptionResult>().Where(o => IsReal(o.Option.ValueType))
            .SelectMany(o => o.Tokens.Where(t => t.Value.Contains(','))
                .Select(t => $"{o.Option.Name} is '{t.Value}'"))];
        if (wrong.Length > 0)
            throw new InputException($"{string.Join(", ", wrong)}; numbers are written with a point, as 0.01.");
    }

    private static bool IsReal(Type type)
    {
        Type one = type.GetElementType() ?? type;
        return (Nullable.GetUnderlyingType(one) ?? one) is { } own && (own == typeof(float) || own == typeof(double));
    }
}
