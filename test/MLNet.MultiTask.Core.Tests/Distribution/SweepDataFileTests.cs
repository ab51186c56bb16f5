using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Distribution;

[TestClass]
public sealed class SweepDataFileTests
{
    [TestMethod]
    [DataRow(false, false, false)]
    [DataRow(true, true, false)]
    [DataRow(false, true, true)]
    public void Read_WhatWasWritten_TrainsToTheSameBits(bool isSparse, bool hasWeights, bool hasMissing)
    {
        TaskTable table = Table(isSparse, hasWeights, hasMissing);
        var options = new SweepOptions { Learners = [new SweepLearner(new LinearLearner())], Folds = 2 };
        var data = new SweepData(table, SweepFold.Of(table, options));
        SweepData copy = SweepDataFile.Read(new MemoryStream(Bytes(data)));
        Assert.AreEqual(table.ContentHash, copy.Table.ContentHash);
        CollectionAssert.AreEqual(Texts(table), Texts(copy.Table));
        Assert.AreEqual(isSparse, copy.Table.Features.IsSparse);
        CollectionAssert.AreEqual(Bytes(data), Bytes(copy));
        if (hasMissing)
            return;
        for (int fold = 0; fold < 2; fold++)
            CollectionAssert.AreEqual(Losses(data, fold), Losses(copy, fold));
    }

    [TestMethod]
    public void Read_AnyBitFlipped_IsRefused()
    {
        TaskTable table = Table(isSparse: false, hasWeights: false, hasMissing: false);
        byte[] bytes = Bytes(new SweepData(table, SweepFold.Of(table, new SweepOptions
        {
            Learners = [new SweepLearner(new LinearLearner())], Folds = 1,
        })));
        for (int at = 0; at < bytes.Length; at += 37)
        {
            bytes[at] ^= 4;
            Assert.ThrowsExactly<ModelFormatException>(() => SweepDataFile.Read(new MemoryStream(bytes)), $"byte {at}");
            bytes[at] ^= 4;
        }
    }

    private static string[] Texts(TaskTable table) =>
        [.. table.Tasks.Select(t => $"{t.Name} {t.Kind} {string.Join(',', t.ClassNames)} {t.Weight} {t.Offset}")];

    private static double[] Losses(SweepData data, int fold)
    {
        var point = new SweepPoint(TaskGrouping.All(3), "linear");
        return [.. new GroupTraining(data, fold, [0, 2], point.Groups[0], new LinearLearner()).Train(1, default)
            .Losses];
    }

    private static byte[] Bytes(SweepData data)
    {
        using var stream = new MemoryStream();
        SweepDataFile.Write(data, stream);
        return stream.ToArray();
    }

    private static TaskTable Table(bool isSparse, bool hasWeights, bool hasMissing)
    {
        const int Rows = 60, Columns = 70;
        var random = new Random(3);
        float[] cells = [.. Enumerable.Range(0, Rows * Columns).Select(i => random.Next(12) == 0 ? 1 + i % 3 : 0f)];
        if (hasMissing)
            cells[5] = float.NaN;
        var features = new FeatureMatrix(cells, Columns);
        if (isSparse)
        {
            var builder = new MLNet.MultiTask.Data.FeatureMatrixBuilder(Columns);
            for (int r = 0; r < Rows; r++)
                builder.Add(cells.AsSpan(r * Columns, Columns));
            features = builder.Build();
        }
        float[] labels = [.. Enumerable.Range(0, Rows * 3).Select(i => random.Next(5) == 0 ? float.NaN
            : i % 3 == 1 ? random.Next(2) : i % 3 == 2 ? random.Next(3) : random.NextSingle())];
        float[]? weights = hasWeights ? [.. labels.Select(_ => random.NextSingle() + 0.5f)] : null;
        return new TaskTable(features, [new TaskInfo("a", TaskKind.Regression), new TaskInfo("b", TaskKind.Binary),
            new TaskInfo("c", TaskKind.Multiclass, ["x", "y", "z"])], labels, weights, hasMissing);
    }
}
