using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// The trained parameters and their gradients as one vector each, which the module's own tensors are views of: an
/// optimiser's step is then a few operations, however many layers there are.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    private readonly torch.Tensor _values, _first, _second, _root;

    public FlatParameters(ModuleLayout layout, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        using (torch.no_grad())
        {
            torch.Tensor New() => torch.zeros(layout.TrainedCount, device: device).DetachFromDisposeScope();
            (_values, Gradient, _first, _second, _root) = (New(), New(), New(), New(), New());
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
                Gradient.mul_(limit / norm);
            _first.lerp_(Gradient, (float)(1 - Beta1));
            _second.mul_((float)Beta2).addcmul_(Gradient, Gradient, (float)(1 - Beta2));
            _root.copy_(_second).sqrt_().mul_((float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)))).add_((float)Epsilon);
            if (weightDecay > 0)
                _values.mul_(1 - learningRate * weightDecay);
            _values.addcdiv_(_first, _root, -(float)(learningRate / (1 - Math.Pow(Beta1, step))));
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
        foreach (torch.Tensor tensor in (torch.Tensor[])[_values, Gradient, _first, _second, _root])
            tensor.Dispose();
    }
}
