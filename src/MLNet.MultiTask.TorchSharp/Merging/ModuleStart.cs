using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MLNet.MultiTask.Torch;

/// <summary>Where a module's training began: what makes two modules mergeable.</summary>
/// <param name="Seed">Of the initial weights.</param>
/// <param name="Fingerprint">SHA-256 of names, shapes and bits of the shared initial weights.</param>
internal sealed record ModuleStart(ulong Seed, string Fingerprint)
{
    /// <summary>Reads a module that has not been trained yet.</summary>
    public static ModuleStart Of(ulong seed, ModuleLayout layout)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (StateTensor t in layout.Tensors.Take(layout.SharedTensors))
        {
            var numbers = new float[t.Length];
            Tensors.CopyTo(t.Tensor, numbers, t.Name);
            hash.AppendData(Encoding.UTF8.GetBytes($"{t.Name} {Tensors.Text(t.Shape)}\n"));
            hash.AppendData(MemoryMarshal.AsBytes(numbers.AsSpan()));
        }
        return new ModuleStart(seed, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
