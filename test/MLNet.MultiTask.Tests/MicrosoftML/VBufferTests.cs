using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.MicrosoftML;

[TestClass]
public sealed class VBufferTests
{
    private static readonly VBuffer<float> Sparse = new(5, 2, [7, 9], [1, 3]);

    [TestMethod]
    public void CopyTo_Sparse_FillsZeros()
    {
        float[] dense = new float[5];
        Sparse.CopyTo(dense);

        CollectionAssert.AreEqual(new float[] { 0, 7, 0, 9, 0 }, dense);
        CollectionAssert.AreEqual(dense, Sparse.DenseValues().ToArray());
    }

    [TestMethod]
    public void CopyTo_Range_KeepsOnlyItsSlots()
    {
        VBuffer<float> part = default;
        Sparse.CopyTo(ref part, 1, 3);

        Assert.AreEqual(3, part.Length);
        CollectionAssert.AreEqual(new float[] { 7, 0, 9 }, part.DenseValues().ToArray());
    }

    [TestMethod]
    public void Items_SparseAndAll_GiveExplicitOrEverySlot()
    {
        CollectionAssert.AreEqual(new[] { 1, 3 }, Sparse.Items().Select(i => i.Key).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, Sparse.Items(all: true).Select(i => i.Key).ToArray());
        Assert.AreEqual(9, Sparse.GetItemOrDefault(3));
        Assert.AreEqual(0, Sparse.GetItemOrDefault(2));
    }

    [TestMethod]
    public void Create_LargeEnoughBuffer_IsUsedAgain()
    {
        VBuffer<float> buffer = new(3, [1, 2, 3]);
        VBufferEditor<float> editor = VBufferEditor.Create(ref buffer, 2);

        Assert.IsFalse(editor.CreatedNewValues);
        editor.Values[0] = 5;
        Assert.AreEqual("Dense vector of size 2", editor.Commit().ToString());
    }

    [TestMethod]
    public void Create_SparseThenTruncated_HoldsFewerValues()
    {
        VBuffer<float> buffer = default;
        VBufferEditor<float> editor = VBufferEditor.Create(ref buffer, 10, 4);
        editor.Values[0] = 3;
        editor.Indices[0] = 8;
        VBuffer<float> result = editor.CommitTruncated(1);

        Assert.AreEqual(3, result.GetItemOrDefault(8));
        Assert.AreEqual("Sparse vector of size 10, 1 explicit values", result.ToString());
    }
}
