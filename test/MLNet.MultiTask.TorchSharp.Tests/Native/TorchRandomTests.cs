using TorchSharp;

namespace MLNet.MultiTask.Torch.Tests;

[TestClass]
public sealed class TorchRandomTests : TorchTests
{
    [TestMethod]
    public void Seeded_SameName_SameNumbersAndTheCallersGeneratorIsAsBefore()
    {
        torch.manual_seed(7);
        float[] expected = [Draw(), Draw()];
        torch.manual_seed(7);
        float first = Draw(), own, again, other;
        using (TorchRandom.Seeded(1, "a"))
            own = Draw();
        using (TorchRandom.Seeded(1, "a"))
            again = Draw();
        using (TorchRandom.Seeded(1, "b"))
            other = Draw();

        CollectionAssert.AreEqual(expected, new[] { first, Draw() });
        Assert.AreEqual(own, again);
        Assert.AreNotEqual(own, other);
    }

    private static float Draw()
    {
        using torch.Tensor one = torch.rand(1);
        return one.item<float>();
    }
}
