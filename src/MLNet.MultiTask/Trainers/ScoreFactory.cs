using System.Collections.Concurrent;
using System.ComponentModel;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Trainers;

/// <summary>Scores a row with a prediction transformer that comes along as text.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ScoreFactory : CustomMappingFactory<RowToScore, RowNumbers>
{
    internal const string Contract = "MLNet.MultiTask.Score";

    /// <inheritdoc/>
    public override Action<RowToScore, RowNumbers> GetMapping()
    {
        StateCache<ScorerPool> cache = new(text => new ScorerPool(PredictionState.Load(
            new MLContext(), new MemoryStream(Convert.FromBase64String(text)),
                new MultiTaskModelLoadOptions { MaxBytes = long.MaxValue, TrustMicrosoftMLStages = true })));
        return (input, output) => output.MultiTaskNumbers = cache.Get(input.MultiTaskState)
            .Score(input, output.MultiTaskNumbers);
    }

    /// <summary>One scorer per thread that scores at the same time.</summary>
    private sealed class ScorerPool(MultiTaskPredictionTransformer transformer)
    {
        private readonly ConcurrentBag<ObjectScorer> _idle = [];

        public VBuffer<float> Score(RowToScore row, VBuffer<float> numbers)
        {
            if (!_idle.TryTake(out ObjectScorer? scorer))
                scorer = new ObjectScorer(transformer);
            numbers = scorer.Score(row, numbers);
            _idle.Add(scorer);
            return numbers;
        }
    }
}
