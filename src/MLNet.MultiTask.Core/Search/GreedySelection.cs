namespace MLNet.MultiTask.Search;

/// <summary>
/// One task's weights of candidates: round by round the candidate is added, again and again if need be, that makes the
/// loss of the mean least; the best round counts. It is done on samples of the rows, drawn with replacement, and the
/// weights are the mean over the samples, so that few rows do not decide by chance (Caruana et al. 2004, section 2.3).
/// </summary>
internal sealed class GreedySelection
{
    /// <summary>Samples of the rows.</summary>
    public const int Samples = 20;

    private readonly CandidateScores _candidates;

    /// <param name="candidates">What the candidates score on the rows that choose.</param>
    /// <param name="rounds">Draws of a sample's selection.</param>
    /// <param name="random">Draws the samples.</param>
    public GreedySelection(CandidateScores candidates, int rounds, RandomStream random)
    {
        (_candidates, Weights) = (candidates, new float[candidates.Count]);
        if (IsBlind)
        {
            Array.Fill(Weights, 1f / Weights.Length);
            return;
        }
        var sample = new double[candidates.RowCount];
        for (int s = 0; s < Samples; s++)
        {
            Array.Clear(sample);
            for (int i = 0; i < sample.Length; i++)
                sample[random.NextInt32(sample.Length)]++;
            double[] own = Select(sample, rounds);
            for (int c = 0; c < own.Length; c++)
                Weights[c] += (float)(own[c] / Samples);
        }
    }

    /// <summary>Per candidate; they sum to 1.</summary>
    public float[] Weights { get; }

    /// <summary>Whether the task has no label to choose by.</summary>
    public bool IsBlind => _candidates.RowCount == 0;

    private double[] Select(double[] sample, int rounds)
    {
        double[] sum = new double[_candidates.RowCount * _candidates.Width], weights = new double[_candidates.Count];
        var counts = new int[_candidates.Count];
        double least = double.PositiveInfinity;
        for (int round = 1; round <= rounds; round++)
        {
            int best = 0;
            double bestLoss = double.PositiveInfinity;
            for (int c = 0; c < counts.Length; c++)
                if (_candidates.Loss(sum, c, round, sample) is var loss && loss < bestLoss)
                    (best, bestLoss) = (c, loss);
            counts[best]++;
            _candidates.AddTo(sum, best);
            if (bestLoss >= least)
                continue;
            least = bestLoss;
            for (int c = 0; c < counts.Length; c++)
                weights[c] = (double)counts[c] / round;
        }
        return weights;
    }
}
