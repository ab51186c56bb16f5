using System.Text.Json.Nodes;
using MLNet.MultiTask.Featurization;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>A CSV file made ready: its rows in split order, encoded, with the tasks' labels.</summary>
internal sealed record DataSet
{
    private const long LargeTable = 64 << 20;

    /// <summary>The file's name.</summary>
    public required string FileName { get; init; }

    /// <summary>Features, labels and weights; row p is file row <c>Split.FileRows[p]</c>.</summary>
    public required TaskTable Table { get; init; }

    /// <summary>How the file is written.</summary>
    public required CsvFormat Format { get; init; }

    /// <summary>The names of all columns in their order, and the separator.</summary>
    public required CsvHeader Header { get; init; }

    /// <summary>Hashes over the rows of the file.</summary>
    public required RowsHash RowsHash { get; init; }

    /// <summary>How the columns of the file were read.</summary>
    public required TableReading Reading { get; init; }

    /// <summary>Values of binary labels that are not 0 and 1 or no and yes, by task.</summary>
    public required IReadOnlyDictionary<string, BinaryValues> LabelValues { get; init; }

    /// <summary>How the features were made.</summary>
    public required FeatureEncoder Encoder { get; init; }

    /// <summary>Which rows train, validate and test.</summary>
    public required DataSplit Split { get; init; }

    /// <summary>The training and validation rows, as trainers take them.</summary>
    public RowSplit TrainingRows => new(Split.Train, Split.Validation);

    /// <summary>How the columns were read, and the bytes that the table takes in memory.</summary>
    public JsonObject ReadingToJson()
    {
        JsonObject json = Reading.ToJson();
        json["tableBytes"] = Table.ByteCount;
        return json;
    }

    /// <summary>Reads a file to learn from: encoder and tasks come from its rows.</summary>
    public static DataSet Read(
        DataDescription description, ulong splitSeed, int? maxRows, CancellationToken cancellationToken)
    {
        DataSet data = ReadTable(description, splitSeed, maxRows, cancellationToken);
        // The columns of a large file would stay beside the table until the next collection, which arrays of numbers
        // bring about late.
        if (data.Table.ByteCount > LargeTable)
            GC.Collect();
        return data;
    }

    private static DataSet ReadTable(
        DataDescription description, ulong splitSeed, int? maxRows, CancellationToken cancellationToken)
    {
        CsvTable csv = CsvTable.Read(description.Path, description.Format, description.Texts, cancellationToken);
        var split = new DataSplit(csv.RowCount, splitSeed, maxRows);
        if (split.Train.Length == 0 || split.Validation.Length == 0)
            throw new InputException($"{csv.FileName} gives {Counted.Of(split.FileRows.Length, "row")}; at least 5 " +
                "are needed to train, validate and test.");
        // In the order of the file, cells of a column lie side by side.
        int[] inOrder = [.. split.FileRows];
        Array.Sort(inOrder);
        TableReading reading = FeatureColumns.Decide(csv, inOrder, description);
        var bad = new BadCells(csv);
        FeatureReader.NoteUnlessNumbers(csv, inOrder, reading, bad, cancellationToken);
        RawColumn[] features = FeatureReader.Read(csv, split.FileRows, reading);
        var reader = new LabelReader(csv, split.FileRows, bad, null);
        (IReadOnlyList<TaskInfo> tasks, float[] labels) = reader.Read(description);
        float[]? weights = description is { WeightColumn: { } weightColumn, UseWeights: true }
            ? Weights(csv, split.FileRows, weightColumn, tasks.Count, bad) : null;
        bad.ThrowIfAny();
        Predictions.ThrowIfNamesCollide(tasks);
        cancellationToken.ThrowIfCancellationRequested();
        // Column by column, so that a cancellation is seen between them.
        FeatureEncoder encoder = description.Encoder ?? new FeatureEncoder([.. features.Select(column =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return FeatureEncoder.Learn([column], split.Train).Columns[0];
        })]);
        MemoryCheck.ThrowIfTableIsTooLarge(
            csv.FileName, split.FileRows.Length, features.Length, encoder.FeatureCount, MemoryCheck.Available);
        cancellationToken.ThrowIfCancellationRequested();
        var data = new DataSet
        {
            FileName = csv.FileName,
            Format = description.Format,
            Header = csv.Header,
            RowsHash = csv.RowsHash,
            Table = CreateTable(csv, tasks, labels, weights, encoder.EncodeMatrix(features, cancellationToken),
                FeaturizeMapping.SlotNamesOf(encoder)),
            Encoder = encoder,
            Reading = reading,
            LabelValues = description.TaskIdColumn is null ? reader.Values
                : reader.Values.Values.SelectMany(v => tasks.Select(t => (t.Name, v))).ToDictionary(),
            Split = split,
        };
        DataSetChecks.ThrowIfWeightsAreZero(
            csv, data.Table, description.UseWeights ? description.WeightColumn : null);
        // With the encoder of a model, rows are scored and not learned from.
        if (description.Encoder is null)
            DataSetChecks.ThrowIfLabelsAreFar(csv, data.Table, split);
        reading.Add(reader.Values.Select(v => $"Note: {csv.FileName}: label column '{v.Key}': {v.Value}"));
        reading.Add(LabelNotes.Find(data.Table, split.Train).Select(n => $"Note: {csv.FileName}: {n}"));
        return data;
    }

    private static TaskTable CreateTable(CsvTable csv, IReadOnlyList<TaskInfo> tasks, float[] labels, float[]? weights,
        FeatureMatrix features, string[] featureNames)
    {
        try
        {
            return new TaskTable(features, tasks, labels, weights) { FeatureNames = featureNames };
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{csv.FileName}: {e.Message}", e);
        }
    }

    private static float[] Weights(CsvTable csv, int[] rows, string column, int tasks, BadCells bad)
    {
        CsvColumn cells = csv.Column(column, "weight");
        var weights = new float[(long)rows.Length * tasks];
        for (int i = 0; i < rows.Length; i++)
            if (cells.TryNumber(rows[i], out double weight) && weight is >= 0 and <= float.MaxValue)
                weights.AsSpan(i * tasks, tasks).Fill((float)weight);
            else
                bad.Add(column, "weight", rows[i], weight > float.MaxValue ? "a number up to 3.4e38 is expected"
                    : "a number of at least 0 is expected");
        return weights;
    }
}
