namespace MLNet.MultiTask.Training;

/// <summary>
/// Asks a weighting, batch by batch, about the tasks that have a label there, and turns its answer into the factors of
/// a step. Without allocation.
/// </summary>
internal sealed class TaskWeigher
{
    private readonly TrainingProblem _problem;
    private readonly TaskWeighting _weighting;
    private readonly IWeightingRun _run;
    private readonly LookAhead? _lookAhead;
    private readonly int _interval;
    private readonly int[] _tasks;
    private readonly double[] _losses, _weights, _gramian, _kept, _epochSums, _epochCounts;
    private readonly float[] _gradientFactors, _trunkWeights;

    public TaskWeigher(TrainingProblem problem, TrainingOptions options, long totalSteps)
    {
        (_problem, _weighting, _interval) = (problem, options.Weighting, options.GramianInterval);
        int count = problem.Tasks.Count;
        _run = _weighting.Start(new WeightingStart(problem.Tasks, problem.CountLabels(), totalSteps, options.Seed));
        if (_run is not (ILossWeighting or IGradientWeighting))
            throw new ArgumentException(
                $"The weighting {_weighting} is neither an {nameof(ILossWeighting)} nor an " +
                nameof(IGradientWeighting));
        if (_run is IHeldOutWeighting)
            _lookAhead = new LookAhead(problem, options);
        _tasks = new int[count];
        (_losses, _weights, _epochSums, _epochCounts) =
            (new double[count], new double[count], new double[count], new double[count]);
        _kept = [.. Enumerable.Repeat(1.0, count)];
        _gramian = _run is IGradientWeighting ? new double[count * count] : [];
        (_gradientFactors, _trunkWeights) = (new float[count], new float[count]);
    }

    /// <summary>
    /// Multiplies <paramref name="factors"/> by the weights of losses, or returns the trunk's weights of gradients.
    /// </summary>
    public ReadOnlySpan<float> Weigh(ITrainableNetwork network, ReadOnlySpan<int> rows, double[] losses,
        float[] factors, int epoch, int number, float learningRate)
    {
        int present = Present(network, losses);
        for (int i = 0; i < present; i++)
        {
            _epochSums[_tasks[i]] += _losses[i];
            _epochCounts[_tasks[i]]++;
        }
        if (present == 0)
            return default;
        var step = new WeightingStep(_tasks.AsSpan(0, present), _losses.AsSpan(0, present), number, learningRate);
        Span<double> weights = _weights.AsSpan(0, present);
        if (_run is ILossWeighting ofLosses)
        {
            if (_run is IHeldOutWeighting heldOut)
            {
                ofLosses.Weigh(step, weights);
                heldOut.Learn(step, _lookAhead!.Slopes(network, rows, factors, step, weights));
            }
            ofLosses.Weigh(step, weights);
            ThrowIfNotFinite(weights, number);
            for (int i = 0; i < present; i++)
                factors[_tasks[i]] = (float)(factors[_tasks[i]] * weights[i]);
            return default;
        }
        if ((number - 1) % _interval == 0)
        {
            var ofGradients = (IGradientWeighting)_run;
            Span<double> gramian = ofGradients.NeedsGramian(number)
                ? Gramian(network, factors, present, epoch, number, learningRate) : [];
            ofGradients.Weigh(step, gramian, weights);
            ThrowIfNotFinite(weights, number);
            for (int i = 0; i < present; i++)
                _kept[_tasks[i]] = weights[i];
        }
        for (int i = 0; i < present; i++)
            _trunkWeights[_tasks[i]] = (float)_kept[_tasks[i]];
        return _trunkWeights;
    }

    /// <summary>Shows the weighting the same batch's losses after the step, if it asks for them.</summary>
    public void AfterStep(ITrainableNetwork network, ReadOnlySpan<int> rows, int number, float learningRate)
    {
        if (_run is not ILossWeighting { NeedsLossesAfterStep: true } weighting)
            return;
        network.Forward(rows, number);
        network.ComputeLosses();
        int present = 0;
        for (int t = 0; t < _tasks.Length; t++)
            if (network.WeightSums[t] > 0 && _problem.Tasks[t].Weight > 0)
                (_tasks[present], _losses[present++]) = (t, network.LossSums[t] / network.WeightSums[t]);
        if (present > 0)
            weighting.AfterStep(
                new WeightingStep(_tasks.AsSpan(0, present), _losses.AsSpan(0, present), number, learningRate));
    }

    public void EndEpoch(ReadOnlySpan<double> validationLosses)
    {
        for (int t = 0; t < _epochSums.Length; t++)
            _epochSums[t] = _epochCounts[t] > 0 ? _epochSums[t] / _epochCounts[t] : double.NaN;
        _run.EndEpoch(_epochSums, validationLosses);
        Array.Clear(_epochSums);
        Array.Clear(_epochCounts);
    }

    public double[] Save()
    {
        var own = new double[_run.StateLength];
        _run.Save(own);
        return [.. _kept, .. _epochSums, .. _epochCounts, .. own];
    }

    public void Restore(ReadOnlySpan<double> state)
    {
        int count = _kept.Length;
        state[..count].CopyTo(_kept);
        state.Slice(count, count).CopyTo(_epochSums);
        state.Slice(2 * count, count).CopyTo(_epochCounts);
        _run.Restore(state[(3 * count)..]);
    }

    private int Present(ITrainableNetwork network, double[] losses)
    {
        int present = 0;
        for (int t = 0; t < losses.Length; t++)
            if (network.WeightSums[t] > 0 && _problem.Tasks[t].Weight > 0)
                (_tasks[present], _losses[present++]) = (t, losses[t]);
        return present;
    }

    // Of gradients whose mean is what equal weights descend.
    private Span<double> Gramian(ITrainableNetwork network, float[] factors, int present, int epoch, int number,
        float learningRate)
    {
        for (int t = 0; t < factors.Length; t++)
            _gradientFactors[t] = factors[t] * present;
        Span<double> gramian = _gramian.AsSpan(0, present * present);
        network.ComputeGramian(_gradientFactors, _tasks.AsSpan(0, present), gramian);
        for (int i = 0; i < gramian.Length; i++)
            if (!double.IsFinite(gramian[i]))
                throw new TrainingDivergedException(_problem.Tasks[_tasks[i / present]].Name, epoch, number,
                    learningRate, isUpdated: number > 1);
        return gramian;
    }

    private void ThrowIfNotFinite(ReadOnlySpan<double> weights, int number)
    {
        for (int i = 0; i < weights.Length; i++)
            if (!double.IsFinite(weights[i]))
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"The weighting {_weighting} gave task '{_problem.Tasks[_tasks[i]].Name}' the weight ") +
                    FormattableString.Invariant($"{weights[i]} in step {number}"));
    }
}
