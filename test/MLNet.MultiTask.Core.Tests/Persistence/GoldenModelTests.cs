using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Persistence;

/// <summary>Files of every format version so far load for ever.</summary>
[TestClass]
public class GoldenModelTests
{
    [TestMethod]
    public void Load_VersionOne_GivesTheStoredScores()
    {
        SavedModel saved = ModelFile.Load(Path.Combine(AppContext.BaseDirectory, "Golden", "model-v1.mtsk"));
        var scores = new float[10];
        saved.Model.Score([1, -2, 0.5f, 0, 3, -1], 2, scores);

        float[] expected = [0.59201676f, 10.770204f, 0.45850646f, 0.17684731f, 0.3646462f, 0.61158156f, 10.585327f,
            0.4532242f, 0.18732172f, 0.35945407f];
        for (int i = 0; i < scores.Length; i++)
            Assert.AreEqual(expected[i], scores[i], 1e-5f);
        Assert.AreEqual("0,(1),2|1", saved.Model.Grouping.ToString());
        CollectionAssert.AreEqual(new[] { "income", "hours", "grade" },
            saved.Model.Tasks.Select(t => t.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "age", "city" }, saved.Encoder!.Columns.Select(c => c.Name).ToArray());
        Assert.IsNull(saved.Split);
    }

    // The scores are NumPy's, from the bytes of the file and the formula of layer norm.
    [TestMethod]
    [DataRow("model-v2.mtsk")]
    [DataRow("model-v3.mtsk")]
    public void Load_LayerNormAndSplit_GivesTheStoredScores(string file)
    {
        SavedModel saved = ModelFile.Load(Path.Combine(AppContext.BaseDirectory, "Golden", file));
        var scores = new float[10];
        saved.Model.Score([1, -2, 0.5f, 0, 3, -1], 2, scores);

        float[] expected = [0.26515373f, 10.564837f, 0.19358141f, 0.3372135f, 0.46920509f, 0.25658806f, 10.391488f,
            0.26796639f, 0.2900584f, 0.44197521f];
        for (int i = 0; i < scores.Length; i++)
            Assert.AreEqual(expected[i], scores[i], 1e-5f);
        Assert.IsTrue(saved.Model.Models.All(m => m.Network().Shape.LayerNorm));
        Assert.AreEqual(new SavedSplit(20261121, 20000, 45222), saved.Split);
        CollectionAssert.AreEqual(new[] { "age", "city" }, saved.Encoder!.Columns.Select(c => c.Name).ToArray());
    }

    [TestMethod]
    [DataRow("model-v1.mtsk")]
    [DataRow("model-v2.mtsk")]
    public void Load_OldFileWithABitFlipped_IsRefused(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", name));
        for (int bit = 0; bit < 8 * file.Length; bit += 3)
        {
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(new MemoryStream(file)), $"bit {bit}");
            file[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.IsNotNull(ModelFile.Load(new MemoryStream(file)));
    }
}
