using System.Globalization;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>Modules under one name, numbered; the library's own list loses their parameters.</summary>
internal sealed class ModuleGroup : torch.nn.Module
{
    public ModuleGroup(IReadOnlyList<torch.nn.Module> modules) : base(nameof(ModuleGroup))
    {
        for (int i = 0; i < modules.Count; i++)
            register_module(i.ToString(CultureInfo.InvariantCulture), modules[i]);
    }
}
