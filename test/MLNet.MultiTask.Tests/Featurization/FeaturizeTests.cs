using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Tests.Featurization;

[TestClass]
public class FeaturizeTests
{
    private static readonly string[] s_columns = ["Age", "City", "Member", "Income", "Code"];
    private readonly MLContext _context = new(seed: 1);
    private readonly List<LoggingEventArgs> _log = [];

    public FeaturizeTests() => _context.Log += (_, e) => _log.Add(e);

    [TestMethod]
    public void Fit_NumbersThatOnlyNameRows_AreWarnedOf()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Sample.Rows(30)
            .Select((r, i) => new { Id = 5000 + 7 * i, r.Weight, Code = i * 11 % 30, Age = i % 9 }));
        _context.MultiTask().Featurize("Id", "Weight", "Code", "Age").Fit(data);
        Assert.AreEqual(
            1, _log.Count(e => e.RawMessage == "Every row has a number of its own in columns 'Id', 'Code', " +
            "as ids and row counters have; leave out what only names rows"));
    }

    [TestMethod]
    public void Fit_ColumnsThatMayNotBeMeant_AreWarnedOf()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new
        {
            Empty = "NA", Gone = float.NaN, Same = 3f, Zip = $"0{1000 + i % 9}", Level = i % 6 == 0 ? -999 : i % 7,
            Weight = $"{i % 9} kg", Word = i % 2 == 0 ? "none" : "red", Fine = i % 11,
            Day = $"2024-03-{1 + i % 28:D2}", Meant = $"{1 + i % 5}/1/2024",
        }));
        _context.MultiTask().Featurize(new FeaturizeEstimator.Options
        {
            Columns = ["Empty", "Gone", "Same", "Zip", "Level", "Weight", "Word", "Fine", "Day", "Meant"],
            Categorical = ["Meant"],
        }).Fit(data);
        CollectionAssert.AreEqual(new[]
        {
            "No row has a value in 'Empty', 'Gone'",
            "Nothing can be learned from the same value in every row of 'Same'",
            "Numbers have leading zeros, as codes do; name codes in Categorical: 'Zip'",
            "Numbers may mean that a value is not known; make them NaN, or name their texts in Missing: -999 in 10 " +
                "cells of 'Level'",
            "Numbers with a unit are read as categories; without it they are numbers: 'kg' of 'Weight'",
            "Texts that may mean that a value is not known are values; what is missing is named in Missing: 'none' " +
                "of 'Word'",
            "Dates or times are read as categories, each one of its own, so that no later one is known; make numbers " +
                "of them, such as the month or the days since one of them, or name them in Categorical: " +
                "'2024-03-01' of 'Day'",
        }, _log.Where(e => e.Kind == ChannelMessageKind.Warning).Select(e => e.RawMessage).ToArray());
    }

    [TestMethod]
    public void Fit_ADateInEveryRow_IsRefusedWithTheWayOut()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 40)
            .Select(i => new { At = $"2024-03-01T10:{i:D2}:00Z", When = new DateTime(2024, 3, 1).AddHours(i) }));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Featurize("At").Fit(data)).Message, "column 'At' has 40 different dates or times in " +
            "40 rows, so that nothing can be learned from it; make numbers of them, such as the month or the days " +
            "since one of them, leave it out, or name it in Categorical");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            _context.MultiTask().Featurize("When").Fit(data)).Message, "Schema mismatch for feature column 'When': " +
            "expected a number, Boolean, Text or a key, scalar, got DateTime");
    }

    [TestMethod]
    public void Fit_NumbersInAnotherNotation_AreRefusedByName()
    {
        foreach ((string positive, string negative, string notation) in new[]
            { ("{0}.5", "({0}.5)", "parentheses for a minus"),
                ("{0}.5", "\u2212{0}.5", "a minus sign that is no hyphen") })
        {
            IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new
            {
                Amount = string.Format(System.Globalization.CultureInfo.InvariantCulture,
                    i % 3 == 0 ? positive : negative, i),
            }));
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
                _context.MultiTask().Featurize("Amount").Fit(data)).Message,
                $"column 'Amount' looks like numbers in another notation ({notation}, such as");
        }
    }

    [TestMethod]
    public void Fit_ColumnsThatAreNotThere_AreAllNamed()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Sample.Rows(30));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            _context.MultiTask().Featurize("Weight", "Nope", "Nada").Fit(data)).Message,
            "Could not find feature columns 'Nope', 'Nada'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            _context.MultiTask().Featurize("Weight", "School").Fit(data).Transform(
                _context.Data.LoadFromEnumerable(new[] { new { Other = 1f } }))).Message,
            "Could not find feature columns 'Weight', 'School'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            _context.MultiTask().Trainers.SharedBottom([TaskColumn.Binary("No"), TaskColumn.Binary("Big"),
                TaskColumn.Regression("Non", exampleWeightColumnName: "Never")]).Fit(data)).Message,
            "Could not find label columns 'No', 'Non' and weight column 'Never'");
    }

    [TestMethod]
    public void Featurize_EveryKindOfColumn_KeepsTheContract() => EstimatorContract.Verify(_context,
        _context.MultiTask().Featurize(new FeaturizeEstimator.Options
        {
            Columns = s_columns,
            Categorical = ["Code"],
            MissingIndicators = true,
        }), View(Rows(60)),
        [("feature", "Age"), ("feature", "City"), ("feature", "Member"), ("feature", "Income"), ("feature", "Code")],
        s_columns);

    [TestMethod]
    public void Featurize_Key_KeepsTheContract()
    {
        IDataView data = View(Rows(60));
        data = _context.Transforms.Conversion.MapValueToKey("City").Fit(data).Transform(data);
        FeaturizeTransformer transformer = EstimatorContract.Verify(_context,
            _context.MultiTask().Featurize("City", "Age"), data, [("feature", "City")], ["Age", "City"]);
        CollectionAssert.AreEqual(new[] { "City=", "City=Bern", "City=Oslo", "City=Rome", "Age" },
            SlotNamesOf(transformer.Transform(data)));
    }

    [TestMethod]
    public void Fit_NumbersWithGaps_TakesMedianMeanAndDeviation()
    {
        List<RawRow> rows = Rows(4);
        float[] ages = [1, 3, float.NaN, 5];
        string[] incomes = ["10", "NA", " n/a ", "30"], cities = ["Rome", "?", "Oslo", "Rome"];
        for (int i = 0; i < 4; i++)
            (rows[i].Age, rows[i].Income, rows[i].City, rows[i].Member) = (ages[i], incomes[i], cities[i], i < 2);
        var options = new FeaturizeEstimator.Options
        {
            Columns = ["Age", "Income", "City", "Member"],
            MissingIndicators = true,
        };
        FeaturizeTransformer transformer = _context.MultiTask().Featurize(options).Fit(View(rows));

        CollectionAssert.AreEqual(new[] { "Age", "Age=?", "Income", "Income=?", "City=", "City=Oslo", "City=Rome",
            "Member" }, SlotNamesOf(transformer.Transform(View(rows))));
        float age = (float)Math.Sqrt(2), income = (float)Math.Sqrt(50); // 1, 3, 3, 5 and 10, 20, 20, 30
        float[] expected =
        [
            -2 / age, 0, -10 / income, 0, 0, 0, 1, 1,
            0, 0, 0, 1, 1, 0, 0, 1,
            0, 1, 0, 1, 0, 1, 0, -1,
            2 / age, 0, 10 / income, 0, 0, 0, 1, -1,
        ];
        float[] actual = Features(transformer, View(rows));
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-6f, $"feature {i}");
        Assert.AreEqual("3 columns read as numbers (Age, Income, Member), 1 as categories (City: 3 values), 2 left " +
            "out (Code, Exact)", transformer.Reading.ToString());
        Assert.IsTrue(
            _log.Any(e => e.RawMessage == transformer.Reading.ToString() && e.Kind == ChannelMessageKind.Info));
        bool normalized = false;
        transformer.GetOutputSchema(View(rows).Schema)["Features"].Annotations.GetValue("IsNormalized", ref normalized);
        Assert.IsTrue(normalized);
    }

    [TestMethod]
    [DataRow(1e-9)]
    [DataRow(1e-3)]
    [DataRow(1e6)]
    [DataRow(1e12)]
    public void Fit_OtherUnit_GivesTheSameFeatures(double unit)
    {
        List<RawRow> rows = Rows(50), scaled = Rows(50);
        foreach (RawRow row in scaled)
            row.Exact *= unit;
        float[] expected = Features(_context.MultiTask().Featurize("Exact").Fit(View(rows)), View(rows));
        float[] actual = Features(_context.MultiTask().Featurize("Exact").Fit(View(scaled)), View(scaled));
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-6f);
        Assert.IsTrue(expected.Any(x => x > 1));
    }

    [TestMethod]
    public void Fit_Data_IsReadOnce()
    {
        var counting = new CountingView(View(Rows(30)));
        _context.MultiTask().Featurize("Age", "City").Fit(counting);
        Assert.AreEqual(30, counting.Rows);
        CollectionAssert.AreEquivalent(new[] { "Age", "City" }, counting.Columns);
    }

    [TestMethod]
    public void Transform_ManyCategories_IsSparse()
    {
        List<RawRow> rows = Rows(200);
        for (int i = 0; i < 200; i++)
            rows[i].City = $"c{i % 100}";
        FeaturizeTransformer transformer = _context.MultiTask().Featurize("City", "Age").Fit(View(rows));
        VBuffer<float>[] features = Sample.Column<VBuffer<float>>(transformer.Transform(View(rows)), "Features");
        Assert.IsFalse(features[0].IsDense);
        Assert.AreEqual(101, features[0].Length);
        Assert.IsTrue(features[0].GetValues().Length <= 2);
    }

    [TestMethod]
    public void Fit_BadColumns_AreNamedAllAtOnceWithTheWayOut()
    {
        List<RawRow> rows = Rows(60);
        for (int i = 0; i < 60; i++)
        {
            rows[i].City = $"customer {i}";
            rows[i].Income = $"0,{i + 1000}";
            rows[i].Code = i == 7 ? "seven" : i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        string message = Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Featurize("City", "Income", "Code").Fit(View(rows))).Message;
        StringAssert.Contains(message, "column 'City' has 60 different values in 60 rows, so that nothing can be " +
            "learned from it; leave it out, or name it in Categorical");
        StringAssert.Contains(message,
            "column 'Income' looks like numbers in another notation (a decimal comma, such " +
            "as '0,1000')");
        StringAssert.Contains(message, "column 'Code' holds 'seven' (row 7) among numbers");

        FeaturizeTransformer comma = _context.MultiTask().Featurize(new FeaturizeEstimator.Options
        {
            Columns = ["Income"],
            DecimalComma = true,
        }).Fit(View(rows));
        Assert.AreEqual(0.103, comma.Encoder.Columns[0].Mean, 0.001);
    }

    [TestMethod]
    [DataRow("12 %", "a percent sign")]
    [DataRow("$1,200.50", "a currency sign")]
    [DataRow("1,234,567", "thousands separators")]
    public void Fit_OtherNotation_IsRecognised(string cell, string notation)
    {
        List<RawRow> rows = Rows(30);
        foreach (RawRow row in rows)
            row.Income = cell;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Featurize("Income").Fit(View(rows))).Message, notation);
    }

    [TestMethod]
    public void Transform_ValuesNotSeenInTraining_AreCountedAndSaidOnce()
    {
        FeaturizeTransformer transformer = _context.MultiTask().Featurize("City", "Income").Fit(View(Rows(40)));
        List<RawRow> rows = Rows(40, seed: 2);
        rows[3].City = "Paris";
        rows[5].City = "Lima";
        rows[6].Income = "much";
        for (int pass = 0; pass < 2; pass++)
            Features(transformer, View(rows));
        Assert.AreEqual(4, transformer.UnknownCounts["City"]);
        Assert.AreEqual(2, transformer.UnknownCounts["Income"]);
        LoggingEventArgs said = _log.Single(e => e.RawMessage.Contains("not there in training"));
        Assert.AreEqual(ChannelMessageKind.Info, said.Kind);
        StringAssert.Contains(said.RawMessage, "among 40 rows: column 'City' 2 (such as 'Paris'), column 'Income' 1 " +
            "(such as 'much')");

        foreach (RawRow row in rows)
            row.City = "Quito";
        Features(transformer, View(rows));
        LoggingEventArgs warned = _log.Single(e => e.Kind == ChannelMessageKind.Warning);
        StringAssert.Contains(warned.RawMessage, "in all of 40 rows: column 'City' 40 (such as 'Quito')");
    }

    [TestMethod]
    public void Transform_TextsAsNumbersAndSingles_HaveTheBitsOfTraining()
    {
        List<RawRow> rows = Rows(40);
        FeaturizeTransformer transformer = _context.MultiTask().Featurize("Income").Fit(View(rows));
        IDataView singles = _context.Transforms.Conversion.ConvertType("Income", outputKind: DataKind.Single)
            .Fit(View(rows)).Transform(View(rows));
        CollectionAssert.AreEqual(Features(transformer, View(rows)), Features(transformer, singles));
    }

    [TestMethod]
    public void Featurize_BadOptions_AreRefused()
    {
        void Refused(string message, params string[] columns) => StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _context.MultiTask().Featurize(columns)).Message, message);
        Refused("at least one column");
        Refused("Column 'Age' is given twice", "Age", "City", "Age");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _context.MultiTask().Featurize(
            new FeaturizeEstimator.Options { Columns = ["Age"], Categorical = ["Town"] })).Message,
            "Categorical column 'Town' is not one of the columns: Age");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Featurize("Age").Fit(View([]))).Message, "The data has no rows");
    }

    internal static List<RawRow> Rows(int count, ulong seed = 1)
    {
        var random = new RandomStream(seed, "raw");
        string[] cities = ["Rome", "Oslo", "Bern", ""];
        return [.. Enumerable.Range(0, count).Select(i => new RawRow
        {
            Age = random.NextInt32(5) == 0 ? float.NaN : 20 + random.NextInt32(50),
            City = cities[random.NextInt32(4)],
            Member = random.NextInt32(2) == 0,
            Income = random.NextInt32(6) == 0 ? "NA" : (random.NextInt32(10000) / 100.0).ToString("R",
                System.Globalization.CultureInfo.InvariantCulture),
            Code = $"{random.NextInt32(4)}",
            Exact = random.NextNormal(),
        })];
    }

    private IDataView View(List<RawRow> rows) => _context.Data.LoadFromEnumerable(rows);

    private static float[] Features(FeaturizeTransformer transformer, IDataView view) =>
        [.. Sample.Column<VBuffer<float>>(transformer.Transform(view), "Features").SelectMany(f => f.DenseValues())];

    private static string[] SlotNamesOf(IDataView view)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Features"].Annotations.GetValue("SlotNames", ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }

    internal sealed class RawRow
    {
        public float Age { get; set; }

        public string City { get; set; } = "";

        public bool Member { get; set; }

        public string Income { get; set; } = "";

        public string Code { get; set; } = "";

        public double Exact { get; set; }
    }
}
