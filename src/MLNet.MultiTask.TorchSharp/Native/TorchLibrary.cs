using System.Runtime.InteropServices;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// Looks whether TorchSharp's native libraries load, before TorchSharp does: where they do not, it copies hundreds of
/// megabytes about, prints a page and throws an error that names the wrong cause.
/// </summary>
internal static class TorchLibrary
{
    private static readonly Lazy<string?> Problem = new(Find);

    /// <exception cref="DllNotFoundException">The libraries cannot be loaded; the message says what is
    /// missing.</exception>
    public static void ThrowIfAbsent()
    {
        if (Problem.Value is { } problem)
            throw new DllNotFoundException(problem);
    }

    /// <summary>What is missing, in one sentence; null where TorchSharp can be used.</summary>
    public static string? Missing => Problem.Value;

    /// <summary>Makes one sentence of what the loader says.</summary>
    /// <param name="library">The library that does not load.</param>
    /// <param name="message">What the loader says of it.</param>
    internal static string Describe(string library, string message)
    {
        if (library == "torch_cpu")
            return "TorchSharp cannot be used: libtorch is not there; add the package that suits the system, such as " +
                "libtorch-cpu-linux-x64 2.10.0, TorchSharp-cpu or TorchSharp-cuda-windows, to the application";
        int at = message.IndexOf("GLIBCXX_", StringComparison.Ordinal);
        if (at < 0)
            return $"TorchSharp cannot be used: its library {library} does not load ({message.Split('\n')[0].Trim()})";
        string version = new([.. message[at..].TakeWhile(c => char.IsLetterOrDigit(c) || c is '_' or '.')]);
        return $"TorchSharp cannot be used: its library {library} needs a C++ library with {version} (GCC 13), newer " +
            "than this system's; use Debian 13, Ubuntu 24.04, RHEL 10 or later, or a newer libstdc++.so.6 by way of " +
            "LD_LIBRARY_PATH";
    }

    private static string? Find()
    {
        foreach (string library in (string[])["torch_cpu", "LibTorchSharp"])
            try
            {
                // A property of the type would already start TorchSharp's own loader; the type does not.
                NativeLibrary.Load(library, typeof(torch).Assembly, null);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                return Describe(library, e.Message);
            }
        return null;
    }
}
