using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class FeatureMatrixTests
{
    [TestMethod]
    [DataRow(63, 0.05, false)]
    [DataRow(64, 0.05, true)]
    [DataRow(130, 0.05, true)]
    [DataRow(70, 0.15, false)]
    [DataRow(70, 0.6, false)]
    [DataRow(5, 0.6, false)]
    public void Build_RowsEitherWay_HoldsEveryCell(int columns, double density, bool sparse)
    {
        const int rows = 300;
        float[] cells = Problems.Indicators(rows, columns, density).Features.ToArray();
        FeatureMatrix matrix = Build(cells, columns);
        Assert.AreEqual(sparse, matrix.IsSparse);
        Assert.AreEqual(rows, matrix.RowCount);
        CollectionAssert.AreEqual(cells, matrix.ToArray());
        float[] column = new float[rows], scratch = new float[columns];
        matrix.CopyColumn(columns / 2, column);
        for (int row = 0; row < rows; row++)
        {
            CollectionAssert.AreEqual(cells[(row * columns)..((row + 1) * columns)],
                matrix.Row(row, scratch).ToArray());
            Assert.AreEqual(cells[row * columns + columns / 2], matrix[row, columns / 2]);
            Assert.AreEqual(cells[row * columns + columns / 2], column[row]);
        }
    }

    [TestMethod]
    public void Build_MoreRowsThanAPiece_FindsThemAll()
    {
        const int columns = 300_000, rows = 7; // pieces of three rows
        var cells = new float[columns * rows];
        for (int i = 0; i < cells.Length; i++)
            cells[i] = i % 1000 + 1;
        FeatureMatrix matrix = Build(cells, columns);
        Assert.IsFalse(matrix.IsSparse);
        CollectionAssert.AreEqual(cells, matrix.ToArray());
    }

    [TestMethod]
    public void Build_DenseRowsAfterEmptyOnes_ChangesItsMind()
    {
        float[] cells = new float[400 * 64];
        for (int i = 200 * 64; i < cells.Length; i++)
            cells[i] = i;
        FeatureMatrix matrix = Build(cells, 64);
        Assert.IsFalse(matrix.IsSparse);
        CollectionAssert.AreEqual(cells, matrix.ToArray());
    }

    [TestMethod]
    [DataRow(5)]
    [DataRow(100)]
    public void TaskTable_FeatureNotFinite_NamesItsCell(int columns)
    {
        var builder = new FeatureMatrixBuilder(columns);
        for (int row = 0; row < 50; row++)
            builder.Add([4], [row == 41 ? float.NaN : 1]);
        FeatureMatrix matrix = builder.Build();
        Assert.AreEqual(columns == 100, matrix.IsSparse);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            new TaskTable(matrix, [Problems.Value], new float[50])).Message, "Feature 4 of row 41 is NaN");
    }

    [TestMethod]
    public void Train_SparseStorage_HasTheBitsOfAllCells()
    {
        TaskTable dense = Problems.Indicators(400, 96, 0.05);
        var sparse = new TaskTable(Build(dense.Features.ToArray(), 96), dense.Tasks, dense.Labels, dense.Weights);
        Assert.IsTrue(sparse.Features.IsSparse);
        var options = new TrainingOptions { Hidden = [16], MaxEpochs = 3, Threads = 1 };
        float[] Parameters(TaskTable table) =>
            NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table), options).Network.Parameters;
        CollectionAssert.AreEqual(Parameters(dense), Parameters(sparse));
    }

    [TestMethod]
    public void ContentHash_OtherCell_Differs()
    {
        TaskTable table = Problems.Indicators(200, 80, 0.05);
        ulong Hash(float[] cells) =>
            new TaskTable(Build(cells, 80), table.Tasks, table.Labels).ContentHash;
        float[] cells = table.Features.ToArray(), other = [.. cells];
        int one = Array.IndexOf(cells, 1f), zero = Array.IndexOf(cells, 0f);
        (other[one], other[zero]) = (0, 1);
        Assert.AreEqual(Hash(cells), Hash([.. cells]));
        Assert.AreNotEqual(Hash(cells), Hash(other));
    }

    // Every other row by all its cells.
    private static FeatureMatrix Build(float[] cells, int columns)
    {
        var builder = new FeatureMatrixBuilder(columns);
        for (int row = 0; row < cells.Length / columns; row++)
        {
            float[] own = cells[(row * columns)..((row + 1) * columns)];
            int[] entries = [.. Enumerable.Range(0, columns).Where(c => own[c] != 0)];
            if (row % 2 == 0)
                builder.Add(own);
            else
                builder.Add(entries, [.. entries.Select(c => own[c])]);
        }
        return builder.Build();
    }
}
