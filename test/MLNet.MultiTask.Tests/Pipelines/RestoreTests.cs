using System.Diagnostics.Metrics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Tests.Pipelines;

[TestClass]
[DoNotParallelize]
public sealed class RestoreTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly List<LoggingEventArgs> _log = [];

    public RestoreTests() => _context.Log += (_, e) => _log.Add(e);

    [TestMethod]
    public void Load_UnknownValues_AreCountedOnTheMeter()
    {
        ITransformer loaded = Reloaded(Pipeline().Fit(View()), View());
        Dictionary<string, long> counted = Count(() => Read(loaded, View(strange: true)));
        CollectionAssert.AreEquivalent(new Dictionary<string, long> { ["School"] = 40, ["Income"] = 2 }, counted);
        Assert.IsEmpty(Count(() => Read(loaded, View())));
    }

    [TestMethod]
    public void Transform_UnknownValues_AreCountedOnTheMeter()
    {
        ITransformer model = Pipeline().Fit(View());
        Dictionary<string, long> counted = Count(() => Read(model, View(strange: true)));
        CollectionAssert.AreEquivalent(new Dictionary<string, long> { ["School"] = 40, ["Income"] = 2 }, counted);
    }

    [TestMethod]
    public void Restore_LoadedPipeline_LogsUnknownValuesAndHasTheBitsAndAnnotations()
    {
        ITransformer model = Pipeline().Fit(View());
        ITransformer restored = _context.MultiTask().Restore(Reloaded(model, View()));
        CollectionAssert.AreEqual(Read(model, View()), Read(restored, View()));
        Assert.AreEqual(model.Transform(View()).Schema.ToString(), restored.Transform(View()).Schema.ToString());
        Assert.IsFalse(_log.Any(e => e.RawMessage.Contains("there in training")));

        Read(restored, View(strange: true));
        LoggingEventArgs warned = _log.Single(e => e.Kind == ChannelMessageKind.Warning
            && e.RawMessage.Contains("there in training"));
        StringAssert.Contains(warned.RawMessage, "in all of 40 rows: column 'School' 40 (such as 'Harvard')");
        FeaturizeTransformer featurize = ((IEnumerable<ITransformer>)restored).OfType<FeaturizeTransformer>().Single();
        Assert.AreEqual(40, featurize.UnknownCounts["School"]);
    }

    [TestMethod]
    public void Restore_OneTransformerAlone_IsOfItsType()
    {
        FeaturizeTransformer featurize = _context.MultiTask().Featurize("School").Fit(View());
        Assert.IsInstanceOfType<FeaturizeTransformer>(_context.MultiTask().Restore(Reloaded(featurize, View())));
        Assert.AreSame(featurize, _context.MultiTask().Restore(featurize));
    }

    [TestMethod]
    public void Restore_NothingOfOurs_IsTheModelItself()
    {
        ITransformer model = Reloaded(_context.Transforms.NormalizeMeanVariance("Age").Fit(View()), View());
        Assert.AreSame(model, _context.MultiTask().Restore(model));
        Assert.ThrowsExactly<ArgumentNullException>(() => _context.MultiTask().Restore(null!));
    }

    [TestMethod]
    public void Restore_AffinityAndGroups_StayAsTheyAre()
    {
        IDataView data = Sample.View(_context);
        ITransformer model = _context.MultiTask().Affinity.LabelCorrelation(Sample.Options().Tasks)
            .Append(_context.MultiTask().Grouping.SemidefiniteProgram(groupCount: 2))
            .Append(_context.MultiTask().Trainers.SharedBottom(Sample.Options())).Fit(data);
        ITransformer restored = _context.MultiTask().Restore(Reloaded(model, data));
        Assert.AreEqual(1, ((IEnumerable<ITransformer>)restored).OfType<MultiTaskPredictionTransformer>().Count());
        Assert.IsNotNull(restored.Transform(data).Schema.GetColumnOrNull("TaskAffinity"));
    }

    private EstimatorChain<MultiTaskPredictionTransformer> Pipeline() =>
        _context.MultiTask().Featurize("School", "Income", "Age").Append(
            _context.MultiTask().Trainers.SharedBottom([TaskColumn.Binary("Pass")], training: new() { MaxEpochs = 3 }));

    private IDataView View(bool strange = false) => _context.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i =>
        new
        {
            School = strange ? "Harvard" : i % 3 == 0 ? "Yale" : "Brown",
            Income = strange && i < 2 ? "much" : $"{1000 + 7 * i}",
            Age = (float)i,
            Pass = i % 3 == 0 == (i % 7 != 0),
        }));

    private ITransformer Reloaded(ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        _context.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        return _context.Model.Load(stream, out _);
    }

    private static float[] Read(ITransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float>("Score.Pass")];

    private static Dictionary<string, long> Count(Action work)
    {
        Dictionary<string, long> counts = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "multitask.features.unknown_cells")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, cells, tags, _) =>
        {
            string column = (string)tags[0].Value!;
            lock (counts)
                counts[column] = counts.GetValueOrDefault(column) + cells;
        });
        listener.Start();
        work();
        return counts;
    }
}
