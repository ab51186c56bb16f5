namespace MLNet.MultiTask.Benchmarks.Tuners;

/// <summary>
/// Frugal local search (Wu, Wang, Huang 2021, algorithm 1) over one choice, the list of groupings as a scale from 0 to
/// 1: a random direction, then the opposite one; the step shrinks where neither is better, and the search begins anew
/// at a random place when it has become shorter than a choice. The default, where it begins, is the first of the list.
/// A grouping that was tried already costs nothing: its loss is known.
/// </summary>
internal sealed class CostFrugalTuner : IGroupingTuner
{
    private const double FirstStep = 0.1;
    private const int MostRepeats = 10_000;

    private readonly TaskGrouping[] _list;
    private readonly Dictionary<int, double> _losses = [];
    private RandomStream _stream;
    private double _place;
    private double _step = FirstStep;
    private double _direction;
    private double _best = double.PositiveInfinity;
    private int _trials;
    private int _asked;

    public CostFrugalTuner(TaskGrouping[] list, ulong seed)
    {
        (_list, _stream) = (list, new RandomStream(seed, "frugal"));
        _place = 0.5 / list.Length;
    }

    public TaskGrouping? Propose()
    {
        for (int i = 0; i < MostRepeats && _losses.Count < _list.Length; i++)
        {
            _asked = Index(Next());
            if (!_losses.TryGetValue(_asked, out double known))
                return _list[_asked];
            Learn(known);
        }
        return null;
    }

    public void Report(double loss)
    {
        _losses[_asked] = loss;
        Learn(loss);
    }

    /// <summary>
    /// The place to look at: where it begins, or a step from the best in the direction or against it.
    /// </summary>
    private double Next()
    {
        if (double.IsPositiveInfinity(_best))
            return _place;
        if (_trials % 2 == 0)
            _direction = _stream.NextInt32(2) == 0 ? 1 : -1;
        return Math.Clamp(_place + (_trials % 2 == 0 ? 1 : -1) * _direction * _step, 0, 1 - 1e-9);
    }

    private void Learn(double loss)
    {
        if (loss < _best)
        {
            (_place, _best, _trials) =
                (double.IsPositiveInfinity(_best) ? _place : (_asked + 0.5) / _list.Length, loss, 0);
            return;
        }
        if (++_trials < 2)
            return;
        (_trials, _step) = (0, _step / Math.Sqrt(2));
        if (_step >= 1.0 / _list.Length)
            return;
        (_place, _step, _best) = (_stream.NextDouble(), FirstStep, double.PositiveInfinity);
    }

    private int Index(double place) => (int)(place * _list.Length);
}
