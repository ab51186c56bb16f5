using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class SparseRowsTests
{
    [TestMethod]
    [DataRow(64)]
    [DataRow(130)]
    public void TryCreate_FewOnes_HoldsEveryCell(int features)
    {
        TaskTable table = Problems.Indicators(300, features, 0.06);
        SparseRows sparse = SparseRows.TryCreate(table)!;
        Assert.IsFalse(sparse.HasUsual);
        CollectionAssert.AreEqual(table.Features, Expand(sparse, table));
    }

    [TestMethod]
    public void TryCreate_StandardisedIndicators_HoldsDeviationsFromTheUsualValue()
    {
        TaskTable table = Problems.Indicators(300, 70, 0.06, standardised: true);
        SparseRows sparse = SparseRows.TryCreate(table)!;
        Assert.IsTrue(sparse.HasUsual);
        Assert.IsLessThan(0.1 * 300 * 70, sparse.Values.Length);
        float[] expanded = Expand(sparse, table);
        for (int i = 0; i < expanded.Length; i++)
            Assert.AreEqual(table.Features[i], expanded[i], 1e-5f * (1 + Math.Abs(table.Features[i])));
    }

    [TestMethod]
    public void TryCreate_ColumnMostlyOneWithZeros_KeepsZeroAsItsUsualValue()
    {
        TaskTable table = Problems.Indicators(300, 70, 0.02);
        for (int row = 0; row < 300; row++)
            table.Features[row * 70 + 3] = row % 5 == 0 ? 0 : 1;
        SparseRows sparse = SparseRows.TryCreate(table)!;
        Assert.IsFalse(sparse.HasUsual);
        CollectionAssert.AreEqual(table.Features, Expand(sparse, table));
    }

    [TestMethod]
    public void TryCreate_ConstantColumn_CostsNothing()
    {
        TaskTable table = Problems.Indicators(300, 70, 0.02);
        int before = SparseRows.TryCreate(table)!.Values.Length, ones = 0;
        for (int row = 0; row < 300; row++)
        {
            ones += (int)table.Features[row * 70 + 3];
            table.Features[row * 70 + 3] = 2.5f;
        }
        SparseRows sparse = SparseRows.TryCreate(table)!;
        Assert.AreEqual(2.5f, sparse.Usual[3]);
        Assert.AreEqual(before - ones, sparse.Values.Length);
    }

    [TestMethod]
    [DataRow(63, 0.05, false)] // too few columns
    [DataRow(70, 0.15, false)] // too many cells
    [DataRow(70, 0.15, true)]
    public void TryCreate_NotWorthIt_IsNull(int features, double density, bool standardised) =>
        Assert.IsNull(SparseRows.TryCreate(Problems.Indicators(300, features, density, standardised)));

    [TestMethod]
    public void TryCreate_DenseOrMostlyDenseInLaterRows_IsNull()
    {
        Assert.IsNull(SparseRows.TryCreate(Problems.Mixed(300, 70)));
        TaskTable table = Problems.Indicators(5000, 64, 0.15);
        // The rows that are looked at first are empty.
        for (int i = 0; i < 1024; i++)
            table.Features.AsSpan((int)((long)i * 5000 / 1024) * 64, 64).Clear();
        Assert.IsNull(SparseRows.TryCreate(table));
    }

    private static float[] Expand(SparseRows sparse, TaskTable table)
    {
        var features = new float[table.Features.Length];
        for (int row = 0; row < table.RowCount; row++)
        {
            Span<float> own = features.AsSpan(row * table.FeatureCount, table.FeatureCount);
            sparse.Usual.CopyTo(own);
            for (int block = 0; block < sparse.Blocks; block++)
                for (int i = sparse.Starts[row * sparse.Blocks + block];
                    i < sparse.Starts[row * sparse.Blocks + block + 1]; i++)
                {
                    Assert.AreEqual(block, sparse.Columns[i] / SparseRows.BlockColumns);
                    Assert.AreEqual(sparse.Usual[sparse.Columns[i]], own[sparse.Columns[i]], "a cell stands twice");
                    own[sparse.Columns[i]] += sparse.Values[i];
                }
        }
        return features;
    }
}
