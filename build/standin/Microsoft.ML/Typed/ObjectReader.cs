namespace Microsoft.ML.Data;

/// <summary>Reads the rows of a schema into objects of a user's class.</summary>
internal sealed class ObjectReader<TRow>
{
    private readonly List<(Member<TRow> Member, DataViewSchema.Column Column)> _bound = [];

    public ObjectReader(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        foreach (Member<TRow> member in Member<TRow>.All(definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(member.Binding.ColumnName) is { } column)
                _bound.Add((member, Checked(member.Binding, column)));
            else if (!ignoreMissingColumns)
                throw new ArgumentOutOfRangeException(
                    "Schema", $"Could not find  column '{member.Binding.ColumnName}'");
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bound.Select(b => b.Column);

    public Action<TRow> CreateFill(DataViewRow row)
    {
        Action<TRow>[] setters = _bound.Select(b => b.Member.CreateSetter(row, b.Column)).ToArray();
        return target =>
        {
            foreach (Action<TRow> setter in setters)
                setter(target);
        };
    }

    private static DataViewSchema.Column Checked(MemberBinding binding, DataViewSchema.Column column)
    {
        Type memberType = ColumnTypes.MemberType(binding.Member);
        (Type item, bool isVector) = ColumnTypes.Split(memberType);
        if (isVector != column.Type is VectorDataViewType || column.Type.ItemType().RawType != item)
        {
            throw new InvalidOperationException(
                $"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property "
                + $"'{binding.Member.Name}' of type '{memberType.FullName}'.");
        }

        return column;
    }
}
