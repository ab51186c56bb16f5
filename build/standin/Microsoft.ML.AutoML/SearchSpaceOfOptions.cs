using System.Reflection;
using System.Text.Json;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.SearchSpace;

/// <summary>The properties of a class that carry attributes of ranges and choices, as a space.</summary>
public sealed class SearchSpace<T> : SearchSpace where T : class, new()
{
    public SearchSpace()
    {
        foreach (PropertyInfo property in typeof(T).GetProperties())
            if (property.GetCustomAttribute<RangeAttribute>() is { } range)
                Add(property.Name, range is { Min: float min, Max: float max }
                    ? new UniformSingleOption(min, max, range.LogBase, (float?)range.Init)
                    : throw new NotSupportedException($"A range of type {range.Min.GetType()} is not in this contract"));
            else if (property.GetCustomAttribute<ChoiceAttribute>() is { } choice)
                Add(property.Name, new ChoiceOption(choice.Candidates, choice.DefaultValue ?? choice.Candidates[0]));
    }

    public new T SampleFromFeatureSpace(double[] feature) => base.SampleFromFeatureSpace(feature).AsType<T>();

    public double[] MappingToFeatureSpace(T input) =>
        MappingToFeatureSpace(new Parameter(JsonSerializer.SerializeToNode(input)));
}
