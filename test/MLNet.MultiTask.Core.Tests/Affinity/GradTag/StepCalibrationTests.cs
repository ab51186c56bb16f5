using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class StepCalibrationTests
{
    private static readonly (TaskTable Table, TaskGrouping Planted) s_data =
        MultiTabBench.Generate(new() { Rows = 400, GroupSizes = [3, 3], Noise = 0.5, Seed = 2 });
    private static readonly RowSplit s_split = RowSplit.Random(400, 0.3, 1);

    private static GradTagOptions Options(CalibrationCriterion criterion) => new()
    {
        Stage = BaseStage.BestValidation,
        Bases = 1,
        Calibration = criterion,
        CalibrationProbes = 5,
        FineTuningEpochs = 4,
        Training = new() { Hidden = [12], LearningRate = 3e-3f, MaxEpochs = 6, Patience = null },
    };

    // The criteria, written out anew, over the same probes and candidates.
    [TestMethod]
    [DataRow(CalibrationCriterion.Balanced), DataRow(CalibrationCriterion.RelativeError),
        DataRow(CalibrationCriterion.LossChange), DataRow(CalibrationCriterion.StepLength)]
    public void Run_EveryCriterion_TakesTheCandidateThatIsBestByIt(CalibrationCriterion criterion)
    {
        GradTagOptions options = Options(criterion);
        GradTagModel model = GradTagModel.Fit(s_data.Table, s_split, options, CancellationToken.None);
        LinearizedNetwork one = model.Bases[0];
        int[][] probes = AffinitySubsets.HoldOut(6, 5, new RandomStream(options.Seed, "probes").NextUInt64());
        Assert.HasCount(5, probes);
        var truth = new SubsetTruth(s_data.Table, s_split, probes, options.Training, options.Seed, 2,
            CancellationToken.None);
        double[][] real = truth.FineTuned([one.Network], 4, 1).Mean;
        double length = truth.RelativeSteps(one.Network, 4).Average();
        Assert.IsTrue(length is > 0.001 and < 1, $"relative step {length}");

        double Error(double epochs)
        {
            (double[] Losses, double RelativeStep)[] predicted =
                one.Predict(probes, new StepLength(null, epochs));
            double[] a = [.. predicted.SelectMany(p => p.Losses)], b = [.. real.SelectMany(r => r)];
            return criterion switch
            {
                CalibrationCriterion.RelativeError => a.Zip(b, (x, y) => Math.Abs(x - y)).Sum(),
                CalibrationCriterion.Balanced => a.Zip(b, (x, y) => Math.Abs(x - y)).Sum() * Math.Sqrt(Spread(a, b)),
                CalibrationCriterion.LossChange => Math.Abs(a.Average() - b.Average()),
                _ => Math.Abs(Math.Log(predicted.Average(p => p.RelativeStep)) - Math.Log(length)),
            };
        }
        // Squares of differences between real and predicted, each less its task's mean over the probes.
        double Spread(double[] a, double[] b)
        {
            int[] tasks = [.. probes.SelectMany(p => p)];
            return Enumerable.Range(0, 6).Sum(t =>
            {
                double[] gap = [.. Enumerable.Range(0, tasks.Length).Where(i => tasks[i] == t).Select(i => a[i]
                    - b[i])];
                return gap.Sum(g => (g - gap.Average()) * (g - gap.Average()));
            });
        }
        double[] candidates = [.. Enumerable.Range(-2, 7).Select(k => 4 * Math.Pow(2, 0.5 * k))];
        Assert.AreEqual(candidates.MinBy(Error), model.Length.Epochs, 1e-9);
    }

    [TestMethod]
    public void Run_OneProbe_BalancedIsTheRelativeError()
    {
        StepLength Length(CalibrationCriterion criterion) =>
            GradTagModel.Fit(s_data.Table, s_split, Options(criterion) with { CalibrationProbes = 1 },
                CancellationToken.None).Length;
        Assert.AreEqual(Length(CalibrationCriterion.RelativeError), Length(CalibrationCriterion.Balanced));
    }

    [TestMethod]
    public void Validate_NoProbes_NamesRangeAndValue()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GradTagOptions { CalibrationProbes =
            0 }.Validate());
        StringAssert.Contains(error.Message, "CalibrationProbes must be at least 1");
    }
}
