using Microsoft.ML;

namespace MLNet.MultiTask.Tests.MicrosoftML;

/// <summary>
/// Which Microsoft.ML these tests run on. The stand-in is one assembly of a name that the package does not have.
/// </summary>
internal static class MicrosoftMLSource
{
    public static bool IsStandin => typeof(MLContext).Assembly.GetName().Name == "Microsoft.ML";
}
