using MLNet.MultiTask.Benchmarks.Generators;

namespace MLNet.MultiTask.Benchmarks.Tests.Generators;

[TestClass]
public class PlantedBedsTests
{
    [TestMethod]
    public void Create_EveryBed_SplitIsDisjointAndSeedDecidesTheData()
    {
        foreach ((string name, _) in PlantedBeds.All)
        {
            PlantedBed one = PlantedBeds.Create(name, 3), same = PlantedBeds.Create(name, 3),
                other = PlantedBeds.Create(name, 4);
            CollectionAssert.AreEqual(one.Table.Labels, same.Table.Labels, name);
            Assert.AreEqual(one.Table.ContentHash, same.Table.ContentHash, name);
            Assert.AreNotEqual(one.Table.ContentHash, other.Table.ContentHash, name);
            int[] rows = [.. one.Split.Train, .. one.Split.Validation, .. one.Test];
            CollectionAssert.AreEqual(Enumerable.Range(0, one.Table.RowCount).ToArray(), rows.Order().ToArray(), name);
            Assert.AreEqual(one.Table.Tasks.Count, one.Planted.TaskCount, name);
        }
    }

    [TestMethod]
    [DataRow("mtb", 375, 125, "0,1,2,3|4,5,6,7|8,9,10,11")]
    [DataRow("indexed", 3000, 990, "0,1,2|3,4,5,6|7,8,9,10,11|12,13,14,15,16,17,18,19|20,21,22,23,24,25,26,27,28,29")]
    [DataRow("disjoint", 225, 75, "0,1,2,3|4,5,6,7|8,9,10,11|12,13,14,15|16,17,18,19")]
    [DataRow("permuted-digits", 640, 240, "0,1,2,3|4,5,6,7|8,9,10,11|12,13,14,15")]
    [DataRow("misleading", 1500, 500, "0,1,2,3|4,5,6,7|8,9,10,11")]
    public void Create_Bed_HasItsRowsAndGroups(string name, int train, int validation, string planted)
    {
        PlantedBed bed = PlantedBeds.Create(name, 1);
        Assert.AreEqual((train, validation), (bed.Split.Train.Length, bed.Split.Validation.Length));
        Assert.AreEqual(planted, bed.Planted.ToString());
    }

    [TestMethod]
    public void Create_UnknownBed_ListsAll() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => PlantedBeds.Create("mtp", 1)).Message,
        "There is no bed 'mtp'; expected one of mtb, indexed, disjoint, permuted-digits, misleading");

    // The kernel of the random features: exp(−s²δ²/2), here at δ = 0, 1 and 2 along one axis with s = 1/2.
    [TestMethod]
    public void CosineFunction_ManyDraws_CovarianceIsTheGaussianKernel()
    {
        const int draws = 4000;
        double[] products = new double[3];
        for (int i = 0; i < draws; i++)
        {
            var f = new CosineFunction(new RandomStream(5, "test", i), 3, 0.5);
            double here = f.At([0.3f, -1, 0.5f]);
            for (int d = 0; d < 3; d++)
                products[d] += here * f.At([0.3f, -1, 0.5f + d]) / draws;
        }
        for (int d = 0; d < 3; d++)
            Assert.AreEqual(Math.Exp(-0.125 * d * d), products[d], 0.06, $"distance {d}");
    }

    [TestMethod]
    public void Indexed_Targets_ShareNineTenthsWithinAGroupAndNothingAcross()
    {
        var options = new IndexedBedOptions { GroupSizes = [2, 2] };
        double within = 0, across = 0, spread = 0;
        for (ulong seed = 1; seed <= 400; seed++)
        {
            Func<ReadOnlySpan<float>, double>[] f =
                IndexedBed.Targets(options with { Seed = seed }, [0, 0, 1, 1]);
            float[] x = [0.1f, 0.2f, -0.3f, 1, -1];
            within += Math.Pow(f[0](x) - f[1](x), 2) / 400;
            across += f[0](x) * f[2](x) / 400;
            spread += f[0](x) * f[0](x) / 400;
        }
        Assert.AreEqual(0.02, within, 0.005, "variance of the difference of two own parts of .1 each");
        Assert.AreEqual(0, across, 0.12);
        Assert.AreEqual(0.82, spread, 0.15);
    }

    [TestMethod]
    public void Indexed_Labels_OnePerRowAndMadeByTheTarget()
    {
        var options = new IndexedBedOptions { TestRows = 5, Seed = 2 };
        PlantedBed bed = IndexedBed.Create(options);
        Func<ReadOnlySpan<float>, double>[] f = IndexedBed.Targets(options, bed.Planted.ToAssignment());
        for (int row = 0; row < bed.Table.RowCount; row++)
        {
            int task = Enumerable.Range(0, 30).Single(t => bed.Table.IsObserved(row, t));
            Assert.AreEqual(f[task](bed.Table.FeatureRow(row)), bed.Table.Label(row, task), 1e-5);
        }
    }

    // Rows that agree in a group's two features differ in the group's labels by noise only: 2 · .3².
    [TestMethod]
    public void Disjoint_Labels_DependOnTheOwnFeaturesAlone()
    {
        PlantedBed bed = DisjointBed.Create(new() { TestRows = 20000, Seed = 3 });
        int[] near = [.. Enumerable.Range(0, bed.Table.RowCount).Where(row => Math.Abs(bed.Table.Features[row, 2]) < 0.1
            && Math.Abs(bed.Table.Features[row, 3]) < 0.1)];
        Assert.IsTrue(near.Length > 50);
        for (int task = 0; task < 20; task++)
        {
            double[] labels = [.. near.Select(row => (double)bed.Table.Label(row, task))];
            double deviation = Math.Sqrt(labels.Average(l => Math.Pow(l - labels.Average(), 2)));
            if (task is >= 4 and < 8)
                Assert.AreEqual(0.3, deviation, 0.08, $"task {task} looks at features 2 and 3");
            else
                Assert.IsTrue(deviation > 0.4, $"task {task} does not, {deviation}");
        }
    }

    [TestMethod]
    public void PermutedDigits_DevicesOfOneMake_SeeTestImagesInTheSameOrder()
    {
        PlantedBed bed = PermutedDigitsBed.Create(new() { Seed = 2 });
        for (int image = 0; image < 600; image += 97)
        {
            float[] first = Row(0, image), partner = Row(3, image), stranger = Row(4, image);
            CollectionAssert.AreEqual(first, partner);
            CollectionAssert.AreNotEqual(first, stranger);
        }
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 64).ToArray(), PermutedDigitsBed.Order(2, 1));

        float[] Row(int device, int image) => bed.Table.FeatureRow(bed.Test[device * 600 + image]).ToArray();
    }

    [TestMethod]
    public void PermutedDigits_MoreImagesThanThereAre_SaysHowMany() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => PermutedDigitsBed.Create(new() { Devices = 40 })).Message,
        "160 devices with 55 images each and 600 test images need 9400 images");
}
