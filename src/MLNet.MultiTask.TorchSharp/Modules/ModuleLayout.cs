using TorchSharp;
using TorchSharp.Modules;

namespace MLNet.MultiTask.Torch;

/// <summary>One tensor of a module's state and its place in the flat vector.</summary>
internal sealed record StateTensor(string Name, torch.Tensor Tensor, int Offset, int Length)
{
    public long[] Shape => Tensor.shape;
}

/// <summary>
/// All numbers of a module as one flat vector: first the trained parameters that the tasks share, then their own, then
/// what is not trained, frozen parameters and buffers.
/// </summary>
internal sealed class ModuleLayout
{
    private ModuleLayout(IReadOnlyList<StateTensor> tensors, int trained, int shared)
    {
        (Tensors, TrainedTensors) = (tensors, trained);
        SharedCount = tensors.Take(shared).Sum(t => t.Length);
        TrainedCount = tensors.Take(trained).Sum(t => t.Length);
        Length = tensors.Sum(t => t.Length);
        SharedTensors = shared;
    }

    /// <summary>In order of the flat vector.</summary>
    public IReadOnlyList<StateTensor> Tensors { get; }

    /// <summary>How many of <see cref="Tensors"/> the tasks share, from the first one on.</summary>
    public int SharedTensors { get; }

    /// <summary>How many of <see cref="Tensors"/> are trained, from the first one on.</summary>
    public int TrainedTensors { get; }

    /// <summary>Numbers that the tasks share, from the first one on.</summary>
    public int SharedCount { get; }

    /// <summary>Numbers that are trained, from the first one on.</summary>
    public int TrainedCount { get; }

    /// <summary>All numbers.</summary>
    public int Length { get; }

    /// <summary>Reads a module.</summary>
    /// <exception cref="ArgumentException">It has no parameter to train, one of another type, or too many.</exception>
    public static ModuleLayout Of(MultiTaskModule module)
    {
        // A parameter under two names is one parameter.
        var known = new HashSet<IntPtr>();
        var trained = new List<(string Name, torch.Tensor Tensor)>();
        var rest = new List<(string Name, torch.Tensor Tensor)>();
        foreach ((string name, Parameter parameter) in module.named_parameters())
            if (known.Add(parameter.Handle))
                (parameter.requires_grad ? trained : rest).Add((name, parameter));
        if (trained.Count == 0)
            throw new ArgumentException("The module has no parameter to train; does its constructor call " +
                "RegisterComponents or register_module for its layers?");
        (string other, torch.Tensor? typed) = trained.Find(t => t.Tensor.dtype != torch.float32);
        if (typed is not null)
            throw new ArgumentException($"Parameter '{other}' is of type {typed.dtype}; {torch.float32} is expected");
        HashSet<string> saved = [.. module.state_dict().Keys];
        rest.AddRange(module.named_buffers().Where(b => saved.Contains(b.name) && known.Add(b.buffer.Handle)));
        (string Name, torch.Tensor Tensor)[] shared = [.. trained.Where(t => module.IsShared(t.Name))];
        var ordered = new List<StateTensor>();
        long offset = 0;
        foreach ((string name, torch.Tensor tensor) in
            shared.Concat(trained.Where(t => !module.IsShared(t.Name))).Concat(rest))
        {
            long length = tensor.numel();
            if (offset + length > Array.MaxLength)
                throw new ArgumentException(
                    $"Tensor '{name}' brings the module to {offset + length} numbers; at most " +
                    $"{Array.MaxLength} are possible");
            ordered.Add(new StateTensor(name, tensor, (int)offset, (int)length));
            offset += length;
        }
        return new ModuleLayout(ordered, trained.Count, shared.Length);
    }

    /// <summary>Copies all numbers out.</summary>
    public void Export(Span<float> flat)
    {
        foreach (StateTensor t in Tensors)
            Torch.Tensors.CopyTo(t.Tensor, flat.Slice(t.Offset, t.Length), t.Name);
    }

    /// <summary>Replaces all numbers.</summary>
    public void Import(ReadOnlySpan<float> flat)
    {
        foreach (StateTensor t in Tensors)
            Torch.Tensors.CopyFrom(t.Tensor, flat.Slice(t.Offset, t.Length));
    }
}
