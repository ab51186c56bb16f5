global using static MLNet.MultiTask.Data.OptionChecks;

namespace MLNet.MultiTask.Data;

/// <summary>The one sentence that refuses an option.</summary>
internal static class OptionChecks
{
    /// <summary>Refuses a value that is not <paramref name="ok"/>; name, range and value are in the message.</summary>
    public static void Check(bool ok, string name, object? value, string range)
    {
        if (!ok)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}");
    }
}
