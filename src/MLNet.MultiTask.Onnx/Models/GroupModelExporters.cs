using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Stages;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>The exporters of all kinds of group models: a new kind is added here.</summary>
internal static class GroupModelExporters
{
    private static readonly IGroupModelExporter[] s_all =
        [new SharedBottomExporter(), new ForestExporter(), new LinearExporter(), new TabularExporter(),
            new TrivialExporter(), new CalibratedExporter(), new EnsembleExporter(), new TaskTreeExporter()];

    /// <summary>The exporter of a model, null where it, or a model within it, has none.</summary>
    public static IGroupModelExporter? Find(IGroupModel model) =>
        Lacking(model) is null ? s_all.First(e => e.Kind == model.Kind) : null;

    /// <exception cref="NotSupportedException">There is none for models of its kind.</exception>
    public static IGroupModelExporter Of(IGroupModel model, StageName stage, string column) =>
        Find(model) ?? throw stage.Unsupported(column,
            $"there is no exporter for group models of kind '{Lacking(model)!.Kind}' " +
            $"(tasks {string.Join(", ", model.Tasks.Select(t => t.Name))}), only for " +
            string.Join(", ", s_all.Select(e => $"'{e.Kind}'")));

    // The model, or the one within it, that has no exporter.
    private static IGroupModel? Lacking(IGroupModel model) => model switch
    {
        CalibratedModel calibrated => Lacking(calibrated.Inner),
        EnsembleModel ensemble => ensemble.Members.Select(Lacking).FirstOrDefault(m => m is not null),
        _ => s_all.Any(e => e.Kind == model.Kind) ? null : model,
    };
}
