using System.Collections.Concurrent;
using MLNet.MultiTask.Torch;
using TorchSharp;

namespace MLNet.MultiTask;

/// <summary>
/// The architectures that can be named: a model file holds a name and numbers, and the name's factory makes the module.
/// A program registers its own before it trains or loads.
/// </summary>
public static class TorchArchitectures
{
    private static readonly ConcurrentDictionary<string, Func<ArchitectureContext, MultiTaskModule>> Factories =
        new(BuiltInArchitectures.All, StringComparer.Ordinal);

    /// <summary>All names, in order.</summary>
    public static IReadOnlyList<string> Names => [.. Factories.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Registers an architecture; the last registration of a name counts.</summary>
    /// <param name="name">Up to 64 letters, digits, '-', '_' and '.'; no name of this library's.</param>
    /// <param name="create">Makes a new module every time.</param>
    /// <exception cref="ArgumentException">The name is not possible, or this library's.</exception>
    public static void Register(string name, Func<ArchitectureContext, MultiTaskModule> create)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(create);
        try
        {
            ArchitectureText.ThrowIfNoName(name);
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, nameof(name), e);
        }
        if (BuiltInArchitectures.All.ContainsKey(name))
            throw new ArgumentException($"'{name}' is an architecture of this library; choose another name", nameof(name));
        Factories[name] = create;
        TorchModuleFormat.Register();
    }

    /// <summary>Registers a trunk with one head per task.</summary>
    /// <param name="name">Up to 64 letters, digits, '-', '_' and '.'; no name of this library's.</param>
    /// <param name="trunk">Makes a new trunk every time, from rows×d to rows×width.</param>
    /// <param name="head">Makes a task's head, from rows×width to rows×K; null = linear.</param>
    /// <exception cref="ArgumentException">The name is not possible, or this library's.</exception>
    public static void Register(string name, Func<torch.nn.Module<torch.Tensor, torch.Tensor>> trunk,
        Func<TaskInfo, torch.nn.Module<torch.Tensor, torch.Tensor>>? head = null)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        Register(name, context => new SharedTrunk(context, context.Seeded("trunk", trunk), head));
    }

    /// <summary>The factory of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    internal static Func<ArchitectureContext, MultiTaskModule> Find(string name) => Factories.GetValueOrDefault(name)
        ?? MergedArchitectures.Find(name)
        ?? throw new FormatException($"No architecture '{name}' is registered; known are " +
            $"{string.Join(", ", Names.Select(n => $"'{n}'"))}: call {nameof(TorchArchitectures)}.{nameof(Register)} with " +
            "its factory first");
}
