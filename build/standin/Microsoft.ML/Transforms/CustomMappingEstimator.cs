using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(CustomMappingTransformer<TSrc, TDst> transformer)
        : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (Member<TSrc> member in Member<TSrc>.All(Transformer.Input, SchemaDefinition.Direction.Both))
            Check(inputSchema, member.Binding);
        return inputSchema.With(Transformer.Added.Select(m => SchemaShape.Column.Of(
            m.Binding.ColumnName, m.Binding.ColumnType, m.Binding.Annotations)));
    }

    private static void Check(SchemaShape input, MemberBinding binding)
    {
        SchemaShape.Column actual = input.Find(binding.ColumnName, "input");
        SchemaShape.Column expected = SchemaShape.Column.Of(binding.ColumnName, binding.ColumnType);
        bool kindFits = actual.Kind == expected.Kind
            || (expected.Kind == SchemaShape.Column.VectorKind.VariableVector
                && actual.Kind == SchemaShape.Column.VectorKind.Vector);
        if (!kindFits || actual.IsKey != expected.IsKey || !actual.ItemType.Equals(expected.ItemType))
        {
            throw InputColumns.Mismatch(
                "input", binding.ColumnName, binding.ColumnType.ToString(), actual.GetTypeString());
        }
    }
}
