using MLNet.MultiTask.Torch;

namespace MLNet.MultiTask;

/// <summary>The losses that a task of a TorchSharp module can have in the place of its kind's own.</summary>
public static class TorchLosses
{
    /// <summary>All names, in order.</summary>
    public static IReadOnlyList<string> Names => BuiltInLosses.Names;
}
