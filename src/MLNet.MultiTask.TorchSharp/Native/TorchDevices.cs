using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>Where TorchSharp computes, by ML.NET's convention: a GPU's number and whether the CPU will do.</summary>
internal static class TorchDevices
{
    /// <summary>The device, and a note where it is not the one asked for.</summary>
    /// <param name="gpuDeviceId">Number of the GPU; null = the CPU.</param>
    /// <param name="fallbackToCpu">Whether the CPU is taken where there is no such GPU.</param>
    /// <exception cref="InvalidOperationException">There is no such GPU, and the CPU is not to be taken.</exception>
    public static (string Device, string? Note) Choose(int? gpuDeviceId, bool fallbackToCpu) =>
        Choose(gpuDeviceId, fallbackToCpu,
            gpuDeviceId is null || !torch.cuda.is_available() ? 0 : torch.cuda.device_count());

    /// <summary>The same on a machine with so many GPUs.</summary>
    internal static (string Device, string? Note) Choose(int? gpuDeviceId, bool fallbackToCpu, int gpus)
    {
        if (gpuDeviceId is not { } id)
            return ("cpu", null);
        if (id >= 0 && id < gpus)
            return (FormattableString.Invariant($"cuda:{id}"), null);
        string found = gpus == 0 ? "no GPU that libtorch can use was found"
            : FormattableString.Invariant($"GPUs 0 to {gpus - 1} were found");
        return fallbackToCpu ? ("cpu", $"GpuDeviceId is {id}, but {found}: the CPU is used (FallbackToCpu)")
            : throw new InvalidOperationException(
                $"GpuDeviceId is {id}, but {found}: add the package libtorch-cuda-12.8 for " +
                "the system, set another GpuDeviceId, null for the CPU, or FallbackToCpu");
    }
}
