using Microsoft.ML;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Featurization;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask;

/// <summary>
/// Adds the column of features, encoded as learned from the training rows. Values that the training did not have are
/// counted, and the log names their columns once: a category that was not there has no feature, a text among numbers
/// counts as a missing value.
/// </summary>
/// <remarks>
/// <c>mlContext.MultiTask().Save</c> keeps everything. What <c>mlContext.Model.Load</c> returns gives the same features
/// and counts as well, but ML.NET tells it no context to log through: see the counter
/// <c>multitask.features.unknown_cells</c> of the meter <c>MLNet.MultiTask</c>, or let
/// <see cref="MultiTaskCatalog.Restore"/> make this transformer of it again, which logs.
/// </remarks>
public sealed class FeaturizeTransformer : MultiTaskTransformer
{
    internal const string Kind = "Featurize";

    private readonly Lazy<Dictionary<string, int>?[]> _places;

    internal FeaturizeTransformer(MLContext context, FeatureEncoder encoder, CellRules rules,
        IReadOnlyList<CellForm> forms, string outputColumnName, IReadOnlyList<string> leftOut) : base(context)
    {
        (Encoder, Rules, Forms, OutputColumnName) = (encoder, rules, forms, outputColumnName);
        Reading = new FeatureReading([.. encoder.Columns.Where(c => c.Categories is null).Select(c => c.Name)],
            encoder.Columns.Where(c => c.Categories is not null)
                .ToDictionary(c => c.Name, c => c.Categories!.Count), leftOut);
        Unknown = new UnknownCells(context, [.. encoder.Columns.Select(c => c.Name)]);
        SlotNames = FeaturizeMapping.SlotNamesOf(encoder);
        _places = new(() => [.. encoder.Columns.Select(c => c.Categories?.Select((text, i) => (text, i))
            .ToDictionary(p => p.text, p => p.i, StringComparer.Ordinal))]);
    }

    /// <summary>What was learned about every column.</summary>
    public FeatureEncoder Encoder { get; }

    /// <summary>The column of features that is added.</summary>
    public string OutputColumnName { get; }

    /// <summary>How the raw columns are read.</summary>
    public FeatureReading Reading { get; }

    /// <summary>
    /// Per raw column: cells met so far, by whatever reads the transformed views and rows, whose value the training did
    /// not have. Up to date when a cursor or prediction engine is disposed.
    /// </summary>
    public IReadOnlyDictionary<string, long> UnknownCounts => Unknown.ToDictionary();

    internal CellRules Rules { get; }

    /// <summary>How the cells of each column came in training.</summary>
    internal IReadOnlyList<CellForm> Forms { get; }

    internal UnknownCells Unknown { get; }

    /// <summary>Per column the place of each category; null where it is one of numbers.</summary>
    internal IReadOnlyList<Dictionary<string, int>?> Places => _places.Value;

    internal string[] SlotNames { get; }

    internal override string StateKind => Kind;

    internal override void Save(Stream stream) => FeaturizeState.Save(this, stream);

    private protected override RowMapping Bind(DataViewSchema input) => FeaturizeMapping.Bind(input, this);

    private protected override ITransformer ToBuiltInChain() => BuiltInFeatures.Chain(Context, this);
}
