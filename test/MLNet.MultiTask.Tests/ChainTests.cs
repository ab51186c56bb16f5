using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests;

/// <summary>Our components between ML.NET's own, as its chains treat them.</summary>
[TestClass]
public class ChainTests
{
    private static readonly TaskColumn[] Tasks = [TaskColumn.Binary("Big"), TaskColumn.Regression("Amount")];

    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Transform_WholeChain_OpensNoCursorBeforeOneIsAskedFor()
    {
        var source = new CountingView(Sample.View(_context));
        IDataView scored = Pipeline().Fit(Sample.View(_context)).Transform(source);
        Assert.IsNotNull(scored.Schema["Score.Big"].Type);
        Assert.AreEqual(0, source.Cursors);

        Sample.Column<float>(scored, "Score.Big");

        Assert.AreEqual(1, source.Cursors);
        Assert.AreEqual(200, source.Rows);
    }

    [TestMethod]
    public void GetRowCursor_OneScore_AsksTheSourceForOurDependenciesOnly()
    {
        var source = new CountingView(Sample.View(_context));
        IDataView scored = Pipeline().Fit(Sample.View(_context)).Transform(source);

        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score.Amount"]]);

        CollectionAssert.AreEqual((string[])["Features"], source.Columns);
    }

    [TestMethod]
    public void Fit_SecondStageRefuses_LeavesTheFirstUnfitted()
    {
        var source = new CountingView(Sample.View(_context));
        var pipeline = _context.MultiTask().Affinity.LabelCorrelation(Tasks)
            .Append(_context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Binary("Nowhere"))));

        string message = Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.Fit(source)).Message;

        StringAssert.Contains(message, "Could not find label column 'Nowhere'");
        Assert.AreEqual(0, source.Cursors);
    }

    [TestMethod]
    public void Fit_AfterCacheCheckpoint_ReadsEveryColumnOnce()
    {
        var source = new CountingView(Sample.View(_context));
        var pipeline = _context.Transforms.CopyColumns("Copy", "Features")
            .AppendCacheCheckpoint(_context)
            .Append(_context.MultiTask().Affinity.LabelCorrelation(Tasks))
            .Append(_context.MultiTask().Grouping.SemidefiniteProgram(groupCount: 1))
            .Append(_context.MultiTask().Trainers.SharedBottom(Sample.Options(Tasks)));

        pipeline.Fit(source);

        CollectionAssert.AreEquivalent((string[])["Features", "Big", "Amount"], source.Columns);
    }

    [TestMethod]
    public void GetRowToRowMapper_WholeChain_GivesOneRowAsTransformDoes()
    {
        IDataView data = Sample.View(_context);
        TransformerChain<MultiTaskPredictionTransformer> model = Pipeline().Fit(data);
        IRowToRowMapper mapper = ((ITransformer)model).GetRowToRowMapper(data.Schema);
        DataViewSchema.Column score = mapper.OutputSchema["Score.Amount"];
        using DataViewRowCursor cursor = data.GetRowCursor(mapper.GetDependencies([score]));
        using DataViewRow row = mapper.GetRow(cursor, [score]);
        ValueGetter<float> getter = row.GetGetter<float>(score);

        cursor.MoveNext();
        float value = 0;
        getter(ref value);

        Assert.AreEqual(Sample.Column<float>(model.Transform(data), "Score.Amount")[0], value);
    }

    private EstimatorChain<MultiTaskPredictionTransformer> Pipeline() =>
        _context.Transforms.NormalizeMeanVariance("Features")
            .Append(_context.MultiTask().Trainers.SharedBottom(Sample.Options(Tasks)));
}
