using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Evaluation;

/// <summary>
/// Another model whose binary tasks' probabilities are calibrated and whose margins are moved, so that their sign is
/// the prediction at a threshold of the task's own.
/// </summary>
internal sealed class CalibratedModel : IGroupModel
{
    public const string KindName = "calibrated";

    /// <summary>Probabilities are kept from 0 and 1 by so much before their logits are taken.</summary>
    public const float Least = 1e-30f, Greatest = 1 - 1.2e-7f;

    /// <param name="inner">The model.</param>
    /// <param name="calibrators">One per task; null = its own probabilities.</param>
    /// <param name="thresholds">One per task, in (0, 1); 0.5 where nothing is moved.</param>
    /// <exception cref="ArgumentException">Counts do not fit, or a threshold is out of range.</exception>
    public CalibratedModel(IGroupModel inner, IReadOnlyList<ICalibrator?> calibrators, IReadOnlyList<float> thresholds)
    {
        if (calibrators.Count != inner.Tasks.Count || thresholds.Count != inner.Tasks.Count)
            throw new ArgumentException($"{calibrators.Count} calibrators and {thresholds.Count} thresholds given " +
                $"for {Counted.Of(inner.Tasks.Count, "task")}", nameof(calibrators));
        for (int t = 0; t < thresholds.Count; t++)
            if (!(thresholds[t] is >= 0 and < 1) || (inner.Tasks[t].Kind != TaskKind.Binary
                && (calibrators[t] is not null || thresholds[t] != 0.5f)))
                throw new ArgumentException($"Task '{inner.Tasks[t].Name}' ({inner.Tasks[t].Kind}) has threshold " +
                    $"{thresholds[t]}; binary tasks have one from 0 to below 1, others 0.5", nameof(thresholds));
        (Inner, Calibrators, Thresholds) = (inner, calibrators, thresholds);
    }

    public IGroupModel Inner { get; }

    public IReadOnlyList<ICalibrator?> Calibrators { get; }

    public IReadOnlyList<float> Thresholds { get; }

    public string Kind => KindName;

    public int FeatureCount => Inner.FeatureCount;

    public IReadOnlyList<TaskInfo> Tasks => Inner.Tasks;

    long? IGroupModel.LearnedBytes => Inner.LearnedBytes;

    public int OutputCount => Inner.OutputCount;

    public bool AcceptsMissingFeatures => Inner.AcceptsMissingFeatures;

    public int OutputOffset(int task) => Inner.OutputOffset(task);

    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads = 1)
    {
        float[] ownScores = new float[rows * OutputCount], ownRaw = new float[rows * OutputCount];
        Inner.Score(features, rows, ownScores, ownRaw, threads);
        for (int t = 0; t < Tasks.Count; t++)
            if (Tasks[t].Kind == TaskKind.Binary)
                for (int at = OutputOffset(t); at < ownRaw.Length; at += OutputCount)
                    (ownScores[at], ownRaw[at]) = Adjust(t, ownScores[at], ownRaw[at]);
        if (!scores.IsEmpty)
            ownScores.CopyTo(scores);
        if (!raw.IsEmpty)
            ownRaw.CopyTo(raw);
    }

    /// <summary>The logit of a probability that is kept from 0 and 1.</summary>
    public static float Logit(float probability)
    {
        float p = Math.Clamp(probability, Least, Greatest);
        return MathF.Log(p / (1 - p));
    }

    // Where the threshold is half, the margin of an uncalibrated task stays as it is.
    private (float Score, float Raw) Adjust(int task, float score, float raw)
    {
        if (Calibrators[task] is { } calibrator)
            (score, raw) = (calibrator.Probability(raw), Logit(calibrator.Probability(raw)));
        return Thresholds[task] == 0.5f ? (score, raw) : (score, raw - Logit(Thresholds[task]));
    }
}
