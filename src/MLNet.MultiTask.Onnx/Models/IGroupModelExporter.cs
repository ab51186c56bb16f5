using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>
/// What <see cref="IGroupModel.Score(ReadOnlySpan{float}, int, Span{float}, Span{float}, int)"/> gives, as tensors rows
/// × outputs.
/// </summary>
internal sealed record GroupScores(string Scores, string Raw);

/// <summary>Writes one kind of group model into a graph.</summary>
internal interface IGroupModelExporter
{
    /// <summary>The <see cref="IGroupModel.Kind"/>.</summary>
    string Kind { get; }

    /// <summary>Adds the model.</summary>
    /// <param name="model">Of this kind.</param>
    /// <param name="features">rows × d.</param>
    /// <param name="graph">Receives the nodes.</param>
    GroupScores Export(IGroupModel model, string features, GraphBuilder graph);
}
