using System.Runtime.InteropServices;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>Numbers in and out of tensors.</summary>
internal static class Tensors
{
    // Above, single precision no longer holds every integer.
    private const double LargestInteger = 1 << 24;

    /// <summary>The memory of a contiguous tensor of single precision on the CPU.</summary>
    public static Span<float> Memory(torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>Copies all numbers out, row-major, from any device and type.</summary>
    /// <exception cref="NotSupportedException">An integer does not fit single precision.</exception>
    public static void CopyTo(torch.Tensor tensor, Span<float> numbers, string name)
    {
        using torch.Tensor detached = tensor.detach();
        if (!detached.is_floating_point())
            ThrowIfTooLarge(detached, name);
        using torch.Tensor single = detached.to(torch.float32).cpu();
        using torch.Tensor own = single.contiguous();
        Memory(own)[..numbers.Length].CopyTo(numbers);
    }

    /// <summary>Replaces all numbers of a tensor.</summary>
    public static void CopyFrom(torch.Tensor tensor, ReadOnlySpan<float> numbers)
    {
        using (torch.no_grad())
        using (torch.Tensor own = torch.tensor(numbers.ToArray(), [.. tensor.shape]))
            tensor.copy_(own);
    }

    /// <summary>A shape as text: 64×10.</summary>
    public static string Text(ReadOnlySpan<long> shape) =>
        shape.IsEmpty ? "1 number" : string.Join('×', shape.ToArray());

    private static void ThrowIfTooLarge(torch.Tensor tensor, string name)
    {
        using torch.Tensor largest = tensor.numel() == 0 ? torch.zeros(1) : tensor.to(torch.float64).abs().max();
        if (largest.cpu().item<double>() > LargestInteger)
            throw new NotSupportedException(
                $"The buffer '{name}' holds an integer above {LargestInteger:N0}, which a " +
                "file of single precision cannot keep");
    }
}
