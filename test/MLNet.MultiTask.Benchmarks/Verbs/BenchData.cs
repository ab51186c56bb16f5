using System.Diagnostics;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>A table with the rows of the published baselines' split.</summary>
internal sealed class BenchData
{
    private const int TimedRows = 300;

    public BenchData(TaskTable table, int[] train, int[] validation, int[] test)
    {
        (Table, Train, Validation, Test) = (table, train, validation, test);
        Scores = new float[table.Tasks.Sum(t => t.OutputCount)];
    }

    public TaskTable Table { get; }

    public int[] Train { get; }

    public int[] Validation { get; }

    public int[] Test { get; }

    /// <summary>Where models put the scores of a row.</summary>
    public float[] Scores { get; }

    /// <summary>The set's metric in the published baselines.</summary>
    public string MetricName => Table.Tasks[0].Kind switch
    {
        TaskKind.Binary => "auc", TaskKind.Multiclass => "logloss", _ => "rrmse",
    };

    /// <summary>Whether more is better.</summary>
    public bool HigherIsBetter => MetricName == "auc";

    /// <summary>A set of the manifest, as the published baselines take it.</summary>
    public static BenchData Read(string manifest, string name, CancellationToken cancellationToken)
    {
        var preset = new QualityBaselines();
        DataSet data = DataSet.Read(preset.Apply(Manifest.Read(manifest, name), name), DataSplit.DefaultSeed,
            preset.MaxRows, cancellationToken);
        return new BenchData(data.Table, data.Split.Train, data.Split.Validation, data.Split.Test);
    }

    /// <summary>The macro metric on the test rows of what a model puts into <see cref="Scores"/>.</summary>
    public double Macro(Scorer score) => Macro(Test, score);

    /// <summary>The macro metric on some rows.</summary>
    public double Macro(int[] rows, Scorer score) => Macro(rows, Train, score);

    /// <summary>The macro metric on some rows, relative to what a constant learns on others.</summary>
    public double Macro(int[] rows, int[] reference, Scorer score)
    {
        MetricValues macro = Evaluate(score, rows, reference).Macro;
        return MetricName switch
            { "auc" => macro.AreaUnderRocCurve, "logloss" => macro.LogLoss, _ => macro.RelativeRmse };
    }

    private MultiTaskMetrics Evaluate(Scorer score, int[] rows, int[] reference)
    {
        float[] scores = new float[rows.Length * Scores.Length], labels = new float[rows.Length * Table.Tasks.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            score(Table.FeatureRow(rows[i]));
            Scores.CopyTo(scores, i * Scores.Length);
            for (int t = 0; t < Table.Tasks.Count; t++)
                labels[i * Table.Tasks.Count + t] = Table.Label(rows[i], t);
        }
        return MultiTaskMetrics.Evaluate(Table.Tasks, scores, labels,
            reference: ConstantPredictor.Learn(Table, reference));
    }

    /// <summary>Median seconds of scoring one row.</summary>
    public double SecondsPerRow(Scorer score)
    {
        var seconds = new double[TimedRows];
        // The runtime replaces hot code in the background.
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < 0.7;)
            score(Table.FeatureRow(Test[0]));
        for (int i = 0; i < TimedRows; i++)
        {
            ReadOnlySpan<float> row = Table.FeatureRow(Test[i % Test.Length]);
            long began = Stopwatch.GetTimestamp();
            score(row);
            seconds[i] = Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        Array.Sort(seconds);
        return seconds[TimedRows / 2];
    }

    internal delegate void Scorer(ReadOnlySpan<float> features);
}
