using System.Globalization;
using MLNet.MultiTask.Tool.Variants;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tool.Tests.Variants;

[TestClass]
public sealed class NetworkProgressTests
{
    [TestMethod]
    public void Report_EpochOfAGroup_SaysPercentOfTheMostItCanTake()
    {
        string said = "";
        var options = new TrainingOptions { MaxEpochs = 10, MaxSteps = null };
        var progress = new NetworkProgress(4, options, text => said = text);

        progress.Report(new TrainingProgress(4, 80, 0.5, 0.625, [], 1e-3f, 1.5) { Group = 2 });

        Assert.AreEqual("60 %, network 3 of 4, epoch 4 (80 updates), loss 0.5, validation loss 0.625, 1.5 s", said);
    }

    [TestMethod]
    public void Report_StepsRunOutBeforeEpochs_CountsSteps()
    {
        string said = "";
        var progress =
            new NetworkProgress(1, new TrainingOptions { MaxEpochs = 500, MaxSteps = 100 }, text => said = text);

        progress.Report(new TrainingProgress(5, 100, 0.5, 0.5, [], 1e-3f, 1));

        StringAssert.StartsWith(said, "100 %, network 1 of 1");
    }

    [TestMethod]
    public void Train_Groups_ReportTheirNumbersAndRisingShares()
    {
        using var folder = new TemporaryFolder();
        DataSet data = DataSet.Read(new DataDescription
        {
            Path = folder.Write("d.csv", SmallData.Lines()),
            Labels = [new("buys", TaskKind.Binary), new("spends", TaskKind.Regression)],
            Ignored = ["id", "grade", "w"],
        }, DataSplit.DefaultSeed, null, CancellationToken.None);
        var said = new List<double>();
        var options = new TrainingOptions { Hidden = [4], MaxEpochs = 5 };
        SharedBottomLearner.TrainGroups(data.Table, data.TrainingRows, TaskGrouping.Single(2), options with
        {
            Progress = new NetworkProgress(2, options,
                text => said.Add(double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture))),
        });

        CollectionAssert.AreEqual(new double[] { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 }, said);
    }
}
