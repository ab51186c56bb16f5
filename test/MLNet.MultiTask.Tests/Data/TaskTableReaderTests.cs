using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public class TaskTableReaderTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Read_EveryKindOfLabel_GivesTheCells()
    {
        List<SampleRow> rows = Sample.Rows(50);
        rows[3].Grade = "none of them";

        (TaskTable table, TaskLayout layout) =
            Read(Sample.View(_context, rows), [.. Sample.Tasks, TaskColumn.Regression("Pair", "P", "Weight", 3)]);

        CollectionAssert.AreEqual(new[] { "Big", "Amount", "Grade", "Maybe", "P.0", "P.1" },
            table.Tasks.Select(t => t.Name).ToArray());
        CollectionAssert.AreEqual(Sample.Grades, table.Tasks[2].ClassNames.ToArray());
        Assert.AreEqual(3, table.Tasks[5].Weight);
        Assert.HasCount(5, layout.Blocks);
        for (int i = 0; i < rows.Count; i++)
        {
            CollectionAssert.AreEqual(rows[i].Features, table.FeatureRow(i).ToArray());
            float grade = Array.IndexOf(Sample.Grades, rows[i].Grade);
            float[] expected = [rows[i].Big ? 1 : 0, rows[i].Amount, grade < 0 ? float.NaN : grade, rows[i].Maybe,
                .. rows[i].Pair];
            CollectionAssert.AreEqual(expected, table.Labels[(6 * i)..(6 * i + 6)]);
            CollectionAssert.AreEqual(new[] { 1, 1, 1, 1, rows[i].Weight, rows[i].Weight },
                table.Weights![(6 * i)..(6 * i + 6)]);
        }
        Assert.IsFalse(table.IsObserved(3, 2));
    }

    [TestMethod]
    public void Read_SlotNames_NameTheTasks()
    {
        IDataView data = Sample.View(_context, Sample.Rows(10));
        data = _context.Transforms.Concatenate("Labels", "Amount", "Weight").Fit(data).Transform(data);

        CollectionAssert.AreEqual(new[] { "Amount", "Weight" },
            Read(data, TaskColumn.Regression("Labels")).Table.Tasks.Select(t => t.Name).ToArray());
    }

    [TestMethod]
    public void Read_FeatureNotFinite_NamesRowSlotAndColumn()
    {
        List<SampleRow> rows = Sample.Rows(10);
        rows[7].Weight = float.NaN;
        IDataView data = Sample.View(_context, rows);
        data = _context.Transforms.Concatenate("Features", "Features", "Weight").Fit(data).Transform(data);

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Read(data, Sample.Tasks)).Message,
            "Slot 3 ('Weight') of feature column 'Features' is NaN in row 7; features must be finite (replace " +
            "missing values first)");
    }

    [TestMethod]
    public void Read_BadCells_NameTaskAndRow()
    {
        StringAssert.Contains(Refused(r => r.Maybe = 2, TaskColumn.Binary("Maybe")),
            "Label of task 'Maybe' in row 4 is 2; expected 0, 1 or NaN");
        StringAssert.Contains(Refused(r => r.Amount = float.PositiveInfinity, TaskColumn.Regression("Amount")),
            "Label of task 'Amount' in row 4");
        StringAssert.Contains(Refused(r => r.Weight = -1, TaskColumn.Binary("Big", exampleWeightColumnName: "Weight")),
            "Weight of task 'Big' in row 4 is -1");
        StringAssert.Contains(Refused(r => r.Pair = [0, float.NegativeInfinity], TaskColumn.Regression("Pair")),
            "Label of task 'Pair.1' in row 4");

        string Refused(Action<SampleRow> spoil, TaskColumn task)
        {
            List<SampleRow> rows = Sample.Rows(10);
            spoil(rows[4]);
            return Assert.ThrowsExactly<ArgumentException>(() => Read(Sample.View(_context, rows), task)).Message;
        }
    }

    [TestMethod]
    public void Read_NoRows_SaysSo() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => Read(Sample.View(_context, []), Sample.Tasks)).Message,
            "The data has no rows");

    [TestMethod]
    public void Read_SparseFeatures_FillsZeros()
    {
        IDataView data = _context.Data.LoadFromEnumerable(
            new[] { new Sparse { Features = new VBuffer<float>(3, 1, [5], [1]), Y = 2 } }, Definition());

        CollectionAssert.AreEqual(new[] { 0f, 5, 0 }, Read(data, TaskColumn.Regression("Y")).Table.Features.ToArray());

        static SchemaDefinition Definition()
        {
            SchemaDefinition definition = SchemaDefinition.Create(typeof(Sparse));
            definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
            return definition;
        }
    }

    [TestMethod]
    public void Read_ErrorInARow_DisposesTheCursor()
    {
        List<SampleRow> rows = Sample.Rows(10);
        rows[4].Features[0] = float.NaN;
        var view = new CountingView(Sample.View(_context, rows));

        Assert.ThrowsExactly<ArgumentException>(() => Read(view, Sample.Tasks));

        Assert.AreEqual(1, view.Cursors);
        Assert.AreEqual(1, view.Disposals);
    }

    [TestMethod]
    public void Read_KeyOfWrongCount_IsRefused()
    {
        IDataView data = Sample.View(_context, Sample.Rows(10));

        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            Read(data, TaskColumn.Binary("Grade"))).Message,
            "Schema mismatch for label column 'Grade': expected a key with 2 values for a binary task, got " +
            "Key<UInt32, 0-2>");
    }

    private static (TaskTable Table, TaskLayout Layout) Read(IDataView data, params TaskColumn[] tasks) =>
        TaskTableReader.Read(data, "Features", tasks);

    private sealed class Sparse
    {
        public VBuffer<float> Features { get; set; }

        public float Y { get; set; }
    }
}
