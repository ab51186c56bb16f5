using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Core.Tests.Data;

[TestClass]
public class DataPartsTests
{
    [TestMethod]
    public void Difference_SomeCells_NamesTheirColumnsAndTheShareOfRows()
    {
        TaskTable table = Problems.Mixed(400);
        float[] features = table.Features.ToArray(), labels = [.. table.Labels];
        features[5 * 7 + 2] += 1;
        labels[3 * 9 + 1] = float.IsNaN(labels[3 * 9 + 1]) ? 0 : float.NaN;
        var other = new TaskTable(features, 5, table.Tasks, labels, table.Weights);

        Assert.AreEqual("other data: feature 2, label 'class' differ, in at most 1 % of the rows",
            DataParts.Difference(DataParts.Of(table), DataParts.Of(other)));
        Assert.IsNull(DataParts.Difference(DataParts.Of(table), DataParts.Of(Problems.Mixed(400))));
    }

    [TestMethod]
    public void Difference_NamedFeatures_SaysTheNames()
    {
        TaskTable table = Named(1), other = Named(2);
        Assert.AreEqual("other data: feature 'City=Bern old' differs, in at most 33.3 % of the rows",
            DataParts.Difference(DataParts.Of(table), DataParts.Of(other)));

        static TaskTable Named(float cell) => new([0, 1, 2, 3, 4, cell], 2, [Problems.Binary], [0, 1, 0])
        {
            FeatureNames = ["x", "City=Bern\told"],
        };
    }
}
