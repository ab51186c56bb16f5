namespace MLNet.MultiTask.Training;

/// <summary>
/// A network whose step is more than one weighted descent: it makes the step out of several passes of the network
/// inside, and may keep numbers from step to step.
/// </summary>
internal abstract class SteppedNetwork(IMovableNetwork inner) : ITrainableNetwork
{
    /// <summary>What options of networks that cannot be moved demand of a weighting.</summary>
    public const string AnotherWeighting =
        "another, such as equal: the steps that this one makes are for shared-bottom networks alone";

    private readonly double[] _lossSums = new double[inner.WeightSums.Length];
    private int[] _rows = [];
    private int _rowCount;
    private bool _hasLosses;

    /// <summary>Numbers that <see cref="SaveOwn"/> gives.</summary>
    public virtual int StateLength => 0;

    public ReadOnlySpan<double> WeightSums => Inner.WeightSums;

    /// <summary>Of the batch as the step found it.</summary>
    public ReadOnlySpan<double> LossSums => _lossSums;

    /// <summary>Looked at between the passes of a step, which may be as many as there are tasks.</summary>
    public CancellationToken CancellationToken { get; set; }

    protected IMovableNetwork Inner { get; } = inner;

    protected ReadOnlySpan<int> Rows => _rows.AsSpan(0, _rowCount);

    protected int Step { get; private set; }

    /// <summary>Whether a weighting makes steps of its own kind.</summary>
    public static bool IsNeededBy(TaskWeighting weighting) =>
        weighting is SharpnessAwareWeighting or GroupUpdatesWeighting or AutoLambdaWeighting;

    /// <summary>The network as the weighting wants it: itself, or inside one that makes its steps.</summary>
    /// <exception cref="NotSupportedException">The network cannot be moved.</exception>
    public static ITrainableNetwork Around(ITrainableNetwork network, TrainingProblem problem, TrainingOptions options,
        long totalSteps)
    {
        if (!IsNeededBy(options.Weighting))
            return network;
        IMovableNetwork movable = network as IMovableNetwork ?? throw new NotSupportedException(
            $"The weighting {options.Weighting} moves networks beside their steps, which {network.GetType().Name} of " +
            $"the engine '{options.Engine.Name}' cannot; shared-bottom networks of the engine 'managed' can");
        var start = new WeightingStart(problem.Tasks, problem.CountLabels(), totalSteps, options.Seed);
        return options.Weighting switch
        {
            SharpnessAwareWeighting sam => new SharpnessAwareNetwork(movable, sam, start),
            GroupUpdatesWeighting groups => new GroupUpdatesNetwork(movable, groups, problem.Tasks),
            _ => network,
        };
    }

    public void Forward(ReadOnlySpan<int> rows, int step)
    {
        if (_rows.Length < rows.Length)
            _rows = new int[rows.Length];
        rows.CopyTo(_rows);
        (_rowCount, Step, _hasLosses) = (rows.Length, step, false);
        Inner.Forward(rows, step);
        Begin();
    }

    public void ComputeLosses()
    {
        if (_hasLosses)
            return;
        Inner.ComputeLosses();
        Inner.LossSums.CopyTo(_lossSums);
        _hasLosses = true;
    }

    public virtual void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian) =>
        Inner.ComputeGramian(factors, tasks, gramian);

    public abstract void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step,
        float learningRate);

    public virtual void ComputeGradient(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights,
        Span<float> gradient)
    {
        Inner.ComputeGradient(factors, trunkWeights, gradient);
        Inner.LossSums.CopyTo(_lossSums);
        _hasLosses = true;
    }

    public void Export(Span<float> parameters) => Inner.Export(parameters);

    public OptimizerState Save(int step) => Inner.Save(step);

    public void Restore(OptimizerState state) => Inner.Restore(state);

    public void Dispose() => Inner.Dispose();

    /// <summary>All that is kept from step to step besides the network inside.</summary>
    public double[] SaveOwn()
    {
        var state = new double[StateLength];
        SaveTo(state);
        return state;
    }

    /// <summary>Goes back to what <see cref="SaveOwn"/> gave.</summary>
    public virtual void RestoreOwn(ReadOnlySpan<double> state)
    {
    }

    protected virtual void SaveTo(Span<double> state)
    {
    }

    /// <summary>A new batch has been passed forward.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>Passes the batch forward again, with the same units dropped.</summary>
    protected void ForwardAgain()
    {
        CancellationToken.ThrowIfCancellationRequested();
        Inner.Forward(Rows, Step);
    }
}
