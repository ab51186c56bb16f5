using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>Parts that mixtures of experts are made of.</summary>
internal static class Experts
{
    /// <summary>Dense ReLU layers, the last one with ReLU too; weights from a stream of their own.</summary>
    public static nn.Module<Tensor, Tensor> Dense(ArchitectureContext context, string purpose, int inputs,
        IReadOnlyList<int> widths)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        foreach (int width in widths)
        {
            int from = inputs;
            layers.Add(($"{layers.Count}", context.Seeded($"{purpose}/{layers.Count}", () => nn.Linear(from, width))));
            layers.Add(($"{layers.Count}", nn.ReLU()));
            inputs = width;
        }
        return nn.Sequential(layers);
    }

    /// <summary>Σ_e gate_e·expert_e.</summary>
    /// <param name="gate">rows×E, rows sum to 1.</param>
    /// <param name="experts">E tensors rows×width.</param>
    public static Tensor Mix(Tensor gate, IReadOnlyList<Tensor> experts) =>
        stack(experts, 1).mul(gate.unsqueeze(2)).sum([1L]);
}
