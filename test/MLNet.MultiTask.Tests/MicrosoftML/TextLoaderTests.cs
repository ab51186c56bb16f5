using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.MicrosoftML;

[TestClass]
public sealed class TextLoaderTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly string _file = Path.GetTempFileName();

    [TestCleanup]
    public void Delete() => File.Delete(_file);

    [TestMethod]
    public void LoadFromTextFile_HeaderAndRange_GivesVectorWithSlotNames()
    {
        File.WriteAllText(_file, "name,x,y,z\nAda,1,2.5,-3\nBob,4,?,6\n");

        IDataView view = Load(hasHeader: true, new("Name", DataKind.String, 0), new("X", DataKind.Single, 1, 3));
        float[][] rows = view.GetColumn<float[]>("X").ToArray();
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["X"].GetSlotNames(ref names);

        CollectionAssert.AreEqual(new[] { 1, 2.5f, -3 }, rows[0]);
        CollectionAssert.AreEqual(new[] { 4, float.NaN, 6 }, rows[1]);
        CollectionAssert.AreEqual(new[] { "Ada", "Bob" }, view.GetColumn<string>("Name").ToArray());
        CollectionAssert.AreEqual(new[] { "x", "y", "z" }, names.DenseValues().Select(n => n.ToString()).ToArray());
    }

    [TestMethod]
    public void LoadFromTextFile_EmptyField_IsZeroOrNaNAsChosen()
    {
        File.WriteAllText(_file, "1,,3\n");
        TextLoader.Options options = new() { Columns = [new("X", DataKind.Single, 0, 2)], Separators = [','] };

        float zero = _context.Data.LoadFromTextFile(_file, options).GetColumn<float[]>("X").Single()[1];
        options.MissingRealsAsNaNs = true;
        float missing = _context.Data.LoadFromTextFile(_file, options).GetColumn<float[]>("X").Single()[1];

        Assert.AreEqual(0, zero);
        Assert.AreEqual(float.NaN, missing);
    }

    [TestMethod]
    public void LoadFromTextFile_QuotedField_KeepsSeparatorAndQuote()
    {
        File.WriteAllText(_file, "\"a, \"\"b\"\"\",2\n");

        IDataView view = _context.Data.LoadFromTextFile(
            _file, [new("T", DataKind.String, 0), new("N", DataKind.Int32, 1)], ',', allowQuoting: true);

        Assert.AreEqual("a, \"b\"", view.GetColumn<string>("T").Single());
        Assert.AreEqual(2, view.GetColumn<int>("N").Single());
    }

    [TestMethod]
    public void LoadFromTextFile_ShortLine_LeavesMissingFieldsEmpty()
    {
        File.WriteAllText(_file, "1,2,3\n4\n");

        IDataView view = Load(false, new TextLoader.Column("X", DataKind.Single, 0, 2));
        float[][] rows = view.GetColumn<float[]>("X").ToArray();

        CollectionAssert.AreEqual(new float[] { 4, 0, 0 }, rows[1]);
    }

    [TestMethod]
    public void LoadFromTextFile_BooleanAndKey_AreParsed()
    {
        File.WriteAllText(_file, "true,0\n0,2\n1,7\n");
        TextLoader.Column key = new("K", DataKind.UInt32, [new TextLoader.Range(1)], new KeyCount(3));

        IDataView view = Load(false, new TextLoader.Column("B", DataKind.Boolean, 0), key);

        CollectionAssert.AreEqual(new[] { true, false, true }, view.GetColumn<bool>("B").ToArray());
        CollectionAssert.AreEqual(new uint[] { 1, 3, 0 }, view.GetColumn<uint>("K").ToArray());
    }

    [TestMethod]
    public void LoadFromTextFile_NoInteger_NamesValueLineAndColumn()
    {
        File.WriteAllText(_file, "N\n1\nmany\n");
        IDataView view = Load(hasHeader: true, new TextLoader.Column("N", DataKind.Int32, 0));

        FormatException error = Assert.ThrowsExactly<FormatException>(() => view.GetColumn<int>("N").ToArray());

        StringAssert.Contains(error.Message, "Could not parse value many in line 3, column N");
    }

    [TestMethod]
    public void LoadFromTextFile_ColumnNotAskedFor_IsNotParsed()
    {
        File.WriteAllText(_file, "1,many\n");
        IDataView view = Load(false, new("A", DataKind.Int32, 0), new("B", DataKind.Int32, 1));

        CollectionAssert.AreEqual(new[] { 1 }, view.GetColumn<int>("A").ToArray());
    }

    [TestMethod]
    public void LoadFromTextFile_ClassWithLoadColumn_GivesItsColumns()
    {
        File.WriteAllText(_file, "5\t6\t7\n");

        IDataView view = _context.Data.LoadFromTextFile<Line>(_file);

        Assert.AreEqual(7, _context.Data.CreateEnumerable<Line>(view, false).Single().Last);
        CollectionAssert.AreEqual(new float[] { 5, 6 }, view.GetColumn<float[]>("Head").Single());
    }

    [TestMethod]
    public void LoadFromTextFile_FileGrows_NextCursorSeesIt()
    {
        File.WriteAllText(_file, "1\n");
        IDataView view = Load(false, new TextLoader.Column("X", DataKind.Single, 0));

        Assert.HasCount(1, view.GetColumn<float>("X").ToArray());
        File.AppendAllText(_file, "2\n");
        Assert.HasCount(2, view.GetColumn<float>("X").ToArray());
    }

    [TestMethod]
    public void LoadFromTextFile_NoFile_NamesThePath()
    {
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _context.Data.LoadFromTextFile("/no/such/file.csv", [new("X", DataKind.Single, 0)]));

        StringAssert.Contains(error.Message, "/no/such/file.csv");
    }

    private IDataView Load(bool hasHeader, params TextLoader.Column[] columns)
        => _context.Data.LoadFromTextFile(_file, columns, separatorChar: ',', hasHeader: hasHeader);

    private sealed class Line
    {
        [LoadColumn(0, 1)]
        [VectorType(2)]
        public float[] Head { get; set; } = [];

        [LoadColumn(2)]
        public float Last { get; set; }
    }
}
