using System.CommandLine;
using System.Globalization;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>The value of an option that is a number or "none".</summary>
/// <param name="Value">The number; null = no limit.</param>
internal readonly record struct Limit(int? Value)
{
    /// <summary>The word for no limit.</summary>
    public const string None = "none";

    public static Option<Limit> Option(string name, string description, int? byDefault) => new(name)
    {
        HelpName = $"N|{None}",
        Description = $"{description}; {None} for no limit.",
        DefaultValueFactory = _ => new Limit(byDefault),
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text == None)
                return default;
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int limit))
                result.AddError($"{name} is '{text}'; a number or {None} is expected.");
            return new Limit(limit);
        },
    };

    public override string ToString() => Value?.ToString(CultureInfo.InvariantCulture) ?? None;
}
