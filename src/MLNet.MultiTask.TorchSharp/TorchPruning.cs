using System.Globalization;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Torch;

namespace MLNet.MultiTask;

/// <summary>Makes small networks of modules that were trained as <c>pruned(…)</c>.</summary>
public static class TorchPruning
{
    private const string Trunk = "trunk.";

    /// <summary>
    /// The same functions without the units that were pruned: <c>mlp</c> modules of the widths that are left, with
    /// fewer parameters and multiplications.
    /// </summary>
    /// <param name="model">With a <c>pruned</c> module in at least one group; other groups stay as they are.</param>
    /// <returns>A model with the same scores, up to rounding.</returns>
    /// <exception cref="ArgumentException">No group has such a module.</exception>
    public static MultiTaskModel Compact(MultiTaskModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.Models.Any(m => m is TorchModuleModel { Module: PrunedBottom }))
            throw new ArgumentException("No group of the model has a module that was trained as pruned(…); there are " +
                $"{string.Join(", ", model.Models.Select(m => $"'{m.Kind}'").Distinct())}", nameof(model));
        return new MultiTaskModel(model.Tasks, model.Grouping, [.. model.Models.Select(m =>
            m is TorchModuleModel { Module: PrunedBottom pruned } own ? Compact(own, pruned) : m)]);
    }

    private static TorchModuleModel Compact(TorchModuleModel model, PrunedBottom pruned)
    {
        int[][] kept = pruned.KeptPerLayer;
        ModuleSource source = ModuleSource.Of("mlp(hidden=" +
            string.Join(',', kept.Select(k => k.Length.ToString(CultureInfo.InvariantCulture))) + ")");
        MultiTaskModule module = ModuleBuilder.Create(source.Create, source.Text, model.FeatureCount, model.Tasks, 0);
        ModuleLayout layout = ModuleLayout.Of(module);
        Dictionary<string, StateTensor> before = model.Layout.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
        float[] from = new float[model.Layout.Length], to = new float[layout.Length];
        model.Layout.Export(from);
        foreach (StateTensor small in layout.Tensors)
        {
            (string name, int[]? rows, int[]? columns) = Place(small.Name, kept);
            StateTensor large = before[name];
            int width = large.Shape.Length == 1 ? 1 : (int)large.Shape[1], at = small.Offset;
            foreach (int row in rows ?? Enumerable.Range(0, (int)large.Shape[0]))
                foreach (int column in large.Shape.Length == 1 ? [0] : columns ?? Enumerable.Range(0, width))
                    to[at++] = from[large.Offset + row * width + column];
        }
        return new TorchModuleModel(source, module, to, model.FeatureCount, model.TargetMeans, model.TargetScales);
    }

    // Between the layers of mlp are ReLUs with numbers of their own.
    private static (string Name, int[]? Rows, int[]? Columns) Place(string name, int[][] kept)
    {
        if (!name.StartsWith(Trunk, StringComparison.Ordinal))
            return (name, null, kept[^1]);
        string[] parts = name.Split('.');
        int layer = int.Parse(parts[1], CultureInfo.InvariantCulture) / 2;
        return (FormattableString.Invariant($"{Trunk}{layer}.{parts[2]}"), kept[layer],
            layer == 0 ? null : kept[layer - 1]);
    }
}
