using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.Tests.MicrosoftML;

[TestClass]
public sealed class CategoricalTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void OneHotEncoding_Text_GivesIndicatorsWithSlotNames()
    {
        IDataView encoded = Apply(_context.Transforms.Categorical.OneHotEncoding("Code", "Text"), "b", "a", "b", "");
        float[][] rows = encoded.GetColumn<float[]>("Code").ToArray();
        VBuffer<ReadOnlyMemory<char>> names = default;
        encoded.Schema["Code"].GetSlotNames(ref names);

        CollectionAssert.AreEqual(new float[] { 1, 0 }, rows[0]);
        CollectionAssert.AreEqual(new float[] { 0, 1 }, rows[1]);
        CollectionAssert.AreEqual(new float[] { 0, 0 }, rows[3]);
        Assert.AreEqual("b,a", string.Join(',', names.DenseValues()));
    }

    [TestMethod]
    public void OneHotEncoding_UnseenValue_IsAllZero()
    {
        IDataView training = Words("a", "b");
        OneHotEncodingTransformer model = _context.Transforms.Categorical.OneHotEncoding("Code", "Text").Fit(training);

        float[] row = model.Transform(Words("c")).GetColumn<float[]>("Code").Single();

        CollectionAssert.AreEqual(new float[] { 0, 0 }, row);
    }

    [TestMethod]
    public void MapValueToKey_ByOccurrenceAndByValue_NumberFromOne()
    {
        ValueToKeyMappingEstimator.KeyOrdinality byValue = ValueToKeyMappingEstimator.KeyOrdinality.ByValue;

        CollectionAssert.AreEqual(
            new uint[] { 1, 2, 1, 0 }, Keys(_context.Transforms.Conversion.MapValueToKey("Text")));
        CollectionAssert.AreEqual(
            new uint[] { 2, 1, 2, 0 }, Keys(
                _context.Transforms.Conversion.MapValueToKey("Text", keyOrdinality: byValue)));
    }

    [TestMethod]
    public void MapKeyToValue_AfterMapValueToKey_GivesTheValuesBack()
    {
        IDataView back = Apply(
            _context.Transforms.Conversion.MapValueToKey("Key", "Text")
                .Append(_context.Transforms.Conversion.MapKeyToValue("Back", "Key")),
            "b", "a", "");

        CollectionAssert.AreEqual(new[] { "b", "a", "" }, back.GetColumn<string>("Back").ToArray());
    }

    [TestMethod]
    public void MapKeyToValue_NotAKey_NamesTheColumn()
    {
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Apply(_context.Transforms.Conversion.MapValueToKey("Key", "Text")
                .Append(_context.Transforms.Conversion.MapKeyToValue("Text")), "a"));

        StringAssert.Contains(error.Message, "Text");
    }

    [TestMethod]
    public void MapValue_KnownAndUnknownKey_GiveValueAndDefault()
    {
        Dictionary<string, float> map = new() { ["a"] = 1.5f };

        IDataView mapped = Apply(_context.Transforms.Conversion.MapValue("Number", map, "Text"), "a", "z");

        float[] numbers = mapped.GetColumn<float>("Number").ToArray();
        Assert.AreEqual(1.5f, numbers[0]);
        Assert.AreEqual(0, numbers[1]);
    }

    [TestMethod]
    public void MapValue_ArraysAndKeys_HaveTheirTypes()
    {
        Dictionary<string, float[]> vectors = new() { ["a"] = [1, 2], ["b"] = [3, 4] };
        Dictionary<string, string> names = new() { ["a"] = "first", ["b"] = "second" };

        IDataView mapped = Apply(
            _context.Transforms.Conversion.MapValue("Vector", vectors, "Text")
                .Append(_context.Transforms.Conversion.MapValue("Key", names, "Text", treatValuesAsKeyType: true))
                .Append(_context.Transforms.Conversion.MapKeyToValue("Name", "Key")),
            "b");

        CollectionAssert.AreEqual(new float[] { 3, 4 }, mapped.GetColumn<float[]>("Vector").Single());
        Assert.AreEqual(2u, mapped.GetColumn<uint>("Key").Single());
        Assert.AreEqual("second", mapped.GetColumn<string>("Name").Single());
    }

    [TestMethod]
    public void ConvertType_TextAndBoolean_BecomeNumbers()
    {
        IDataView numbers = Apply(_context.Transforms.Conversion.ConvertType("Number", "Text"), "1.5", "x");
        IDataView people = _context.Data.LoadFromEnumerable<Person>([new() { Adult = true, Age = 7 }]);
        IDataView converted = _context.Transforms.Conversion.ConvertType("Adult")
            .Append(_context.Transforms.Conversion.ConvertType("Age", "Years", DataKind.Double))
            .Fit(people).Transform(people);

        CollectionAssert.AreEqual(new[] { 1.5f, float.NaN }, numbers.GetColumn<float>("Number").ToArray());
        Assert.AreEqual(1, converted.GetColumn<float>("Adult").Single());
        Assert.AreEqual(7, converted.GetColumn<double>("Age").Single());
    }

    [TestMethod]
    public void ConvertType_RealToInteger_IsRefused()
    {
        IDataView view = _context.Data.LoadFromEnumerable<Measured>([new()]);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _context.Transforms.Conversion.ConvertType("Value", outputKind: DataKind.Int32).Fit(view));
    }

    private uint[] Keys(IEstimator<ITransformer> estimator)
        => Apply(estimator, "b", "a", "b", "").GetColumn<uint>("Text").ToArray();

    private IDataView Apply(IEstimator<ITransformer> estimator, params string[] words)
    {
        IDataView view = Words(words);
        return estimator.Fit(view).Transform(view);
    }

    private IDataView Words(params string[] words)
        => _context.Data.LoadFromEnumerable(words.Select(w => new Word { Text = w }).ToArray());
}
