using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Tests;

/// <summary>Everything that ML.NET's users rely on from any estimator, checked on one.</summary>
internal static class EstimatorContract
{
    /// <param name="context">The context of estimator and data.</param>
    /// <param name="estimator">The estimator.</param>
    /// <param name="data">Data that it fits; more than ten rows.</param>
    /// <param name="inputs">
    /// Input columns whose absence or wrong type must be refused, with their role in the message.
    /// </param>
    /// <param name="scoringInputs">Those that the transformer needs.</param>
    public static TTransformer Verify<TTransformer>(MLContext context, IEstimator<TTransformer> estimator,
        IDataView data,
        (string Role, string Column)[] inputs, string[] scoringInputs) where TTransformer : class, ITransformer
    {
        foreach ((string role, string column) in inputs)
            RefusedInBoth(context, estimator, data, role, column);

        SchemaShape promised = estimator.GetOutputSchema(SchemaShapes.Of(data));
        TTransformer transformer = estimator.Fit(data);
        IDataView output = transformer.Transform(data);
        Same(promised, SchemaShapes.Of(output));
        Same(output.Schema, transformer.GetOutputSchema(data.Schema));
        Assert.IsTrue(transformer.IsRowToRowMapper);
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(data.Schema);
        Same(output.Schema, mapper.OutputSchema);
        for (int i = 0; i < data.Schema.Count; i++)
            Assert.AreEqual(data.Schema[i].Name, output.Schema[i].Name);

        DataViewSchema.Column[] added = [.. output.Schema.Skip(data.Schema.Count)];
        Assert.IsNotEmpty(added);
        IsLazy(transformer, data, added, scoringInputs);
        CursorsAgree(output, added);
        MapperAgrees(mapper, data, output, added);
        foreach (string column in scoringInputs)
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
                transformer.Transform(Without(context, data, column)));
        Assert.AreEqual(output.Schema.Count, output.Preview(3).Schema.Count);
        SavesAndLoads(context, transformer, data, added);
        return transformer;
    }

    /// <summary>Every value of the columns as text, row by row.</summary>
    public static string[] Texts(IDataView view, IEnumerable<string> columns, Random? random = null)
    {
        DataViewSchema.Column[] asked = [.. columns.Select(c => view.Schema[c])];
        using DataViewRowCursor cursor = view.GetRowCursor(asked, random);
        return [.. Texts(cursor, asked)];
    }

    private static void RefusedInBoth<TTransformer>(MLContext context, IEstimator<TTransformer> estimator,
        IDataView data, string role, string column)
        where TTransformer : class, ITransformer
    {
        IDataView missing = Without(context, data, column), wrong = WithDate(context, data, column);
        string notFound = $"Could not find {role} column '{column}'",
            mismatch = $"Schema mismatch for {role} column '{column}': expected ";
        foreach ((IDataView view, string message) in (IEnumerable<(IDataView, string)>)[(missing, notFound),
            (wrong, mismatch)])
        {
            string inShape = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
                estimator.GetOutputSchema(SchemaShapes.Of(view))).Message;
            string inFit = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(view)).Message;
            StringAssert.StartsWith(inShape, message);
            Assert.AreEqual(inShape, inFit);
        }
    }

    private static void IsLazy(ITransformer transformer, IDataView data, DataViewSchema.Column[] added,
        string[] scoringInputs)
    {
        var counting = new CountingView(data);
        IDataView output = transformer.Transform(counting);
        Assert.AreEqual(0, counting.Cursors, "Transform opened a cursor");
        using (DataViewRowCursor none = output.GetRowCursor([]))
            none.MoveNext();
        CollectionAssert.AreEqual(Array.Empty<string>(), counting.Columns, "a cursor without columns pulled some");
        using DataViewRowCursor cursor = output.GetRowCursor(added);
        CollectionAssert.AreEquivalent(scoringInputs, counting.Columns);
        Assert.IsFalse(cursor.IsColumnActive(output.Schema[0]) && !scoringInputs.Contains(output.Schema[0].Name));
        cursor.MoveNext();
        Assert.AreEqual(2, counting.Rows, "more rows were read than asked for");
        Assert.AreEqual(data.CanShuffle, output.CanShuffle);
        Assert.AreEqual(data.GetRowCount(), output.GetRowCount());
    }

    private static void CursorsAgree(IDataView output, DataViewSchema.Column[] added)
    {
        string[] names = [.. added.Select(c => c.Name)];
        string[] rows = Texts(output, names);
        CollectionAssert.AreEqual(rows, Texts(output, names), "a second cursor gives other values");
        using (DataViewRowCursor first = output.GetRowCursor(added))
        using (DataViewRowCursor second = output.GetRowCursor(added))
        {
            first.MoveNext();
            second.MoveNext();
            second.MoveNext();
            Assert.AreEqual(0, first.Position);
            Assert.AreEqual(1, second.Position);
        }
        string[] set = [.. output.GetRowCursorSet(added, 3)
            .SelectMany(c => { using (c) return Texts(c, added).ToArray(); })];
        CollectionAssert.AreEquivalent(rows, set, "a cursor set gives other rows");
        if (output.CanShuffle)
            CollectionAssert.AreEquivalent(rows, Texts(output, names, new Random(1)),
                "a shuffled cursor gives other rows");
        foreach (DataViewSchema.Column column in added)
        {
            using DataViewRowCursor alone = output.GetRowCursor([column]);
            Assert.IsNotEmpty(Texts(alone, [column]).ToArray());
            Assert.ThrowsExactly<InvalidOperationException>(() => alone.GetGetter<DateTime>(column));
            if (added.FirstOrDefault(c => c.Index != column.Index) is { Name: not null } other)
                Assert.Throws<ArgumentException>(() => alone.GetGetter<float>(other));
        }
    }

    private static void MapperAgrees(IRowToRowMapper mapper, IDataView data, IDataView output,
        DataViewSchema.Column[] added)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(mapper.GetDependencies(added));
        using DataViewRow row = mapper.GetRow(cursor, added);
        Func<string>[] getters = [.. added.Select(c => Getter(row, c))];
        var rows = new List<string>();
        while (cursor.MoveNext())
            rows.Add(string.Join(';', getters.Select(g => g())));
        CollectionAssert.AreEqual(Texts(output, added.Select(c => c.Name)), rows);
    }

    private static void SavesAndLoads(MLContext context, ITransformer transformer, IDataView data,
        DataViewSchema.Column[] added)
    {
        string[] names = [.. added.Select(c => c.Name)];
        string[] expected = Texts(transformer.Transform(data), names);
        string folder = Directory.CreateTempSubdirectory("contract").FullName;
        try
        {
            string path = Path.Combine(folder, "model.mtsk");
            context.MultiTask().Save(transformer, data.Schema, path);
            ITransformer own = new MLContext().MultiTask().Load(path, out DataViewSchema schema);
            Assert.AreEqual(transformer.GetType(), own.GetType());
            Same(transformer.GetOutputSchema(data.Schema), own.GetOutputSchema(data.Schema));
            CollectionAssert.AreEqual(data.Schema.Where(c => !c.IsHidden).Select(c => $"{c.Name}: {c.Type}").ToArray(),
                schema.Select(c => $"{c.Name}: {c.Type}").ToArray());
            CollectionAssert.AreEqual(expected, Texts(own.Transform(data), names), "our own file gives other values");
            byte[] bytes = File.ReadAllBytes(path);
            context.MultiTask().Save(own, data.Schema, path);
            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(path), "a second save gives other bytes");

            string zip = Path.Combine(folder, "model.zip");
            context.Model.Save(transformer, data.Schema, zip);
            ITransformer builtIn = new MLContext().Model.Load(zip, out _);
            CollectionAssert.AreEqual(expected, Texts(builtIn.Transform(data), names),
                "ML.NET's file gives other values");
            ITransformer restored = new MLContext().MultiTask().Restore(builtIn);
            if (transformer is not (FeaturizeTransformer or MultiTaskPredictionTransformer))
                return;
            Assert.AreEqual(transformer.GetType(), restored.GetType());
            Same(transformer.GetOutputSchema(data.Schema), restored.GetOutputSchema(data.Schema));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IDataView Without(MLContext context, IDataView data, string column) =>
        context.Transforms.DropColumns(column).Fit(data).Transform(data);

    private static IDataView WithDate(MLContext context, IDataView data, string column) =>
        context.Transforms.CustomMapping<Nothing, OneDate>((_, t) => t.Date = new DateTime(2026, 11, 28), null)
            .Append(context.Transforms.CopyColumns(column, "Date")).Fit(data).Transform(data);

    private static void Same(SchemaShape promised, SchemaShape actual)
    {
        foreach (SchemaShape.Column want in promised)
        {
            SchemaShape.Column found = actual.Single(c => c.Name == want.Name);
            Assert.AreEqual(want.TypeText(), found.TypeText(), want.Name);
            foreach (SchemaShape.Column annotation in want.Annotations)
                Assert.IsTrue(found.Annotations.Any(a => a.Name == annotation.Name
                    && a.TypeText() == annotation.TypeText()), $"{want.Name}: {annotation.Name}");
        }
        CollectionAssert.AreEquivalent(promised.Select(c => c.Name).ToArray(), actual.Select(c => c.Name).ToArray());
    }

    private static void Same(DataViewSchema expected, DataViewSchema actual)
    {
        CollectionAssert.AreEqual(expected.Select(c => $"{c.Name}: {c.Type}").ToArray(),
            actual.Select(c => $"{c.Name}: {c.Type}").ToArray());
        for (int i = 0; i < expected.Count; i++)
            CollectionAssert.AreEqual(expected[i].Annotations.Schema.Select(c => $"{c.Name}: {c.Type}").ToArray(),
                actual[i].Annotations.Schema.Select(c => $"{c.Name}: {c.Type}").ToArray(), expected[i].Name);
    }

    private static IEnumerable<string> Texts(DataViewRowCursor cursor, DataViewSchema.Column[] columns)
    {
        Func<string>[] getters = [.. columns.Select(c => Getter(cursor, c))];
        while (cursor.MoveNext())
            yield return string.Join(';', getters.Select(g => g()));
    }

    private static Func<string> Getter(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        var t when t == typeof(float) => Getter<float>(row, column),
        var t when t == typeof(bool) => Getter<bool>(row, column),
        var t when t == typeof(uint) => Getter<uint>(row, column),
        var t when t == typeof(VBuffer<float>) => Vector<float>(row, column),
        var t when t == typeof(VBuffer<bool>) => Vector<bool>(row, column),
        var t when t == typeof(VBuffer<uint>) => Vector<uint>(row, column),
        _ => Getter<ReadOnlyMemory<char>>(row, column),
    };

    private static Func<string> Getter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return FormattableString.Invariant($"{value}");
        };
    }

    private static Func<string> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return string.Join(',', buffer.DenseValues().Select(v => FormattableString.Invariant($"{v}")));
        };
    }

    private sealed class Nothing;

    private sealed class OneDate
    {
        public DateTime Date { get; set; }
    }
}
