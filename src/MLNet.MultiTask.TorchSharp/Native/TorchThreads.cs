using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>Sets how many threads TorchSharp takes for an operation, and back.</summary>
internal sealed class TorchThreads : IDisposable
{
    private readonly int _before = torch.get_num_threads();

    /// <param name="threads">At least 1: TorchSharp ends the process otherwise.</param>
    public TorchThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (threads != _before)
            torch.set_num_threads(threads);
    }

    public void Dispose()
    {
        if (torch.get_num_threads() != _before)
            torch.set_num_threads(_before);
    }
}
