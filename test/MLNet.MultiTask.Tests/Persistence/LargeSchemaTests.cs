using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.Persistence;

/// <summary>What is large in a schema, not in the model, never costs the model.</summary>
[TestClass]
public sealed class LargeSchemaTests
{
    private const int Values = 60_000, Slots = 200_000;

    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("schema").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Save_KeyColumnOfSixtyThousandValues_ComesBack()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, Values).Select(i => new Visit
        {
            Customer = $"customer {i}",
            Age = i % 90,
            Buys = i % 90 > 40,
        }));
        data = _context.Transforms.Conversion.MapValueToKey("Customer").Fit(data).Transform(data);
        ITransformer model = _context.MultiTask().Featurize("Age").Append(Trainer("Buys"))
            .Fit(_context.Data.TakeRows(data, 500));
        DataViewSchema schema = SavesAndLoads(model, data, "Score.Buys");
        VBuffer<ReadOnlyMemory<char>> values = default;
        schema["Customer"].Annotations.GetValue("KeyValues", ref values);
        CollectionAssert.AreEqual(Enumerable.Range(0, Values).Select(i => $"customer {i}").ToArray(),
            values.DenseValues().Select(v => v.ToString()).ToArray());
    }

    [TestMethod]
    public void Save_SixtyThousandCategories_ComesBack()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, Values + 10_000).Select(i => new Visit
        {
            Customer = $"customer {i % Values}",
            Age = i % 90,
            Buys = i % 90 > 40,
        }));
        FeaturizeTransformer model = _context.MultiTask().Featurize("Customer", "Age").Fit(data);
        DataViewSchema schema = SavesAndLoads(model, _context.Data.TakeRows(data, 100), "Features");
        Assert.AreEqual(TextDataViewType.Instance, schema["Customer"].Type);
    }

    [TestMethod]
    public void Save_TwoHundredThousandSlotNames_ComesBack()
    {
        var definition = SchemaDefinition.Create(typeof(WideRow));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Slots);
        definition["Features"].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(Slots,
            [.. Enumerable.Range(0, Slots).Select(i => $"word {i}".AsMemory())]),
            new VectorDataViewType(TextDataViewType.Instance, Slots));
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new WideRow
        {
            Features = new VBuffer<float>(Slots, 2, [1, 2], [i % 2 == 0 ? 5 : 7, 1000 + i]),
            Buys = i % 2 == 0,
        }), definition);
        DataViewSchema schema = SavesAndLoads(Trainer("Buys").Fit(data), data, "Score.Buys");
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Features"].Annotations.GetValue("SlotNames", ref names);
        Assert.AreEqual(Slots, names.Length);
        Assert.AreEqual("word 199999", names.DenseValues().Last().ToString());
    }

    private SharedBottomTrainer Trainer(string label) => _context.MultiTask().Trainers.SharedBottom(
        [TaskColumn.Binary(label)], training: new() { Hidden = [2], MaxEpochs = 2, Threads = 1 });

    private DataViewSchema SavesAndLoads(ITransformer model, IDataView data, string column)
    {
        string[] expected = [.. EstimatorContract.Texts(model.Transform(data), [column])];
        string own = Path.Combine(_folder, "model.mtsk"), zip = Path.Combine(_folder, "model.zip");
        _context.MultiTask().Save(model, data.Schema, own);
        CollectionAssert.AreEqual(expected, EstimatorContract.Texts(
            _context.MultiTask().Load(own, out DataViewSchema schema).Transform(data), [column]));
        _context.Model.Save(model, data.Schema, zip);
        CollectionAssert.AreEqual(expected, EstimatorContract.Texts(
            new MLContext().Model.Load(zip, out _).Transform(data), [column]));
        return schema;
    }

    private sealed class Visit
    {
        public string Customer { get; set; } = "";

        public float Age { get; set; }

        public bool Buys { get; set; }
    }

    private sealed class WideRow
    {
        public VBuffer<float> Features { get; set; }

        public bool Buys { get; set; }
    }
}
