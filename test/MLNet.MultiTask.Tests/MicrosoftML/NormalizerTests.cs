using Microsoft.ML;
using Microsoft.ML.Data;
using ReplacementMode = Microsoft.ML.Transforms.MissingValueReplacingEstimator.ReplacementMode;

namespace MLNet.MultiTask.Tests.MicrosoftML;

/// <summary>Numbers worked out by hand from the definitions.</summary>
[TestClass]
public sealed class NormalizerTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void NormalizeMeanVariance_Default_DividesByRootMeanSquare()
    {
        // fixZero keeps zero where it is: scale = 1 / sqrt(variance + mean^2) = 1 / sqrt((1 + 4 + 9) / 3).
        float[] normalized = Normalize(_context.Transforms.NormalizeMeanVariance("Value"), 1, 2, 3);

        AssertClose([1 / MathF.Sqrt(14f / 3), 2 / MathF.Sqrt(14f / 3), 3 / MathF.Sqrt(14f / 3)], normalized);
    }

    [TestMethod]
    public void NormalizeMeanVariance_NotFixZero_CentresAndUsesPopulationDeviation()
    {
        float[] normalized = Normalize(_context.Transforms.NormalizeMeanVariance("Value", fixZero: false), 1, 2, 3);

        AssertClose([-1 / MathF.Sqrt(2f / 3), 0, 1 / MathF.Sqrt(2f / 3)], normalized);
    }

    [TestMethod]
    public void NormalizeMeanVariance_Cdf_MapsMeanToOneHalf()
    {
        float[] normalized = Normalize(_context.Transforms.NormalizeMeanVariance("Value", useCdf: true), 1, 2, 3);

        // The normal distribution function at one standard deviation of 1.2247 is 0.88966.
        AssertClose([1 - 0.88966f, 0.5f, 0.88966f], normalized, 2e-4f);
    }

    [TestMethod]
    public void NormalizeMeanVariance_NaN_IsLeftOutAndStays()
    {
        float[] normalized = Normalize(
            _context.Transforms.NormalizeMeanVariance("Value", fixZero: false), 1, float.NaN, 3);

        AssertClose([-1, float.NaN, 1], normalized);
    }

    [TestMethod]
    public void NormalizeMeanVariance_Constant_BecomesZero()
        => AssertClose([0, 0], Normalize(_context.Transforms.NormalizeMeanVariance("Value"), 7, 7));

    [TestMethod]
    public void NormalizeMeanVariance_MaximumExampleCount_LearnsFromTheFirstRows()
    {
        float[] normalized = Normalize(
            _context.Transforms.NormalizeMeanVariance("Value", maximumExampleCount: 2, fixZero: false), 1, 3, 9);

        AssertClose([-1, 1, 7], normalized);
    }

    [TestMethod]
    public void NormalizeMinMax_Default_DividesByLargestMagnitude()
        => AssertClose([-1, 0.25f, 0.5f], Normalize(_context.Transforms.NormalizeMinMax("Value"), -8, 2, 4));

    [TestMethod]
    public void NormalizeMinMax_NotFixZero_MapsToUnitInterval()
        => AssertClose([0, 0.5f, 1], Normalize(_context.Transforms.NormalizeMinMax("Value", fixZero: false), 2, 4, 6));

    [TestMethod]
    public void NormalizeMeanVariance_Vector_IsPerSlotAndMarkedNormalized()
    {
        IDataView view = _context.Data.LoadFromEnumerable<Features>(
            [new() { Values = [1, 10] }, new() { Values = [3, 30] }]);

        IDataView normalized =
            _context.Transforms.NormalizeMeanVariance("Features", fixZero: false).Fit(view).Transform(view);

        AssertClose([-1, -1], normalized.GetColumn<float[]>("Features").First());
        Assert.IsTrue(normalized.Schema["Features"].IsNormalized());
        Assert.IsFalse(view.Schema["Features"].IsNormalized());
    }

    [TestMethod]
    public void NormalizeMinMax_Text_IsRefusedBeforeAndInFit()
    {
        IDataView view = _context.Data.LoadFromEnumerable<Word>([new() { Text = "a" }]);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Transforms.NormalizeMinMax("Text").Fit(view));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _context.Transforms.NormalizeMinMax("Nothing").Fit(view));
    }

    [TestMethod]
    public void ReplaceMissingValues_Modes_ReplaceNaN()
    {
        MissingCase[] cases =
        [
            new(ReplacementMode.DefaultValue, 0),
            new(ReplacementMode.Mean, 3),
            new(ReplacementMode.Minimum, 1),
            new(ReplacementMode.Maximum, 5),
        ];
        foreach (MissingCase c in cases)
        {
            AssertClose([1, c.Expected, 5],
                Normalize(_context.Transforms.ReplaceMissingValues("Value", replacementMode: c.Mode), 1, float.NaN, 5));
        }
    }

    [TestMethod]
    public void ReplaceMissingValues_Mode_IsTheFirstToBeMostFrequent()
    {
        float[] replaced = Normalize(
            _context.Transforms.ReplaceMissingValues("Value", replacementMode: ReplacementMode.Mode),
            1, 2, 2, 1, float.NaN);

        AssertClose([1, 2, 2, 1, 2], replaced);
    }

    [TestMethod]
    public void ReplaceMissingValues_Vector_IsPerSlotUnlessToldOtherwise()
    {
        IDataView view = _context.Data.LoadFromEnumerable<Features>(
            [new() { Values = [1, 10] }, new() { Values = [float.NaN, 30] }, new() { Values = [3, float.NaN] }]);

        float[] bySlot = Mean(view, imputeBySlot: true);
        float[] across = Mean(view, imputeBySlot: false);

        AssertClose([1, 10, 2, 30, 3, 20], bySlot);
        AssertClose([1, 10, 11, 30, 3, 11], across);
    }

    private float[] Mean(IDataView view, bool imputeBySlot)
        => _context.Transforms.ReplaceMissingValues("Features", null, ReplacementMode.Mean, imputeBySlot)
            .Fit(view).Transform(view).GetColumn<float[]>("Features").SelectMany(row => row).ToArray();

    private static void AssertClose(float[] expected, float[] actual, float tolerance = 1e-6f)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance, $"slot {i}");
    }

    private float[] Normalize(IEstimator<ITransformer> estimator, params float[] values)
    {
        IDataView view = _context.Data.LoadFromEnumerable(values.Select(v => new Measured { Value = v }).ToArray());
        return estimator.Fit(view).Transform(view).GetColumn<float>("Value").ToArray();
    }

    private sealed record MissingCase(
        ReplacementMode Mode, float Expected);
}
