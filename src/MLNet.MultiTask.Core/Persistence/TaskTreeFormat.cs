using System.Text.Json.Serialization;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// A branching network in a file: its tree as text and the width of its layers, then all parameters, block by block,
/// and the scaling of regression targets.
/// </summary>
internal sealed class TaskTreeFormat()
    : GroupModelFormat<TaskTreeNetwork, TaskTreeContent>(TaskTreeNetwork.KindName, ModelJson.Default.TaskTreeContent)
{
    protected override (TaskTreeContent, IReadOnlyList<Section>) Store(
        TaskTreeNetwork model, GroupModelFormats formats) =>
        (new TaskTreeContent([.. model.Hidden], model.Tree.ToString(), model.Shape.LayerNorm),
            [
                Section.Of("parameters", model.Parameters, model.Parameters.Length),
                Section.Of("targetMeans", model.TargetMeans),
                Section.Of("targetScales", model.TargetScales),
            ]);

    protected override ModelPlan Plan(TaskTreeContent content, ModelFrame frame)
    {
        var shape = new TreeShape(frame.FeatureCount, content.Hidden, TaskTree.Parse(content.Tree), frame.Tasks,
            content.LayerNorm);
        long[] tasks = [frame.Tasks.Count];
        return new ModelPlan(
            [
                ("parameters", SectionType.F32, [shape.ParameterCount]), ("targetMeans", SectionType.F32, tasks),
                ("targetScales", SectionType.F32, tasks),
            ],
            shape.ParameterCount, sections => new TaskTreeNetwork(shape, (float[])sections[0].Data,
                (float[])sections[1].Data, (float[])sections[2].Data));
    }
}

/// <summary>One branching network: the widths of a branch, which tasks share which layer, and whether branches have
/// layer norm.</summary>
internal sealed record TaskTreeContent(int[] Hidden, string Tree,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool LayerNorm = false);
