using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// How AdamW sees the shared parameters near W0, as the managed estimate has it: it descends in the metric of the root
/// mean square of mini-batch gradients, and a subset with larger gradients does not move farther.
/// </summary>
internal sealed class ModuleGeometry
{
    private const int Batches = 24;
    private const int MomentBatches = 8;
    private const float Floor = 0.1f;
    private readonly double[] _moments, _exact;
    private readonly int _tasks;
    private readonly double _allTasks;

    private ModuleGeometry(torch.Tensor scale, double[] moments, double[] exact, double[] shares)
    {
        (Scale, _moments, _exact, _tasks) = (scale, moments, exact, shares.Length);
        _allTasks = Size([.. Enumerable.Range(0, _tasks)], shares, 1);
    }

    /// <summary>D^−½, length p.</summary>
    public torch.Tensor Scale { get; }

    /// <summary>Measures mini-batch gradients at W0.</summary>
    public static ModuleGeometry Measure(ModuleTangents tangents, ModulePairs pairs, int[] rows, torch.Tensor gradients,
        double[] shares, int batchSize, ulong seed)
    {
        int size = Math.Min(batchSize, rows.Length), perEpoch = Math.Max(1, rows.Length / size);
        torch.Tensor squares = torch.zeros(tangents.Dimension);
        var byTask = new List<torch.Tensor>();
        int[] order = [];
        for (int b = 0; b < Batches; b++)
        {
            if (b % perEpoch == 0)
            {
                order = [.. rows];
                new RandomStream(seed, "geometry", b / perEpoch).Shuffle<int>(order);
            }
            torch.Tensor own = new SharedDirections(tangents, pairs,
                order[(b % perEpoch * size)..(b % perEpoch * size + size)],
                shares).Gradients();
            squares += torch.tensor([.. shares.Select(s => (float)s)]).unsqueeze(0).mm(own).square().squeeze(0);
            if (b < MomentBatches)
                byTask.Add(own);
        }
        torch.Tensor roots = (squares / Batches).sqrt();
        float floor = Math.Max(Floor * roots.mean().item<float>(), 1e-30f);
        torch.Tensor scale = (roots + floor).sqrt().reciprocal();
        var moments = new double[shares.Length * shares.Length];
        foreach (torch.Tensor own in byTask)
            System.Numerics.Tensors.TensorPrimitives.Add<double>(moments, Gram(own * scale), moments);
        System.Numerics.Tensors.TensorPrimitives.Divide<double>(moments, MomentBatches, moments);
        return new ModuleGeometry(scale, moments, Gram(gradients * scale), shares);
    }

    /// <summary>Root mean square of a subset's mini-batch gradients over that of all tasks' together.</summary>
    /// <param name="subset">Tasks.</param>
    /// <param name="shares">Their shares in the subset's loss.</param>
    /// <param name="rowShare">Share of the training rows where one of them is observed.</param>
    public double RelativeSize(int[] subset, double[] shares, double rowShare) =>
        Size(subset, shares, rowShare) / _allTasks;

    private double Size(int[] subset, double[] shares, double rowShare)
    {
        double sum = 0;
        for (int a = 0; a < subset.Length; a++)
            for (int b = 0; b < subset.Length; b++)
            {
                int pair = subset[a] * _tasks + subset[b];
                sum += shares[a] * shares[b] * (_exact[pair] + rowShare * (_moments[pair] - _exact[pair]));
            }
        return Math.Sqrt(Math.Max(sum, 1e-30));
    }

    private static double[] Gram(torch.Tensor vectors)
    {
        using torch.Tensor wide = vectors.to(torch.float64), gram = wide.mm(wide.t());
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(gram.bytes).ToArray();
    }
}
