using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

/// <summary>A grouping as masks within one module is the same function as a module per group.</summary>
[TestClass]
public sealed class ExpertMaskTests : TorchTests
{
    [TestMethod]
    public void Forward_GroupsWithoutCommonExperts_IsThatOfAModulePerGroup()
    {
        MultiTaskModule masked =
            Made.Of("mmoe(experts=0; groups=0,1|2,3; group-experts=2; hidden=3,2)", Made.Binary(4));
        MultiTaskModule[] apart = [.. Enumerable.Range(0, 2).Select(g =>
            Made.Of("mmoe(experts=2; hidden=3,2)", Made.Binary(4)[(2 * g)..(2 * g + 2)]))];
        using (no_grad())
            for (int g = 0; g < 2; g++)
            {
                for (int e = 0; e < 2; e++)
                    for (int l = 0; l < 2; l++)
                        Copy(Made.Map(apart[g], $"level0/shared/{e}/{l}"),
                            Made.Map(masked, $"level0/group/{g}/{e}/{l}"));
                for (int t = 2 * g; t < 2 * g + 2; t++)
                {
                    // What the masked gate says of the other group's experts must not matter.
                    string gate = $"level0/gate/own/{(char)('a' + t)}";
                    Made.Map(masked, gate).Weight.fill_(7).narrow(1, 2 * g, 2).copy_(Made.Map(apart[g], gate).Weight);
                    foreach (string part in (string[])["weight", "bias"])
                        masked.get_parameter($"heads.{t}.{part}")!.copy_(apart[g]
                            .get_parameter($"heads.{t - 2 * g}.{part}")!);
                }
            }
        manual_seed(2);
        Tensor rows = randn(5, 2);
        Tensor together = masked.call(rows), separate = cat([apart[0].call(rows), apart[1].call(rows)], 1);
        together.square().sum().backward();
        separate.square().sum().backward();

        Assert.IsTrue(together.allclose(separate, 1e-5, 1e-6));
        for (int g = 0; g < 2; g++)
            for (int e = 0; e < 2; e++)
                Assert.IsTrue(Gradient(masked, $"level0/group/{g}/{e}/0").allclose(
                    Gradient(apart[g], $"level0/shared/{e}/0"), 1e-4, 1e-6), $"group {g}, expert {e}");
    }

    /// <summary>A task that helps a group sees its experts, too, and trains them.</summary>
    [TestMethod]
    public void Gradient_OfAHelper_ReachesBothGroups()
    {
        (string[] trained, _) = Made.Gradients(
            Made.Of("mmoe(experts=0; groups=0,1|(1),2; group-experts=1; hidden=4)", Made.Binary(3)), 1);

        CollectionAssert.IsSubsetOf(new[] { "level0/group/0/0/0", "level0/group/1/0/0" }, trained);
    }

    [TestMethod]
    public void WithGroups_Grouping_IsTheSetting() => Assert.AreEqual("ple(groups=0,2|1; levels=1)",
        TorchArchitectures.WithGroups("ple(levels=1)", TaskGrouping.Parse("0,2|1")));

    private static void Copy((Tensor Weight, Tensor? Bias) from, (Tensor Weight, Tensor? Bias) to)
    {
        to.Weight.copy_(from.Weight);
        to.Bias!.copy_(from.Bias!);
    }

    private static Tensor Gradient(MultiTaskModule module, string name)
    {
        LinearBank bank = Made.Banks(module).Single(b => b.Names.Contains(name));
        return bank.Weight.grad![bank.Names.ToList().IndexOf(name)];
    }
}
