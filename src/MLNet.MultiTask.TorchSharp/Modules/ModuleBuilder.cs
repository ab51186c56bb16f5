using System.Runtime.InteropServices;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>Makes the module of an architecture.</summary>
internal static class ModuleBuilder
{
    /// <summary>A new module.</summary>
    /// <param name="create">The architecture's factory.</param>
    /// <param name="text">Its name and settings.</param>
    /// <param name="featureCount">Number of features d.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="seed">Of initial weights.</param>
    /// <exception cref="ArgumentException">A setting is unknown or out of range, or the module is of other
    /// tasks.</exception>
    public static MultiTaskModule Create(Func<ArchitectureContext, MultiTaskModule> create, ArchitectureText text,
        int featureCount, IReadOnlyList<TaskInfo> tasks, ulong seed)
    {
        TorchLibrary.ThrowIfAbsent();
        var context = new ArchitectureContext(featureCount, tasks, text, seed);
        // Parameters must outlive whatever scope the caller has.
        MultiTaskModule module = context.Seeded("module", () => Made(create, text, context))
            ?? throw new ArgumentException($"The factory of architecture '{text.Name}' gives null");
        context.ThrowIfNotAsked();
        return module;
    }

    private static MultiTaskModule Made(Func<ArchitectureContext, MultiTaskModule> create, ArchitectureText text,
        ArchitectureContext context)
    {
        try
        {
            return create(context);
        }
        catch (ExternalException e)
        {
            // Such as layers that do not fit the memory.
            throw new ArgumentException($"Architecture '{text}' cannot be made for {context.FeatureCount} features " +
                $"and {context.Tasks.Count} tasks: {e.Message.Split('\n')[0].Trim()}", e);
        }
    }
}
