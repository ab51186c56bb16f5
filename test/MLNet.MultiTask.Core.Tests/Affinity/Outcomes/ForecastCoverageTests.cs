using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Evaluation;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>The errors of forecasts, held against groups that are really trained.</summary>
[TestClass]
public sealed class ForecastCoverageTests
{
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(3, 2)]
    [DataRow(5, 4)]
    public void PredictTraining_GeneratedSets_NineOfTenLossesLieWithinTheirIntervals(int first, int second)
    {
        const ulong sets = 6;
        double common = 0, own = 0;
        for (ulong seed = 1; seed <= sets; seed++)
        {
            (TaskTable table, _) =
                MultiTabBench.Generate(new() { Rows = 200, GroupSizes = [first, second], Noise = 1, Seed = seed });
            var estimator = new GradTagAffinity(new()
            {
                Seed = seed,
                Training = new() { Hidden = [16], LearningRate = 3e-3f, MaxEpochs = 60, Patience = 15 },
            });
            AffinityValidationResult result = AffinityValidation.Run(table, RowSplit.Random(200, 0.25, seed), estimator,
                new() { HoldOut = 30, Runs = 6, FineTuningEpochs = 1 });
            common += result.FromScratch!.Coverage / sets;
            own += result.OwnBest!.Coverage / sets;
        }
        Assert.IsTrue(common is >= 0.85 and <= 0.95 && own is >= 0.85 and <= 0.95, $"common {common}, own {own}");
    }
}
