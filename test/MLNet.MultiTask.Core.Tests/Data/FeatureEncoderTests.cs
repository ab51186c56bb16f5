using System.Text.Json;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class FeatureEncoderTests
{
    private static readonly RawColumn[] Columns =
    [
        new("age", [1, 3, double.NaN, 5, 100]),
        new("sex", ["m", "", "f", "m", "x"]),
        new("constant", [7, 7, 7, 7, 8]),
    ];

    [TestMethod]
    public void Encode_NumbersAndCategories_UsesTrainingRowsOnly()
    {
        FeatureEncoder encoder = FeatureEncoder.Learn(Columns, [0, 1, 2, 3]);
        float[] features = encoder.Encode(Columns);

        float scale = (float)Math.Sqrt(2); // ages 1, 3, 3 (the median), 5
        float[] expected =
        [
            -2 / scale, 0, 0, 1, 0,
            0, 1, 0, 0, 0,
            0, 0, 1, 0, 0,
            2 / scale, 0, 0, 1, 0,
            97 / scale, 0, 0, 0, 1 / 7f, // a constant's own size is its scale
        ];
        Assert.AreEqual(5, encoder.FeatureCount);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], features[i], 1e-5f, $"feature {i}");
    }

    [TestMethod]
    public void Learn_EvenCount_TakesTheMiddleOfTheTwoMedians()
    {
        FeatureEncoder encoder = FeatureEncoder.Learn([new RawColumn("x", [4, 1, double.NaN, 10, 2])], [0, 1, 2, 3, 4]);
        Assert.AreEqual(3, encoder.Columns[0].Median);
    }

    [TestMethod]
    public void Learn_Indicators_SayWhereAValueIsMissing()
    {
        FeatureEncoder encoder = FeatureEncoder.Learn(Columns, [0, 1, 2, 3], missingIndicators: true);
        Assert.AreEqual(6, encoder.FeatureCount);
        FeatureMatrix features = encoder.EncodeMatrix(Columns);
        float[] indicator = new float[5];
        features.CopyColumn(1, indicator);
        CollectionAssert.AreEqual(new float[] { 0, 0, 1, 0, 0 }, indicator);
    }

    [TestMethod]
    [DataRow(1e-300)]
    [DataRow(1e-20)]
    [DataRow(1e20)]
    [DataRow(1e300)]
    public void Encode_AnyUnit_GivesTheSameFeatures(double unit)
    {
        double[] numbers = [1, 3, double.NaN, 5, 100, -20];
        RawColumn[] plain = [new("x", numbers)], scaled = [new("x", [.. numbers.Select(n => n * unit)])];
        int[] rows = [0, 1, 2, 3, 4, 5];
        float[] expected = FeatureEncoder.Learn(plain, rows).Encode(plain);
        float[] actual = FeatureEncoder.Learn(scaled, rows).Encode(scaled);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-6f);
    }

    [TestMethod]
    public void EncodeMatrix_ManyCategories_IsSparse()
    {
        RawColumn[] columns = [new("c", [.. Enumerable.Range(0, 400).Select(i => $"v{i % 100}")]),
            new("x", [.. Enumerable.Range(0, 400).Select(i => (double)i)])];
        FeatureEncoder encoder = FeatureEncoder.Learn(columns, [.. Enumerable.Range(0, 400)]);
        FeatureMatrix features = encoder.EncodeMatrix(columns);
        Assert.IsTrue(features.IsSparse);
        Assert.AreEqual(1, features[7, encoder.Columns[0].Categories!.ToList().IndexOf("v7")]);
        Assert.AreEqual(200, Enumerable.Range(0, 400).Count(r => features[r, 100] > 0));
    }

    [TestMethod]
    public void Learn_NothingButMissing_BecomesZeros()
    {
        RawColumn[] empty = [new("x", [double.NaN, double.NaN])];
        CollectionAssert.AreEqual(new float[] { 0, 0 }, FeatureEncoder.Learn(empty, [0, 1]).Encode(empty));
    }

    [TestMethod]
    public void Encode_AfterARoundTripThroughJson_IsBitEqual()
    {
        FeatureEncoder encoder = FeatureEncoder.Learn(Columns, [0, 1, 2, 3]);
        var state = JsonSerializer.Deserialize<EncodedColumn[]>(JsonSerializer.Serialize(encoder.Columns))!;
        CollectionAssert.AreEqual(encoder.Encode(Columns), new FeatureEncoder(state).Encode(Columns));
    }

    [TestMethod]
    public void Encode_OtherOrderAndExtraColumns_FindsColumnsByName()
    {
        FeatureEncoder encoder = FeatureEncoder.Learn(Columns, [0, 1, 2, 3]);
        RawColumn[] shuffled = [new("extra", [0, 0, 0, 0, 0]), Columns[2], Columns[1], Columns[0]];
        CollectionAssert.AreEqual(encoder.Encode(Columns), encoder.Encode(shuffled));
    }

    [TestMethod]
    public void Encode_BadColumn_IsNamed()
    {
        FeatureEncoder encoder = FeatureEncoder.Learn(Columns, [0, 1, 2, 3]);
        Throws("Could not find feature column 'sex'", () => encoder.Encode([Columns[0], Columns[2]]));
        Throws("'sex' must be categorical",
            () => encoder.Encode([Columns[0], new RawColumn("sex", [1.0]), Columns[2]]));
        Throws("'age' is 1E+300 in row 0",
            () => encoder.Encode([new RawColumn("age", [1e300]), new("sex", [""]), new("constant", [7.0])]));
        Throws("Column 'age' is infinite in row 1", () => new RawColumn("age", [0, double.PositiveInfinity]));
    }

    [TestMethod]
    public void Constructor_BadState_IsNamed()
    {
        Throws("'a' stands twice", () => new FeatureEncoder([new() { Name = "a" }, new() { Name = "a" }]));
        Throws("Scale of column 'a' is 0", () => new FeatureEncoder([new() { Name = "a", Scale = 0 }]));
        Throws("ordinal order at 'a'", () => new FeatureEncoder([new() { Name = "c", Categories = ["b", "a"] }]));
    }

    private static void Throws(string message, Func<object> action)
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => { action(); });
        StringAssert.Contains(e.Message, message, StringComparison.Ordinal);
    }
}
