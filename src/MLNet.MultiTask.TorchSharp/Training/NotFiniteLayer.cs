using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>Finds the first layer of a module whose values are not finite.</summary>
internal static class NotFiniteLayer
{
    /// <summary>The layer in words; null where all are finite.</summary>
    public static string? Find(MultiTaskModule module, torch.Tensor features)
    {
        string? found = null;
        var removers = new List<Action>();
        using (torch.no_grad())
        {
            foreach ((string name, torch.nn.Module child) in module.named_modules())
                if (child is torch.nn.Module<torch.Tensor, torch.Tensor> layer && layer != module)
                    removers.Add(layer.register_forward_hook((self, input, output) =>
                    {
                        if (found is null && !IsFinite(output))
                            found = $"the values of layer '{name}' ({self.GetType().Name}) are the first that " +
                                $"are not finite, its inputs {(IsFinite(input) ? "are" : "are not")}";
                        return output;
                    }).remove);
            try
            {
                using torch.Tensor output = module.call(features);
                if (found is null && !IsFinite(output))
                    found = "the values of all layers are finite, the module's outputs are not";
            }
            finally
            {
                foreach (Action remove in removers)
                    remove();
            }
        }
        return found;
    }

    private static bool IsFinite(torch.Tensor tensor)
    {
        using torch.Tensor all = tensor.isfinite().all();
        return all.cpu().item<bool>();
    }
}
