using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// A part of an architecture whose constructor registers everything itself: by itself TorchSharp registers all fields
/// of a submodule a second time, constants among them.
/// </summary>
internal abstract class ModulePart(string name) : nn.Module<Tensor, Tensor>(name)
{
    protected override void RegisterComponents()
    {
    }
}
