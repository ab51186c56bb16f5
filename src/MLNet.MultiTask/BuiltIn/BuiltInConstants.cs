using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.BuiltIn;

/// <summary>Affinity and grouping as columns of an ML.NET model file; sizes and annotations are lost there.</summary>
internal static class BuiltInConstants
{
    public static ITransformer Affinity(MLContext context, string outputColumnName, float[] affinity)
    {
        BuiltInChain chain = Start(context, MemoryMarshal.AsBytes(affinity.AsSpan()));
        chain.Add(chain.Transforms.CustomMapping(new NumbersFactory().GetMapping(), NumbersFactory.Contract),
            nameof(RowNumbers.MultiTaskNumbers));
        chain.Add(chain.Transforms.CopyColumns(outputColumnName, nameof(RowNumbers.MultiTaskNumbers)));
        return chain.Finish();
    }

    public static ITransformer Grouping(MLContext context, string outputColumnName, TaskGrouping grouping)
    {
        uint[] keys = [.. grouping.ToAssignment().Select(g => (uint)g + 1)];
        BuiltInChain chain = Start(context, MemoryMarshal.AsBytes(keys.AsSpan()));
        chain.Add(chain.Transforms.CustomMapping(new KeysFactory().GetMapping(), KeysFactory.Contract),
            nameof(RowKeys.MultiTaskKeys));
        chain.Add(chain.Transforms.CopyColumns(outputColumnName, nameof(RowKeys.MultiTaskKeys)));
        return chain.Finish();
    }

    private static BuiltInChain Start(MLContext context, ReadOnlySpan<byte> state)
    {
        var chain = new BuiltInChain(context, new DataViewSchema.Builder().ToSchema());
        chain.AddKey();
        chain.AddConstant(nameof(TransformerState.MultiTaskState), Convert.ToBase64String(state));
        return chain;
    }
}

/// <summary>An affinity in each row.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NumbersFactory : CustomMappingFactory<TransformerState, RowNumbers>
{
    internal const string Contract = "MLNet.MultiTask.Numbers";

    /// <inheritdoc/>
    public override Action<TransformerState, RowNumbers> GetMapping()
    {
        StateCache<float[]> cache = new(text => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text))
            .ToArray());
        return (input, output) => output.MultiTaskNumbers =
            Values.Copy(cache.Get(input.MultiTaskState), output.MultiTaskNumbers);
    }
}

/// <summary>A grouping in each row.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class KeysFactory : CustomMappingFactory<TransformerState, RowKeys>
{
    internal const string Contract = "MLNet.MultiTask.Keys";

    /// <inheritdoc/>
    public override Action<TransformerState, RowKeys> GetMapping()
    {
        StateCache<uint[]> cache = new(text => MemoryMarshal.Cast<byte, uint>(Convert.FromBase64String(text))
            .ToArray());
        return (input, output) => output.MultiTaskKeys =
            Values.Copy(cache.Get(input.MultiTaskState), output.MultiTaskKeys);
    }
}
