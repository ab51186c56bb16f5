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
            throw new ArgumentException($"'{name}' is an architecture of this library; choose another name",
                nameof(name));
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

    /// <summary>
    /// The same architecture with a grouping as masks within one module: <c>mmoe</c>, <c>cgc</c>, <c>ple</c> and
    /// <c>home</c> have experts that only a group's tasks see.
    /// </summary>
    /// <param name="architecture">Its name and settings, such as <c>mmoe(experts=2)</c>.</param>
    /// <param name="grouping">Of all tasks that the module will have.</param>
    /// <exception cref="FormatException">The architecture's text is none.</exception>
    public static string WithGroups(string architecture, TaskGrouping grouping)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(grouping);
        ArchitectureText text = ArchitectureText.Parse(architecture);
        text.Settings["groups"] = grouping.ToString();
        return text.ToString();
    }

    /// <summary>The same architecture with an affinity in its attention between tasks: <c>task-adapted</c>.</summary>
    /// <param name="architecture">Its name and settings.</param>
    /// <param name="affinity">Of all tasks that the module will have, in their order.</param>
    /// <exception cref="FormatException">The architecture's text is none.</exception>
    public static string WithAffinity(string architecture, TaskAffinity affinity)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(affinity);
        ArchitectureText text = ArchitectureText.Parse(architecture);
        IEnumerable<int> tasks = Enumerable.Range(0, affinity.Count);
        text.Settings["affinity"] = string.Join('|', tasks.Select(i => string.Join(',', tasks.Select(j =>
            ((float)affinity[i, j]).ToString("R", System.Globalization.CultureInfo.InvariantCulture)))));
        return text.ToString();
    }

    /// <summary>The factory of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    internal static Func<ArchitectureContext, MultiTaskModule> Find(string name) => Factories.GetValueOrDefault(name)
        ?? MergedArchitectures.Find(name)
        ?? throw new FormatException($"No architecture '{name}' is registered; known are " +
            $"{string.Join(", ", Names.Select(n => $"'{n}'"))}: call {nameof(TorchArchitectures)}.{nameof(Register)} " +
            $"with its factory first");
}
