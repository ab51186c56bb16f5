using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.MicrosoftML;

[TestClass]
public sealed class ViewTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Cache_ReadTwice_ReadsTheSourceOncePerColumn()
    {
        CountingView source = new(Numbers(5));
        IDataView cached = _context.Data.Cache(source);

        Assert.AreEqual(0, source.Cursors);
        _ = Values(cached);
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4 }, Values(cached));
        Assert.AreEqual(1, source.Cursors);
    }

    [TestMethod]
    public void GetRowCursorSet_CachedView_EveryRowIsInOneCursor()
    {
        IDataView cached = _context.Data.Cache(Numbers(300));
        DataViewRowCursor[] cursors = cached.GetRowCursorSet(cached.Schema, 3);
        List<(long Batch, float Value)> rows = [];
        foreach (DataViewRowCursor cursor in cursors)
        {
            using (cursor)
            {
                ValueGetter<float> getter = cursor.GetGetter<float>(cached.Schema["Value"]);
                float value = 0;
                while (cursor.MoveNext())
                {
                    getter(ref value);
                    rows.Add((cursor.Batch, value));
                }
            }
        }

        CollectionAssert.AreEqual(
            Enumerable.Range(0, 300).Select(i => (float)i).ToArray(),
            rows.OrderBy(r => r.Batch).Select(r => r.Value).ToArray());
    }

    [TestMethod]
    public void ShuffleRows_Seed_GivesOnePermutation()
    {
        IDataView numbers = Numbers(100);

        float[] first = Values(_context.Data.ShuffleRows(numbers, seed: 3, shufflePoolSize: 10));
        float[] again = Values(_context.Data.ShuffleRows(numbers, seed: 3, shufflePoolSize: 10));
        float[] other = Values(_context.Data.ShuffleRows(numbers, seed: 4, shufflePoolSize: 10));

        CollectionAssert.AreEqual(first, again);
        CollectionAssert.AreNotEqual(first, other);
        CollectionAssert.AreEqual(Values(numbers), first.Order().ToArray());
        CollectionAssert.AreNotEqual(first.Order().ToArray(), first);
    }

    [TestMethod]
    public void TakeAndSkipRows_Counts_AreThoseOfTheWindow()
    {
        CountingView source = new(Numbers(10));

        CollectionAssert.AreEqual(
            new float[] { 0, 1, 2 }, Values(_context.Data.TakeRows(source, 3)));
        Assert.IsLessThanOrEqualTo(4, source.Rows);
        CollectionAssert.AreEqual(
            new float[] { 8, 9 }, Values(_context.Data.SkipRows(source, 8)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Data.TakeRows(source, 0));
    }

    [TestMethod]
    public void TrainTestSplit_AnySeed_IsADisjointCoverOfAboutTheFraction()
    {
        IDataView numbers = Numbers(1000);

        DataOperationsCatalog.TrainTestData split = _context.Data.TrainTestSplit(numbers, testFraction: 0.2, seed: 5);
        float[] train = Values(split.TrainSet);
        float[] test = Values(split.TestSet);

        CollectionAssert.AreEqual(Values(numbers), train.Concat(test).Order().ToArray());
        Assert.AreEqual(200, test.Length, 50);
        CollectionAssert.AreEqual(test, Values(split.TestSet));
    }

    [TestMethod]
    public void TrainTestSplit_SamplingKey_KeepsRowsOfAKeyTogether()
    {
        IDataView people = _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 300).Select(i => new Person { Name = $"family {i % 30}" }).ToArray());

        DataOperationsCatalog.TrainTestData split = _context.Data.TrainTestSplit(people, 0.3, "Name");
        string[] train = split.TrainSet.GetColumn<string>("Name").Distinct().ToArray();
        string[] test = split.TestSet.GetColumn<string>("Name").Distinct().ToArray();

        Assert.IsEmpty(train.Intersect(test));
        Assert.HasCount(30, train.Concat(test).ToArray());
        Assert.IsNotEmpty(test);
    }

    [TestMethod]
    public void CrossValidationSplit_TestSets_CoverEveryRowOnce()
    {
        IDataView numbers = Numbers(100);

        float[] tested = _context.Data.CrossValidationSplit(numbers, 4)
            .SelectMany(fold => fold.TestSet.GetColumn<float>("Value")).Order().ToArray();

        CollectionAssert.AreEqual(Values(numbers), tested);
    }

    [TestMethod]
    public void FilterRows_RangeAndMissing_DropRows()
    {
        IDataView data = _context.Data.LoadFromEnumerable<Measured>(
            [new() { Value = 1 }, new() { Value = float.NaN }, new() { Value = 5 }]);

        CollectionAssert.AreEqual(
            new float[] { 1 }, Values(_context.Data.FilterRowsByColumn(data, "Value", 0, 5)));
        CollectionAssert.AreEqual(
            new float[] { 1, 5 }, Values(_context.Data.FilterRowsByMissingValues(data, "Value")));
    }

    private static float[] Values(IDataView view) => view.GetColumn<float>("Value").ToArray();

    private IDataView Numbers(int count) => _context.Data.LoadFromEnumerable(
        Enumerable.Range(0, count).Select(i => new Measured { Value = i }).ToArray());
}
