using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Training;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// A trained module, linearised in its shared parameters: predicts the validation losses after fine-tuning it on any
/// subset of tasks. The heads stay as they are.
/// </summary>
internal sealed class LinearizedModule : IDisposable
{
    private readonly TrainingProblem _problem;
    private readonly TorchGradTagOptions _options;
    private readonly MultiTaskModule _module;
    private readonly ModuleLayout _layout;
    private readonly ModuleTangents _tangents;
    private readonly ModulePairs _pairs;
    private readonly TaskShares _shares;
    private readonly ObservedRows _observed;
    private readonly OneStepSolver _solver;
    private readonly ModuleGeometry? _geometry;
    private readonly TaskFeatures[]? _validation;
    private readonly torch.Tensor _directions;
    private readonly float[] _start;
    private readonly int _batch;

    /// <summary>Linearises.</summary>
    /// <param name="module">A module of all tasks, taken over.</param>
    /// <param name="parameters">Its flat numbers W0.</param>
    /// <param name="problem">All tasks; training rows fit, validation rows measure.</param>
    /// <param name="options">Subspace, step length, evaluation.</param>
    /// <param name="cancellationToken">Looked at every chunk of rows.</param>
    public LinearizedModule(MultiTaskModule module, float[] parameters, TrainingProblem problem,
        TorchGradTagOptions options, CancellationToken cancellationToken)
    {
        (_module, _problem, _options, _start) = (module, problem, options, parameters);
        _layout = ModuleLayout.Of(module);
        _layout.Import(parameters);
        _tangents = new ModuleTangents(module, problem, cancellationToken);
        _pairs = new ModulePairs(problem);
        _observed = new ObservedRows(problem.Table, problem.Train);
        _shares = new TaskShares(problem.Tasks, _pairs.Weights(problem.Train), SubsetWeighting.TaskBalanced);
        _batch = options.Module.Training.BatchSizeFor(problem.Train.Length);
        double[] shares = _shares.Of([.. Enumerable.Range(0, problem.Tasks.Count)]);
        using var scope = torch.NewDisposeScope();
        var directions = new SharedDirections(_tangents, _pairs, problem.Train, shares);
        torch.Tensor gradients = directions.Gradients();
        if (options.Lambda is null)
            _geometry = ModuleGeometry.Measure(_tangents, _pairs, problem.Train, gradients, shares, _batch,
                options.Seed);
        torch.Tensor scale = _geometry?.Scale ?? torch.ones(_tangents.Dimension);
        _directions = (options.Subspace == GradTagSubspace.Krylov
            ? directions.Krylov(gradients, scale, options.MaxDimension)
            : SharedDirections.Random(_layout, options.RandomDimension, options.Seed, scale,
                options.Subspace == GradTagSubspace.Kronecker)).DetachFromDisposeScope();
        TaskFeatures[] train = _pairs.Features(_tangents, problem.Train, _directions);
        _solver = new OneStepSolver(TaskStatistics.FromFeatures(Dimension, train));
        if (options.Evaluation == SubsetEvaluation.Linearized)
            _validation = _pairs.Features(_tangents, problem.Validation, _directions);
    }

    /// <summary>W0, flat.</summary>
    public float[] Start => _start;

    /// <summary>Directions of steps.</summary>
    public int Dimension => (int)_directions.shape[0];

    /// <summary>Predicted validation losses of a subset's members.</summary>
    public double[] Predict(int[] subset)
    {
        float[] step = Step(subset);
        if (_validation is not null)
            return [.. subset.Select(t => _validation[t].MeanLoss(step, []))];
        Move(step);
        return Losses(subset);
    }

    /// <summary>Mean validation losses at the module's present parameters.</summary>
    public double[] Losses(int[] subset)
    {
        double[] sums = new double[_problem.Tasks.Count], weights = new double[sums.Length];
        using (torch.no_grad())
            _tangents.ForEach(_problem.Validation, chunk => _pairs.ForEach(chunk, (t, weight, loss, _, _) =>
            {
                sums[t] += (double)weight * loss.Loss;
                weights[t] += weight;
            }));
        return [.. subset.Select(t => sums[t] / weights[t])];
    }

    public void Dispose()
    {
        _directions.Dispose();
        _module.Dispose();
    }

    /// <summary>Where a subset goes, in coordinates of the directions.</summary>
    public float[] Step(int[] subset)
    {
        double[] shares = _shares.Of(subset);
        double lambda = _options.Lambda ?? AdamLambda(subset, shares);
        return _solver.Solve(new SubsetProblem(subset, shares, lambda, null)).Trunk;
    }

    // n steps of rate η go as far as the penalty 1/(η·n) in AdamW's metric allows.
    private double AdamLambda(int[] subset, double[] shares)
    {
        int rows = _observed.Any(subset);
        double steps = _options.FineTuningEpochs * Math.Ceiling((double)rows / _batch);
        return _geometry!.RelativeSize(subset, shares, (double)rows / _observed.Count) /
            (_options.Module.Training.LearningRate * steps);
    }

    private void Move(float[] step)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor change = torch.tensor(step, [1, step.Length]).mm(_directions);
        Span<float> moved = Tensors.Memory(change);
        float[] flat = [.. _start];
        for (int i = 0; i < moved.Length; i++)
            flat[i] += moved[i];
        for (int i = 0; i < _layout.SharedTensors; i++)
        {
            StateTensor t = _layout.Tensors[i];
            Tensors.CopyFrom(t.Tensor, flat.AsSpan(t.Offset, t.Length));
        }
    }
}
