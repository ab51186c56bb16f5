using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// The trained parameters and their gradients as one vector each, which the module's own tensors are views of: an
/// optimiser's step is then a few operations, however many layers there are.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    // A number that TorchSharp makes a Scalar of may be freed while native code reads it: held here, or by using.
    private static readonly Scalar SecondKept = (float)Beta2, SecondShare = (float)(1 - Beta2), Least = (float)Epsilon;
    private readonly torch.Tensor _values, _first, _second, _root, _one, _firstShare;

    public FlatParameters(ModuleLayout layout, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        using (torch.no_grad())
        {
            torch.Tensor New() => torch.zeros(layout.TrainedCount, device: device).DetachFromDisposeScope();
            (_values, Gradient, _first, _second, _root) = (New(), New(), New(), New(), New());
            _one = torch.ones(1, device: device).DetachFromDisposeScope();
            _firstShare = torch.tensor((float)(1 - Beta1), device: device).DetachFromDisposeScope();
            foreach (StateTensor t in layout.Tensors.Take(layout.TrainedTensors))
            {
                torch.Tensor own = _values.narrow(0, t.Offset, t.Length).view(t.Shape);
                own.copy_(t.Tensor);
                t.Tensor.set_(own);
                t.Tensor.grad = Gradient.narrow(0, t.Offset, t.Length).view(t.Shape);
            }
        }
    }

    /// <summary>What backward passes add to.</summary>
    public torch.Tensor Gradient { get; }

    /// <summary>One step of AdamW along <see cref="Gradient"/>, in the order of operations of PyTorch.</summary>
    public void Step(int step, float learningRate, float weightDecay, float? maxNorm)
    {
        using var scope = torch.NewDisposeScope();
        using (torch.no_grad())
        {
            if (maxNorm is { } limit && Gradient.norm().cpu().item<float>() is var norm && norm > limit)
            {
                using Scalar shorter = limit / norm;
                Gradient.mul_(shorter);
            }
            using Scalar correction = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step))),
                kept = 1 - learningRate * weightDecay, move = -(float)(learningRate / (1 - Math.Pow(Beta1, step)));
            _first.lerp_(Gradient, _firstShare);
            _second.mul_(SecondKept).addcmul_(Gradient, Gradient, SecondShare);
            // The sum by way of a product: add_ makes one more Scalar that nobody holds.
            _root.copy_(_second).sqrt_().mul_(correction).addcmul_(_one, _one, Least);
            if (weightDecay > 0)
                _values.mul_(kept);
            _values.addcdiv_(_first, _root, move);
        }
    }

    /// <summary>Copies both moments out.</summary>
    public (float[] First, float[] Second) Moments()
    {
        float[] first = new float[_first.numel()], second = new float[first.Length];
        Tensors.CopyTo(_first, first, "first moments");
        Tensors.CopyTo(_second, second, "second moments");
        return (first, second);
    }

    /// <summary>Replaces both moments.</summary>
    public void SetMoments(float[] first, float[] second)
    {
        Tensors.CopyFrom(_first, first);
        Tensors.CopyFrom(_second, second);
    }

    public void Dispose()
    {
        foreach (torch.Tensor tensor in (torch.Tensor[])[_values, Gradient, _first, _second, _root, _one,
            _firstShare])
            tensor.Dispose();
    }
}
