using System.Collections.Concurrent;
using MLNet.MultiTask.Numerics;
using Microsoft.ML;

namespace MLNet.MultiTask.Learners;

/// <summary>
/// One task's model by a single-label trainer of ML.NET. Its numbers are the transformer's: for a binary task
/// <c>Probability</c>, and <c>Score</c> as the raw output; for a regression <c>Score</c>; for a multi-class task
/// <c>Score</c>, or its softmax where the scores are no probabilities.
/// </summary>
internal sealed class MicrosoftMLModel : IGroupModel
{
    private const int RowBlock = 256;
    private readonly ConcurrentBag<TransformerScorer> _idle = [];
    private readonly TaskInfo _task;

    public MicrosoftMLModel(ITransformer transformer, TaskInfo task, int featureCount, bool weighted, bool softmax)
    {
        (Transformer, _task, FeatureCount, Weighted, Softmax) = (transformer, task, featureCount, weighted, softmax);
        Schema = new SingleTaskSchema(task, featureCount, weighted);
        _idle.Add(new TransformerScorer(transformer, Schema));
    }

    public string Kind => MicrosoftMLFormat.Name;

    public ITransformer Transformer { get; }

    public SingleTaskSchema Schema { get; }

    /// <summary>Whether the transformer was fitted on a view with a weight column.</summary>
    public bool Weighted { get; }

    /// <summary>Whether the class scores are made probabilities.</summary>
    public bool Softmax { get; }

    public int FeatureCount { get; }

    public IReadOnlyList<TaskInfo> Tasks => [_task];

    public int OutputCount => _task.OutputCount;

    public int OutputOffset(int task) => task == 0 ? 0 : OutputCount;

    public unsafe void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads)
    {
        GroupModelSpans.ThrowIfTooShort(this, features, rows, scores, raw);
        fixed (float* x = features, s = scores, r = raw)
        {
            (nint X, nint S, nint R) at = ((nint)x, (nint)s, (nint)r);
            bool hasScores = !scores.IsEmpty, hasRaw = !raw.IsEmpty;
            SharedPool.Run((rows + RowBlock - 1) / RowBlock, threads, block =>
                ScoreBlock((float*)at.X, rows, hasScores ? (float*)at.S : null, hasRaw ? (float*)at.R : null, block));
        }
    }

    private unsafe void ScoreBlock(float* features, int rows, float* scores, float* raw, int block)
    {
        if (!_idle.TryTake(out TransformerScorer? scorer))
            scorer = new TransformerScorer(Transformer, Schema);
        int width = OutputCount;
        Span<float> own = width <= 64 ? stackalloc float[width] : new float[width];
        for (int row = block * RowBlock; row < Math.Min(rows, (block + 1) * RowBlock); row++)
        {
            float probability = 0;
            scorer.Score(new ReadOnlySpan<float>(features + (nint)row * FeatureCount, FeatureCount), own,
                ref probability);
            if (raw is not null)
                ToRaw(own, new Span<float>(raw + (nint)row * width, width));
            if (scores is null)
                continue;
            var result = new Span<float>(scores + (nint)row * width, width);
            own.CopyTo(result);
            if (_task.Kind == TaskKind.Binary)
                result[0] = probability;
            else if (Softmax)
                Networks.OutputTransform.Softmax(result);
        }
        _idle.Add(scorer);
    }

    // Numbers whose softmax the class probabilities are; a class that is impossible gets a very small one.
    private void ToRaw(ReadOnlySpan<float> score, Span<float> raw)
    {
        score.CopyTo(raw);
        if (_task.Kind == TaskKind.Multiclass && !Softmax)
            for (int k = 0; k < raw.Length; k++)
                raw[k] = MathF.Log(MathF.Max(raw[k], float.Epsilon));
    }
}
