using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>Tries modules on a few rows before anything relies on them.</summary>
internal static class ModuleChecks
{
    private const int Rows = 3;

    /// <summary>Numbers in a row of a trunk's output.</summary>
    /// <exception cref="ArgumentException">The output is no matrix with one row per row of features.</exception>
    public static int TrunkWidth(ArchitectureContext context, torch.nn.Module<torch.Tensor, torch.Tensor> trunk)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(trunk);
        using var scope = torch.NewDisposeScope();
        trunk.eval();
        torch.Tensor output = Tried(trunk, torch.zeros(Rows, context.FeatureCount), "The trunk");
        trunk.train();
        return output.shape is [Rows, > 0 and var width] ? (int)width
            : throw new ArgumentException($"The trunk gives {Tensors.Text(output.shape)} for {Rows}×" +
                $"{context.FeatureCount} features; one row per row of features, {Rows}×width, is expected");
    }

    /// <summary>Tries the whole module on rows of the data, forwards and backwards.</summary>
    /// <param name="module">In training mode afterwards.</param>
    /// <param name="layout">Its parameters.</param>
    /// <param name="features">A few rows×d.</param>
    /// <param name="outputs">ΣK.</param>
    /// <exception cref="ArgumentException">The output has another shape or type, or a parameter gets no
    /// gradient.</exception>
    public static void ThrowIfUnusable(MultiTaskModule module, ModuleLayout layout, torch.Tensor features, int outputs)
    {
        long rows = features.shape[0];
        using var scope = torch.NewDisposeScope();
        module.eval();
        torch.Tensor output = Tried(module, features, "The module");
        ThrowIfOtherShape(output, rows, features.shape[1], outputs);
        if (!output.requires_grad)
            throw new ArgumentException(
                "The module's output does not depend on any of its parameters; none can be trained");
        torch.Tensor total = output.sum();
        if (module.ExtraLoss(MeanSquares(module, output)) is { } extra)
            total += extra;
        total.backward();
        string[] untrained = [.. layout.Tensors.Take(layout.TrainedTensors).Where(t => t.Tensor.grad is null)
            .Select(t => $"'{t.Name}'")];
        module.zero_grad(set_to_none: true);
        module.train();
        if (untrained.Length > 0)
            throw new ArgumentException(
                $"Parameter{(untrained.Length == 1 ? "" : "s")} {string.Join(", ", untrained)} " +
                "would not be trained: no task's output depends on it; use it in forward, leave it out, or set its " +
                "requires_grad to false");
    }

    /// <exception cref="ArgumentException">The output has another shape or type.</exception>
    public static void ThrowIfOtherShape(torch.Tensor output, long rows, long features, int outputs)
    {
        if (output.dim() != 2 || output.shape[0] != rows || output.shape[1] != outputs || output.dtype != torch.float32)
            throw new ArgumentException(
                $"The module gives {Tensors.Text(output.shape)} numbers of type {output.dtype} for " +
                $"{rows}×{features} features; {rows}×{outputs} of type {torch.float32} are expected, one output per " +
                $"binary or regression task, one per class of a multi-class task");
    }

    // Stand in for losses: any function of each task's outputs will do.
    private static torch.Tensor MeanSquares(MultiTaskModule module, torch.Tensor output)
    {
        var outputs = new Networks.NetworkShape(1, [], module.Tasks);
        return torch.stack([.. module.Tasks.Select((task, t) =>
            output.narrow(1, outputs.OutputOffset(t), task.OutputCount).square().mean())]);
    }

    private static torch.Tensor Tried(torch.nn.Module<torch.Tensor, torch.Tensor> module, torch.Tensor features,
        string what)
    {
        try
        {
            return module.call(features);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ArgumentException))
        {
            throw new ArgumentException($"{what} fails on {features.shape[0]} rows of {features.shape[1]} features: " +
                $"{e.Message.Split('\n')[0].Trim()}", e);
        }
    }
}
