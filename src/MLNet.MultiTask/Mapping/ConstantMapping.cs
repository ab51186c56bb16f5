using Microsoft.ML;
using MLNet.MultiTask.BuiltIn;

namespace MLNet.MultiTask.Mapping;

/// <summary>Adds one column with the same value in every row; it needs no input column.</summary>
internal sealed class ConstantMapping<TValue>(DataViewSchema input, DataViewSchema.DetachedColumn column,
    ValueGetter<TValue> getter)
    : RowMapping(input, [column])
{
    public override IEnumerable<DataViewSchema.Column> InputsOf(int added) => [];

    public override AddedValues Open(DataViewRow row, IReadOnlyList<bool> active) => new Values(getter);

    private sealed class Values(ValueGetter<TValue> getter) : AddedValues
    {
        public override Delegate GetGetter(int added) => getter;
    }
}
