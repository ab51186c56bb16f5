using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Search;

/// <summary>
/// One task's weights of candidates: round by round the candidate is added, again and again if need be, that makes the
/// loss of the mean least; the best round counts.
/// </summary>
internal sealed class GreedySelection
{
    private const double LeastProbability = 1e-6;

    private readonly TaskInfo _task;
    private readonly double[] _labels;
    private readonly double[] _cellWeights;
    private readonly double[][] _scores;

    public GreedySelection(TaskTable table, int task, int[] rows, IReadOnlyList<GroupFit> fits, int threads, int rounds)
    {
        _task = table.Tasks[task];
        int[] own = [.. rows.Where(r => table.IsObserved(r, task))];
        _labels = [.. own.Select(r => (double)table.Label(r, task))];
        _cellWeights = [.. own.Select(r => (double)table.Weight(r, task))];
        Weights = new float[fits.Count];
        IsBlind = own.Length == 0;
        _scores = [.. fits.Select(f => Scores(table, task, own, f, threads))];
        if (IsBlind)
            Array.Fill(Weights, 1f / fits.Count);
        else
            Select(rounds);
    }

    /// <summary>Per candidate; they sum to 1.</summary>
    public float[] Weights { get; }

    /// <summary>Whether the task has no label to choose by.</summary>
    public bool IsBlind { get; }

    private void Select(int rounds)
    {
        var sum = new double[_scores[0].Length];
        var counts = new int[_scores.Length];
        double least = double.PositiveInfinity;
        for (int round = 1; round <= rounds; round++)
        {
            int best = 0;
            double bestLoss = double.PositiveInfinity;
            for (int c = 0; c < _scores.Length; c++)
                if (Loss(sum, _scores[c], round) is var loss && loss < bestLoss)
                    (best, bestLoss) = (c, loss);
            counts[best]++;
            for (int i = 0; i < sum.Length; i++)
                sum[i] += _scores[best][i];
            if (bestLoss >= least)
                continue;
            least = bestLoss;
            for (int c = 0; c < counts.Length; c++)
                Weights[c] = (float)counts[c] / round;
        }
    }

    private double Loss(double[] sum, double[] added, int count)
    {
        double total = 0;
        int k = _task.OutputCount;
        for (int i = 0; i < _labels.Length; i++)
        {
            int at = _task.Kind == TaskKind.Multiclass ? i * k + (int)_labels[i] : i * k;
            double mean = (sum[at] + added[at]) / count;
            total += _cellWeights[i] * (_task.Kind switch
            {
                TaskKind.Regression => (mean - _labels[i]) * (mean - _labels[i]),
                TaskKind.Binary => -Math.Log(Math.Max(_labels[i] > 0.5 ? mean : 1 - mean, LeastProbability)),
                _ => -Math.Log(Math.Max(mean, LeastProbability)),
            });
        }
        return total;
    }

    private static double[] Scores(TaskTable table, int task, int[] rows, GroupFit fit, int threads)
    {
        IGroupModel model = fit.Models.First(m => m.Served.Contains(task)).Model;
        int own = 0;
        while (model.Tasks[own].Name != table.Tasks[task].Name)
            own++;
        var features = new float[rows.Length * table.FeatureCount];
        table.Features.CopyRows(rows, features);
        var all = new float[rows.Length * model.OutputCount];
        model.Score(features, rows.Length, all, [], threads);
        int k = table.Tasks[task].OutputCount;
        var scores = new double[rows.Length * k];
        for (int i = 0; i < scores.Length; i++)
            scores[i] = all[i / k * model.OutputCount + model.OutputOffset(own) + i % k];
        return scores;
    }
}
