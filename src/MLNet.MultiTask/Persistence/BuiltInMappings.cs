using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.Persistence;

// What ML.NET's own model files keep of our transformers: custom mappings that it finds again by contract name, in an
// assembly that it loads by name, fed with the transformer's state as text. Names and classes are part of the file
// format.

/// <summary>No input.</summary>
public sealed class NoColumns;

/// <summary>A constant, the key of every lookup that puts something into each row.</summary>
public sealed class ConstantKey
{
    /// <summary>Always 1.</summary>
    public int MultiTaskKey { get; set; }
}

/// <summary>A transformer's state.</summary>
public sealed class TransformerState
{
    /// <summary>Base-64 text of the state.</summary>
    public string MultiTaskState { get; set; } = "";
}

/// <summary>A row to score.</summary>
public sealed class RowToScore
{
    /// <summary>The d features.</summary>
    public VBuffer<float> MultiTaskFeatures { get; set; }

    /// <summary>The task id of task-indexed data; otherwise empty.</summary>
    public string MultiTaskTaskId { get; set; } = "";

    /// <summary>Base-64 text of the prediction transformer.</summary>
    public string MultiTaskState { get; set; } = "";
}

/// <summary>Numbers of a row: all scored columns one after the other, an affinity.</summary>
public sealed class RowNumbers
{
    /// <summary>The numbers; false is 0, true is 1, a key is its number.</summary>
    public VBuffer<float> MultiTaskNumbers { get; set; }
}

/// <summary>Keys of a row: a grouping.</summary>
public sealed class RowKeys
{
    /// <summary>Numbers from 1.</summary>
    [KeyType(int.MaxValue)]
    public VBuffer<uint> MultiTaskKeys { get; set; }
}

/// <summary>Numbers of a row and the place of one of them.</summary>
public sealed class NumberAt
{
    /// <summary>The numbers.</summary>
    public VBuffer<float> MultiTaskNumbers { get; set; }

    /// <summary>The place of the one to pick.</summary>
    public int MultiTaskPlace { get; set; }
}

/// <summary>One number in each of the types that scored columns have.</summary>
public sealed class PickedNumber
{
    /// <summary>The number.</summary>
    public float MultiTaskSingle { get; set; }

    /// <summary>Whether it is not 0.</summary>
    public bool MultiTaskBoolean { get; set; }

    /// <summary>The number as an integer; 0 where it is NaN.</summary>
    public uint MultiTaskInteger { get; set; }
}

/// <summary>Puts the constant into each row.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class ConstantKeyFactory : CustomMappingFactory<NoColumns, ConstantKey>
{
    internal const string Contract = "MLNet.MultiTask.ConstantKey";

    /// <inheritdoc/>
    public override Action<NoColumns, ConstantKey> GetMapping() => Map;

    internal static void Map(NoColumns input, ConstantKey output) => output.MultiTaskKey = 1;
}

/// <summary>Picks one number.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class PickFactory : CustomMappingFactory<NumberAt, PickedNumber>
{
    internal const string Contract = "MLNet.MultiTask.Pick";

    /// <inheritdoc/>
    public override Action<NumberAt, PickedNumber> GetMapping() => Map;

    internal static void Map(NumberAt input, PickedNumber output)
    {
        float number = input.MultiTaskNumbers.GetItemOrDefault(input.MultiTaskPlace);
        output.MultiTaskSingle = number;
        output.MultiTaskBoolean = number > 0;
        output.MultiTaskInteger = number > 0 ? (uint)number : 0;
    }
}
