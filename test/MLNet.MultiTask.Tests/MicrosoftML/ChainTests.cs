using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.MicrosoftML;

[TestClass]
public sealed class ChainTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Transform_Chain_ReadsNothingUntilACursorMoves()
    {
        CountingView source = People(3);

        IDataView result = Pipeline().Fit(source).Transform(source);
        int afterFit = source.Rows;
        Assert.AreEqual("Features", result.Schema[result.Schema.Count - 1].Name);
        Assert.AreEqual(afterFit, source.Rows);
        Assert.HasCount(3, result.GetColumn<float[]>("Features").ToArray());
        Assert.AreEqual(afterFit + 3, source.Rows);
    }

    [TestMethod]
    public void GetRowCursor_OneColumn_AsksTheSourceForItsDependenciesOnly()
    {
        CountingView source = People(2);
        IDataView result = Pipeline().Fit(source).Transform(source);
        source.Columns.Clear();

        _ = result.GetColumn<float[]>("Features").ToArray();

        CollectionAssert.AreEquivalent(new[] { "Years", "Scores" }, source.Columns);
    }

    [TestMethod]
    public void Dispose_CursorOfALongView_DisposesEachSourceCursorOnce()
    {
        CountingView source = People(3);
        IDataView view = Pipeline().Fit(source).Transform(source);
        int opened = source.Cursors;
        Assert.AreEqual(opened, source.Disposals);

        DataViewRowCursor cursor = _context.Data.TakeRows(view, 2).GetRowCursor(view.Schema);
        cursor.Dispose();
        cursor.Dispose();

        Assert.AreEqual(opened + 1, source.Cursors);
        Assert.AreEqual(opened + 1, source.Disposals);
    }

    [TestMethod]
    public void Fit_TrivialEstimators_OpenNoCursor()
    {
        CountingView source = People(2);

        _context.Transforms.CopyColumns("Copy", "Height").Append(_context.Transforms.DropColumns("Name")).Fit(source);

        Assert.AreEqual(0, source.Cursors);
    }

    [TestMethod]
    public void Fit_SecondStepRefusesSchema_FirstStepIsNotFitted()
    {
        CountingView source = People(2);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Transforms.NormalizeMeanVariance("Scores")
            .Append(_context.Transforms.Concatenate("Features", "Nothing")).Fit(source));

        Assert.AreEqual(0, source.Cursors);
    }

    [TestMethod]
    public void AppendCacheCheckpoint_LaterSteps_ReadFromMemory()
    {
        CountingView source = People(4);

        _context.Transforms.CopyColumns("Copy", "Scores").AppendCacheCheckpoint(_context)
            .Append(_context.Transforms.NormalizeMinMax("Copy")).Append(
                _context.Transforms.NormalizeMeanVariance("Copy"))
            .Fit(source);

        Assert.AreEqual(4, source.Rows);
    }

    [TestMethod]
    public void Concatenate_ScalarsAndVectors_NamesTheSlots()
    {
        IDataView source = People(1);
        IDataView result = _context.Transforms.Conversion.ConvertType("Years")
            .Append(_context.Transforms.Concatenate("Features", "Years", "Scores")).Fit(source).Transform(source);
        VBuffer<ReadOnlyMemory<char>> names = default;
        result.Schema["Features"].GetSlotNames(ref names);

        CollectionAssert.AreEqual(new float[] { 20, 0, 1, 2 }, result.GetColumn<float[]>("Features").Single());
        CollectionAssert.AreEqual(
            new[] { "Years", "", "", "" }, names.DenseValues().Select(n => n.ToString()).ToArray());
    }

    [TestMethod]
    public void Concatenate_DifferentItemTypes_SaysExpectedAndActual()
    {
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _context.Transforms.Concatenate("Features", "Scores", "Height").Fit(People(1)));

        StringAssert.Contains(error.Message, "Schema mismatch for input column 'Height': expected Single, got Double");
    }

    [TestMethod]
    public void SelectAndDropColumns_KeepOrderAsked()
    {
        IDataView source = People(1);

        IDataView selected = _context.Transforms.SelectColumns("Height", "Name").Fit(source).Transform(source);
        IDataView dropped = _context.Transforms.DropColumns("Height", "Name").Fit(source).Transform(source);

        CollectionAssert.AreEqual(new[] { "Height", "Name" }, selected.Schema.Select(c => c.Name).ToArray());
        Assert.IsNull(dropped.Schema.GetColumnOrNull("Name"));
        Assert.AreEqual("P0", selected.GetColumn<string>("Name").Single());
    }

    [TestMethod]
    public void GetRowToRowMapper_Chain_MapsOneRow()
    {
        IDataView source = People(1);
        ITransformer model = Pipeline().Fit(source);
        IRowToRowMapper mapper = model.GetRowToRowMapper(source.Schema);
        DataViewSchema.Column features = mapper.OutputSchema["Features"];
        using DataViewRowCursor cursor = source.GetRowCursor(mapper.GetDependencies([features]));
        DataViewRow row = mapper.GetRow(cursor, [features]);
        VBuffer<float> value = default;

        Assert.IsTrue(model.IsRowToRowMapper);
        Assert.IsTrue(cursor.MoveNext());
        row.GetGetter<VBuffer<float>>(features)(ref value);
        Assert.AreEqual(4, value.Length);
        Assert.AreEqual(model.GetOutputSchema(source.Schema).Count, mapper.OutputSchema.Count);
    }

    [TestMethod]
    public void CustomMapping_NewColumnOfAnyType_IsKnownBeforeData()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Features), SchemaDefinition.Direction.Write);
        definition["Features"].ColumnName = "Added";
        definition["Added"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 7);

        SchemaShape shape = _context.Transforms
            .CustomMapping<NoColumns, Features>((_, _) => { }, null, null, definition)
            .GetOutputSchema(new SchemaShape([]));

        Assert.AreEqual("Added", shape.Single().Name);
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, shape.Single().Kind);
        Assert.AreEqual(NumberDataViewType.Single, shape.Single().ItemType);
    }

    [TestMethod]
    public void CustomMapping_SeveralOutputs_RunsOncePerRow()
    {
        int calls = 0;
        IDataView source = _context.Data.LoadFromEnumerable<Measured>([new() { Value = 1 }, new() { Value = 2 }]);
        ITransformer model = _context.Transforms.CustomMapping<Measured, Person>((input, output) =>
        {
            calls++;
            output.Height = input.Value;
            output.Name = $"n{input.Value}";
        }, null).Fit(source);

        Person[] people = _context.Data.CreateEnumerable<Person>(model.Transform(source), false).ToArray();

        Assert.AreEqual("n2", people[1].Name);
        Assert.AreEqual(2, people[1].Height);
        Assert.AreEqual(2, calls);
    }

    private CountingView People(int count) => new(_context.Data.LoadFromEnumerable(Enumerable.Range(0, count)
        .Select(i => new Person { Name = $"P{i}", Age = 20 + i, Height = i, Scores = [i, i + 1, i + 2] }).ToArray()));

    private IEstimator<ITransformer> Pipeline()
        => _context.Transforms.Conversion.ConvertType("Years")
            .Append(_context.Transforms.NormalizeMinMax("Scores"))
            .Append(_context.Transforms.Concatenate("Features", "Years", "Scores"));
}
