using System.Collections;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.SearchSpace;

/// <summary>Options by key; their features stand in the order of the keys, as the culture has it.</summary>
public class SearchSpace : OptionBase, IEnumerable<KeyValuePair<string, OptionBase>>
{
    private readonly SortedDictionary<string, OptionBase> _options = new(StringComparer.CurrentCulture);

    public ICollection<string> Keys => _options.Keys;

    public ICollection<OptionBase> Values => _options.Values;

    public int Count => _options.Count;

    public override int FeatureSpaceDim => _options.Values.Sum(o => o.FeatureSpaceDim);

    public override int?[] Step => [.. _options.Values.SelectMany(o => o.Step)];

    public override double[] Default => [.. _options.Values.SelectMany(o => o.Default)];

    public OptionBase this[string key]
    {
        get => _options[key];
        set => _options[key] = value;
    }

    public void Add(string key, OptionBase value) => _options.Add(key, value);

    public bool ContainsKey(string key) => _options.ContainsKey(key);

    public override Parameter SampleFromFeatureSpace(double[] feature)
    {
        int from = 0;
        return Parameter.CreateNestedParameter([.. _options.Select(option =>
        {
            double[] own = feature[from..(from + option.Value.FeatureSpaceDim)];
            from += own.Length;
            return KeyValuePair.Create(option.Key, option.Value.SampleFromFeatureSpace(own));
        })]);
    }

    public override double[] MappingToFeatureSpace(Parameter parameter) =>
        [.. _options.SelectMany(o => o.Value.MappingToFeatureSpace(parameter[o.Key]))];

    public IEnumerator<KeyValuePair<string, OptionBase>> GetEnumerator() => _options.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
