using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Featurization;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Trainers;

namespace MLNet.MultiTask.Pipelines;

/// <summary>
/// Finds the chains of ML.NET's transformers that its model files hold in the place of ours, and makes ours again of
/// the state that travels in them as a constant.
/// </summary>
internal static class BuiltInModel
{
    private static readonly MultiTaskModelLoadOptions s_trusted = new()
    {
        MaxBytes = long.MaxValue,
        TrustMicrosoftMLStages = true,
    };

    /// <exception cref="ModelFormatException">A state is damaged.</exception>
    public static ITransformer Restore(MLContext context, ITransformer model)
    {
        if (model is MultiTaskTransformer or not IEnumerable<ITransformer>)
            return model;
        ITransformer[] stages = [.. (IEnumerable<ITransformer>)model];
        if (Array.FindIndex(stages, s => s is CustomMappingTransformer<NoColumns, ConstantKey>) is >= 0 and var key)
            return Own(context, stages, key) ?? model;
        ITransformer[] restored = [.. stages.Select(s => Restore(context, s))];
        return restored.SequenceEqual(stages, ReferenceEqualityComparer.Instance) ? model
            : restored.Length == 1 ? restored[0] : new TransformerChain<ITransformer>(restored);
    }

    // Constants of affinities and groupings hold no names of tasks; their chains are all that is known of them.
    private static MultiTaskTransformer? Own(MLContext context, ITransformer[] stages, int key)
    {
        bool scores = stages.Any(s => s is CustomMappingTransformer<RowToScore, RowNumbers>);
        if (!scores && !stages.Any(s => s is CustomMappingTransformer<CellToEncode, EncodedCell>))
            return null;
        var state = new MemoryStream(Convert.FromBase64String(StateOf(context, stages[key], stages[key + 1])));
        return scores ? PredictionState.Load(context, state, s_trusted)
            : FeaturizeState.Load(context, state, s_trusted);
    }

    private static string StateOf(MLContext context, ITransformer key, ITransformer constant)
    {
        IDataView row = constant.Transform(key.Transform(context.Data.LoadFromEnumerable([new AnyRow()])));
        DataViewSchema.Column column = row.Schema[nameof(TransformerState.MultiTaskState)];
        using DataViewRowCursor cursor = row.GetRowCursor([column]);
        ReadOnlyMemory<char> text = default;
        cursor.MoveNext();
        cursor.GetGetter<ReadOnlyMemory<char>>(column)(ref text);
        return text.ToString();
    }

    private sealed class AnyRow
    {
        public bool Any { get; set; }
    }
}
