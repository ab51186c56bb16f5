using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// TorchSharp 0.107 makes an object with a finalizer of every number that an operation takes (even of the 1 in a + b)
/// and does not hold it while native code reads it: a collection at that moment frees it, and libtorch reports a number
/// of no type. Nothing is changed then, so the same is done again.
/// </summary>
internal static class FreedNumbers
{
    private const int Attempts = 5;

    /// <summary>Calls again where a number was freed.</summary>
    /// <param name="call">Gives the same result when it is begun anew.</param>
    public static T Retry<T>(Func<T> call)
    {
        for (int attempt = 1; ; attempt++)
            try
            {
                return call();
            }
            catch (ExternalException e) when (attempt < Attempts && IsFreedNumber(e.Message))
            {
            }
    }

    /// <inheritdoc cref="Retry{T}"/>
    public static void Retry(Action call) => Retry(() =>
    {
        call();
        return true;
    });

    private static bool IsFreedNumber(string message) =>
        message.Contains("c10/core/Scalar.h", StringComparison.Ordinal);
}
