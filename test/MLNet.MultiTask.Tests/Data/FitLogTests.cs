using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public class FitLogTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly List<LoggingEventArgs> _log = [];

    public FitLogTests() => _context.Log += (_, e) => _log.Add(e);

    [TestMethod]
    public void Fit_OutputsThatHideColumns_AreSaidOnce()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Sample.Rows(60));
        data = _context.Transforms.CopyColumns("Score.Big", "Weight").Append(
            _context.Transforms.CopyColumns("Probability.Big", "Weight")).Fit(data).Transform(data);
        _context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Binary("Big"))).Fit(data);
        Assert.AreEqual(1, _log.Count(e => e.RawMessage ==
            "The input's columns 'Score.Big', 'Probability.Big' are hidden behind the output of the same name"));

        _context.MultiTask().Featurize("Weight").Fit(data);
        Assert.AreEqual(1, _log.Count(e => e.RawMessage ==
            "The input's column 'Features' is hidden behind the output of the same name"));
        _log.Clear();
        _context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Binary("Big"))).Fit(Sample.View(_context));
        Assert.IsFalse(_log.Any(e => e.RawMessage.Contains("hidden")));
    }

    [TestMethod]
    [DataRow(1e9, true)]
    [DataRow(1e4, false)]
    public void Fit_TargetsFarFromZero_WarnsOfTheScoresDigits(double offset, bool warns)
    {
        IDataView data = _context.Data.LoadFromEnumerable(Sample.Rows(80)
            .Select(r => new FarRow { Features = r.Features, Time = offset + r.Amount }));
        _context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Regression("Time"))).Fit(data);
        LoggingEventArgs[] warnings = [.. _log.Where(e => e.Kind == ChannelMessageKind.Warning
            && e.RawMessage.Contains("single precision"))];

        Assert.HasCount(warns ? 1 : 0, warnings);
        if (warns)
            StringAssert.Contains(warnings[0].RawMessage, "the targets of task 'Time' are about 1E+09 with standard " +
                "deviation 2");
    }

    private sealed class FarRow
    {
        [Microsoft.ML.Data.VectorType(3)]
        public float[] Features { get; set; } = [];

        public double Time { get; set; }
    }
}
