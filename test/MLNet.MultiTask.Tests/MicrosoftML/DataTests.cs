using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.MicrosoftML;

[TestClass]
public sealed class DataTests
{
    private static readonly Person[] People =
    [
        new() { Name = "Ada", Adult = true, Height = 1.6, Scores = [1, 2, 3], Group = 1, Age = 36 },
        new() { Name = "Bob", Adult = false, Height = 1.2, Scores = [4, 5, 6], Group = 0, Age = 9 },
    ];

    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void LoadFromEnumerable_Members_BecomeTypedColumns()
    {
        DataViewSchema schema = _context.Data.LoadFromEnumerable(People).Schema;

        CollectionAssert.AreEquivalent(
            new[] { "Name", "Adult", "Height", "Scores", "Group", "Years" }, schema.Select(c => c.Name).ToArray());
        Assert.AreEqual(TextDataViewType.Instance, schema["Name"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Scores"].Type);
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 4), schema["Group"].Type);
        Assert.AreEqual("Vector<Single, 3>", schema["Scores"].Type.ToString());
        Assert.AreEqual("Key<UInt32, 0-3>", schema["Group"].Type.ToString());
    }

    [TestMethod]
    public void CreateEnumerable_AfterLoadFromEnumerable_GivesTheSameValues()
    {
        IDataView view = _context.Data.LoadFromEnumerable(People);

        Person[] back = _context.Data.CreateEnumerable<Person>(view, reuseRowObject: false).ToArray();

        Assert.HasCount(2, back);
        Assert.AreEqual("Bob", back[1].Name);
        Assert.IsTrue(back[0].Adult);
        Assert.AreEqual(1.2, back[1].Height);
        CollectionAssert.AreEqual(new float[] { 4, 5, 6 }, back[1].Scores);
        Assert.AreEqual(1u, back[0].Group);
        Assert.AreEqual(36, back[0].Age);
    }

    [TestMethod]
    public void CreateEnumerable_ReuseRowObject_FillsOneObject()
    {
        IDataView view = _context.Data.LoadFromEnumerable(People);

        Person[] back = _context.Data.CreateEnumerable<Person>(view, reuseRowObject: true).ToArray();

        Assert.AreSame(back[0], back[1]);
    }

    [TestMethod]
    public void CreateEnumerable_MissingColumn_ThrowsUnlessIgnored()
    {
        IDataView view = _context.Data.LoadFromEnumerable(new[] { new Measured { Value = 3 } });

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _context.Data.CreateEnumerable<Doubled>(view, false).ToArray());
        Assert.AreEqual(
            0, _context.Data.CreateEnumerable<Doubled>(view, false, ignoreMissingColumns: true).Single().Result);
    }

    [TestMethod]
    public void GetGetter_WrongTypeOrInactiveColumn_Throws()
    {
        IDataView view = _context.Data.LoadFromEnumerable(People);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Height"]]);

        Assert.IsTrue(cursor.MoveNext());
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["Height"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<bool>(view.Schema["Adult"]));
    }

    [TestMethod]
    public void GetRowCount_ListOrStream_IsKnownOrNull()
    {
        Assert.AreEqual(2, _context.Data.LoadFromEnumerable(People).GetRowCount());
        Assert.IsNull(_context.Data.LoadFromEnumerable(People.Where(p => p.Age > 0)).GetRowCount());
    }

    [TestMethod]
    public void Annotations_AddedToDefinition_TravelWithTheColumn()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Features));
        VectorDataViewType type = new(TextDataViewType.Instance, 2);
        definition["Features"].AddAnnotation("SlotNames",
            new VBuffer<ReadOnlyMemory<char>>(2, ["a".AsMemory(), "b".AsMemory()]), type);

        IDataView view = _context.Data.LoadFromEnumerable(new[] { new Features() }, definition);
        DataViewSchema.Column column = view.Schema["Features"];
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);

        Assert.IsTrue(column.HasSlotNames());
        Assert.AreEqual("b", names.GetItemOrDefault(1).ToString());
    }

    [TestMethod]
    public void Schema_DuplicateNames_LastOneCounts()
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("A", NumberDataViewType.Double);
        DataViewSchema schema = builder.ToSchema();

        Assert.IsTrue(schema[0].IsHidden);
        Assert.AreEqual(1, schema["A"].Index);
        Assert.IsNull(schema.GetColumnOrNull("B"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => schema["B"]);
    }

    [TestMethod]
    public void Preview_View_HoldsRowsAndColumns()
    {
        DataDebuggerPreview preview = _context.Data.LoadFromEnumerable(People).Preview(maxRows: 1);

        Assert.HasCount(1, preview.RowView);
        object height = preview.RowView[0].Values.Single(v => v.Key == "Height").Value;
        Assert.AreEqual(1.6, height);
        Assert.AreEqual(1.6, preview.ColumnView.Single(c => c.Column.Name == "Height").Values[0]);
    }
}
