using System.Runtime.InteropServices;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Distribution;

/// <summary>What must be the same on two machines for a training to have the same bits on both.</summary>
internal static class BuildIdentity
{
    /// <summary>Library with its build, runtime and processor, such as
    /// <c>MLNet.MultiTask 0.1.0 (4f1c20aa), .NET 10, X64</c>.</summary>
    public static string Text { get; } = FormattableString.Invariant(
        $"{Container.Producer} ({typeof(BuildIdentity).Module.ModuleVersionId.ToString("N")[..8]}), .NET ") +
        FormattableString.Invariant($"{Environment.Version.Major}, {RuntimeInformation.ProcessArchitecture}");
}
