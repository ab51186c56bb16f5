using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// TorchSharp's random numbers come from one generator of the process. Whoever draws has it alone, started from a name,
/// and leaves it as it was.
/// </summary>
internal static class TorchRandom
{
    private static readonly Lock Gate = new();

    /// <summary>The generator, started from (seed, purpose, index), until the result is disposed.</summary>
    public static IDisposable Seeded(ulong seed, string purpose, long index = 0) =>
        new Scope(new RandomStream(seed, "torch/" + purpose, index).NextUInt64());

    private sealed class Scope : IDisposable
    {
        private readonly torch.Tensor _before;

        public Scope(ulong seed)
        {
            Gate.Enter();
            _before = torch.get_rng_state().DetachFromDisposeScope();
            torch.manual_seed(unchecked((long)(seed >> 1)));
        }

        public void Dispose()
        {
            torch.set_rng_state(_before);
            _before.Dispose();
            Gate.Exit();
        }
    }
}
