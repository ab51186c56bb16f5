using System.CommandLine;
using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>The option <c>--method</c>: one of <see cref="AffinityMethods.All"/>.</summary>
internal static class AffinityMethodOption
{
    /// <summary>One line per method, for the help.</summary>
    public static string Summaries => string.Join('\n', AffinityMethods.All.Select(m => $"  {m.Name,-18} {m.Summary}"));

    public static Option<string> Create(string description)
    {
        var option = new Option<string>("--method")
        {
            Description = description,
            HelpName = "METHOD",
            DefaultValueFactory = _ => AffinityMethods.Default.Name,
        };
        option.AcceptOnlyFromAmong([.. AffinityMethods.All.Select(m => m.Name)]);
        return option;
    }
}
