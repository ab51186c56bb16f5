using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.BuiltIn;

/// <summary>Takes a vector of Singles off a row's numbers.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SingleVectorsFactory : CustomMappingFactory<RowToSplit, RowVectors<float>>
{
    internal const string Contract = "MLNet.MultiTask.SingleVectors";

    /// <inheritdoc/>
    public override Action<RowToSplit, RowVectors<float>> GetMapping() =>
        (input, output) => output.Read(input, number => number);
}

/// <summary>Takes a vector of Booleans off a row's numbers: whether each is positive.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BooleanVectorsFactory : CustomMappingFactory<RowToSplit, RowVectors<bool>>
{
    internal const string Contract = "MLNet.MultiTask.BooleanVectors";

    /// <inheritdoc/>
    public override Action<RowToSplit, RowVectors<bool>> GetMapping() =>
        (input, output) => output.Read(input, number => number > 0);
}

/// <summary>Takes a vector of integers off a row's numbers; 0 where one is missing.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class IntegerVectorsFactory : CustomMappingFactory<RowToSplit, RowVectors<uint>>
{
    internal const string Contract = "MLNet.MultiTask.IntegerVectors";

    /// <inheritdoc/>
    public override Action<RowToSplit, RowVectors<uint>> GetMapping() =>
        (input, output) => output.Read(input, RowIntegers.Whole);
}
