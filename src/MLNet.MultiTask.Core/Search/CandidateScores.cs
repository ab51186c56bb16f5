using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Search;

/// <summary>What candidates score for one task on rows that choose among them, with the labels.</summary>
internal sealed class CandidateScores
{
    private const double LeastProbability = 1e-6;

    private readonly TaskInfo _task;
    private readonly List<double> _labels = [], _weights = [];
    private readonly List<double>[] _scores;

    public CandidateScores(TaskInfo task, int candidates)
    {
        _task = task;
        _scores = [.. Enumerable.Range(0, candidates).Select(_ => new List<double>())];
    }

    /// <summary>Number of candidates.</summary>
    public int Count => _scores.Length;

    /// <summary>Rows with a label of the task.</summary>
    public int RowCount => _labels.Count;

    /// <summary>Scores of a row.</summary>
    public int Width => _task.OutputCount;

    /// <summary>Takes rows that neither trained nor stopped any of some fits, one fit per candidate.</summary>
    public void Add(TaskTable table, int task, int[] rows, IReadOnlyList<GroupFit> fits, int threads)
    {
        int[] own = [.. rows.Where(r => table.IsObserved(r, task))];
        _labels.AddRange(own.Select(r => (double)table.Label(r, task)));
        _weights.AddRange(own.Select(r => (double)table.Weight(r, task)));
        var features = new float[own.Length * table.FeatureCount];
        table.Features.CopyRows(own, features);
        for (int c = 0; c < Count; c++)
        {
            IGroupModel model = fits[c].Models.First(m => m.Served.Contains(task)).Model;
            int at = 0;
            while (model.Tasks[at].Name != _task.Name)
                at++;
            var all = new float[own.Length * model.OutputCount];
            model.Score(features, own.Length, all, [], threads);
            for (int i = 0; i < own.Length; i++)
                for (int k = 0; k < Width; k++)
                    _scores[c].Add(all[i * model.OutputCount + model.OutputOffset(at) + k]);
        }
    }

    /// <summary>Adds a candidate's scores to a sum.</summary>
    public void AddTo(double[] sum, int candidate)
    {
        for (int i = 0; i < sum.Length; i++)
            sum[i] += _scores[candidate][i];
    }

    /// <summary>Loss of the mean of a sum and one candidate more.</summary>
    /// <param name="sum">Of the candidates taken so far.</param>
    /// <param name="candidate">The one that is added.</param>
    /// <param name="count">Candidates in the mean.</param>
    /// <param name="sample">How often each row counts.</param>
    public double Loss(double[] sum, int candidate, int count, double[] sample)
    {
        double total = 0;
        List<double> added = _scores[candidate];
        for (int i = 0; i < RowCount; i++)
        {
            if (sample[i] == 0)
                continue;
            int at = _task.Kind == TaskKind.Multiclass ? i * Width + (int)_labels[i] : i * Width;
            double mean = (sum[at] + added[at]) / count;
            total += sample[i] * _weights[i] * (_task.Kind switch
            {
                TaskKind.Regression => (mean - _labels[i]) * (mean - _labels[i]),
                TaskKind.Binary => -Math.Log(Math.Max(_labels[i] > 0.5 ? mean : 1 - mean, LeastProbability)),
                _ => -Math.Log(Math.Max(mean, LeastProbability)),
            });
        }
        return total;
    }
}
