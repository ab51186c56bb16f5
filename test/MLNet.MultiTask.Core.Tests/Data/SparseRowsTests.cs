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
        SparseRows sparse = SparseRows.TryCreate(table.Features)!;
        Assert.IsFalse(sparse.HasUsual);
        CollectionAssert.AreEqual(table.Features.ToArray(), Expand(sparse, table.Features));
    }

    [TestMethod]
    public void TryCreate_StandardisedIndicators_HoldsDeviationsFromTheUsualValue()
    {
        TaskTable table = Problems.Indicators(300, 70, 0.06, standardised: true);
        SparseRows sparse = SparseRows.TryCreate(table.Features)!;
        Assert.IsTrue(sparse.HasUsual);
        Assert.IsLessThan(0.1 * 300 * 70, sparse.Values.Length);
        float[] cells = table.Features.ToArray(), expanded = Expand(sparse, table.Features);
        for (int i = 0; i < expanded.Length; i++)
            Assert.AreEqual(cells[i], expanded[i], 1e-5f * (1 + Math.Abs(cells[i])));
    }

    [TestMethod]
    public void TryCreate_ColumnMostlyOneWithZeros_KeepsZeroAsItsUsualValue()
    {
        float[] cells = Problems.Indicators(300, 70, 0.02).Features.ToArray();
        for (int row = 0; row < 300; row++)
            cells[row * 70 + 3] = row % 5 == 0 ? 0 : 1;
        var features = new FeatureMatrix(cells, 70);
        SparseRows sparse = SparseRows.TryCreate(features)!;
        Assert.IsFalse(sparse.HasUsual);
        CollectionAssert.AreEqual(cells, Expand(sparse, features));
    }

    [TestMethod]
    public void TryCreate_ConstantColumn_CostsNothing()
    {
        float[] cells = Problems.Indicators(300, 70, 0.02).Features.ToArray();
        int before = SparseRows.TryCreate(new FeatureMatrix([.. cells], 70))!.Values.Length, ones = 0;
        for (int row = 0; row < 300; row++)
        {
            ones += (int)cells[row * 70 + 3];
            cells[row * 70 + 3] = 2.5f;
        }
        SparseRows sparse = SparseRows.TryCreate(new FeatureMatrix(cells, 70))!;
        Assert.AreEqual(2.5f, sparse.Usual[3]);
        Assert.AreEqual(before - ones, sparse.Values.Length);
    }

    [TestMethod]
    [DataRow(63, 0.05, false)] // too few columns
    [DataRow(70, 0.15, false)] // too many cells
    [DataRow(70, 0.15, true)]
    public void TryCreate_NotWorthIt_IsNull(int features, double density, bool standardised) =>
        Assert.IsNull(SparseRows.TryCreate(Problems.Indicators(300, features, density, standardised).Features));

    [TestMethod]
    public void TryCreate_DenseOrMostlyDenseInLaterRows_IsNull()
    {
        Assert.IsNull(SparseRows.TryCreate(Problems.Mixed(300, 70).Features));
        float[] cells = Problems.Indicators(5000, 64, 0.15).Features.ToArray();
        // The rows that are looked at first are empty.
        for (int i = 0; i < 1024; i++)
            cells.AsSpan((int)((long)i * 5000 / 1024) * 64, 64).Clear();
        Assert.IsNull(SparseRows.TryCreate(new FeatureMatrix(cells, 64)));
    }

    private static float[] Expand(SparseRows sparse, FeatureMatrix matrix)
    {
        var features = new float[matrix.RowCount * matrix.ColumnCount];
        for (int row = 0; row < matrix.RowCount; row++)
        {
            Span<float> own = features.AsSpan(row * matrix.ColumnCount, matrix.ColumnCount);
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
