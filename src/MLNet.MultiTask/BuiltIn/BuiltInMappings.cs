using System.ComponentModel;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.BuiltIn;

// What ML.NET's own model files keep of our transformers: custom mappings that it finds again by contract name, in an
// assembly that it loads by name, fed with the transformer's state as text. Names and classes are part of the file
// format.

/// <summary>No input.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NoColumns;

/// <summary>A constant, the key of every lookup that puts something into each row.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ConstantKey
{
    /// <summary>Always 1.</summary>
    public int MultiTaskKey { get; set; }
}

/// <summary>A transformer's state.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TransformerState
{
    /// <summary>Base-64 text of the state.</summary>
    public string MultiTaskState { get; set; } = "";
}

/// <summary>A row to score.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RowToScore
{
    /// <summary>The d features.</summary>
    public VBuffer<float> MultiTaskFeatures { get; set; }

    /// <summary>The task id of task-indexed data; otherwise empty.</summary>
    public string MultiTaskTaskId { get; set; } = "";

    /// <summary>Base-64 text of the prediction transformer.</summary>
    public string MultiTaskState { get; set; } = "";
}

/// <summary>
/// Numbers of a row: an affinity, or all scored columns, those of Single first, then of Boolean, then keys.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RowNumbers
{
    /// <summary>The numbers; false is 0, true is 1, a key is its number.</summary>
    public VBuffer<float> MultiTaskNumbers { get; set; }
}

/// <summary>Keys of a row: a grouping.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RowKeys
{
    /// <summary>Numbers from 1.</summary>
    [KeyType(int.MaxValue)]
    public VBuffer<uint> MultiTaskKeys { get; set; }
}

/// <summary>Puts the constant into each row.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ConstantKeyFactory : CustomMappingFactory<NoColumns, ConstantKey>
{
    internal const string Contract = "MLNet.MultiTask.ConstantKey";

    /// <inheritdoc/>
    public override Action<NoColumns, ConstantKey> GetMapping() => Map;

    internal static void Map(NoColumns input, ConstantKey output) => output.MultiTaskKey = 1;
}
