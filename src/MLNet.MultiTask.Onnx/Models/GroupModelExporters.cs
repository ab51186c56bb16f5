using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Stages;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>The exporters of all kinds of group models: a new kind is added here.</summary>
internal static class GroupModelExporters
{
    private static readonly IGroupModelExporter[] s_all =
        [new SharedBottomExporter(), new ForestExporter(), new LinearExporter(), new TabularExporter(),
            new TrivialExporter(), new CalibratedExporter()];

    /// <summary>The exporter of a model, null where it, or the model within it, has none.</summary>
    public static IGroupModelExporter? Find(IGroupModel model) =>
        model is CalibratedModel { Inner: var inner } && Find(inner) is null ? null
            : s_all.FirstOrDefault(e => e.Kind == model.Kind);

    /// <exception cref="NotSupportedException">There is none for models of its kind.</exception>
    public static IGroupModelExporter Of(IGroupModel model, StageName stage, string column) =>
        Find(model) ?? throw stage.Unsupported(column,
            $"there is no exporter for group models of kind '{((model as CalibratedModel)?.Inner ?? model).Kind}' " +
            $"(tasks {string.Join(", ", model.Tasks.Select(t => t.Name))}), only for " +
            string.Join(", ", s_all.Select(e => $"'{e.Kind}'")));
}
