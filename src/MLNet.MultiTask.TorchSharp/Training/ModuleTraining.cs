using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>Any module in training, as the loop of this library sees it.</summary>
internal sealed class ModuleTraining : ITrainableNetwork
{
    private readonly MultiTaskModule _module;
    private readonly ModuleLayout _layout;
    private readonly EngineSettings _settings;
    private readonly TaskRun[] _runs;
    private readonly int _outputs;
    private readonly bool _isRandom;
    private readonly NamedLosses? _losses;
    private readonly torch.Device _device;
    private readonly BatchTensors _batch;
    private readonly FlatParameters _parameters;
    private readonly TorchThreads _threads;
    private readonly double[] _lossSums;
    private readonly torch.Tensor _factors;
    private torch.Tensor? _sums, _extra;
    private int[] _rows = [];
    private string? _whereNotFinite;

    /// <summary>Takes over a module and moves it to the device.</summary>
    /// <param name="problem">The data.</param>
    /// <param name="module">Has been tried on rows of the data.</param>
    /// <param name="settings">How; dropout is the module's own matter.</param>
    /// <param name="maxRows">Most rows of a batch.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="isRandom">Whether the module draws random numbers in training.</param>
    /// <param name="losses">Those with a name; null = every task has its kind's.</param>
    public ModuleTraining(TrainingProblem problem, MultiTaskModule module, EngineSettings settings, int maxRows,
        torch.Device device, bool isRandom, NamedLosses? losses = null)
    {
        _losses = losses;
        (_module, _settings, _device, _isRandom) = (module, settings, device, isRandom);
        _threads = new TorchThreads(settings.Threads);
        if (device.type != DeviceType.CPU)
            module.to(device);
        _layout = ModuleLayout.Of(module);
        var outputs = new NetworkShape(1, [], problem.Tasks);
        (_runs, _outputs) = (outputs.Runs, outputs.OutputCount);
        _batch = new BatchTensors(problem, maxRows, device);
        _parameters = new FlatParameters(_layout, device);
        _lossSums = new double[problem.Tasks.Count];
        _factors = torch.zeros(_lossSums.Length).DetachFromDisposeScope();
        _module.train();
    }

    /// <summary>Where the flat vector's numbers are.</summary>
    public ModuleLayout Layout => _layout;

    public ReadOnlySpan<double> WeightSums => _batch.WeightSums;

    public ReadOnlySpan<double> LossSums => _lossSums;

    public void Forward(ReadOnlySpan<int> rows, int step)
    {
        int[] own = [.. rows];
        FreedNumbers.Retry(() => Forward(own, step));
    }

    public void ComputeLosses()
    {
        Span<float> sums = stackalloc float[_lossSums.Length <= 512 ? _lossSums.Length : 0];
        if (sums.Length < _lossSums.Length)
            sums = new float[_lossSums.Length];
        if (_device.type == DeviceType.CPU)
            Tensors.Memory(_sums!).CopyTo(sums);
        else
            Tensors.CopyTo(_sums!, sums, "losses");
        for (int t = 0; t < sums.Length; t++)
            _lossSums[t] = sums[t];
    }

    public void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian)
    {
        using var scope = torch.NewDisposeScope();
        int shared = _layout.SharedCount;
        if (shared == 0)
            throw new NotSupportedException(
                "The module has no parameter that the tasks share; a weighting of gradients " +
                "has nothing to compare");
        torch.Tensor gradients = torch.zeros(tasks.Length, shared, device: _device);
        for (int i = 0; i < tasks.Length; i++)
        {
            _parameters.Gradient.zero_();
            (_sums!.narrow(0, tasks[i], 1).sum() * factors[tasks[i]]).backward([], create_graph: false,
                retain_graph: true);
            using (torch.no_grad())
                gradients.select(0, i).copy_(_parameters.Gradient.narrow(0, 0, shared));
        }
        using (torch.no_grad())
        {
            torch.Tensor products = gradients.to(torch.float64);
            products = products.mm(products.t()).cpu().contiguous();
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(products.bytes).CopyTo(gramian);
        }
    }

    public void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step, float learningRate)
    {
        ComputeLosses();
        // The step would spread what is not finite over all layers; whoever reads the losses ends the training.
        if (!Array.TrueForAll(_lossSums, double.IsFinite))
        {
            _whereNotFinite = Where();
            return;
        }
        Backward(factors, trunkWeights);
        _parameters.Step(step, learningRate, _settings.WeightDecay, _settings.MaxGradientNorm);
        Forget();
    }

    public void ComputeGradient(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, Span<float> gradient)
    {
        ComputeLosses();
        Backward(factors, trunkWeights);
        Tensors.CopyTo(_parameters.Gradient, gradient[.._layout.TrainedCount], "gradient");
        gradient[_layout.TrainedCount..].Clear();
    }

    public void Export(Span<float> parameters) => _layout.Export(parameters);

    public OptimizerState Save(int step)
    {
        var parameters = new float[_layout.Length];
        Export(parameters);
        (float[] first, float[] second) = _parameters.Moments();
        return new OptimizerState(step, parameters, first, second);
    }

    public void Restore(OptimizerState state)
    {
        _layout.Import(state.Parameters);
        _parameters.SetMoments(state.FirstMoments, state.SecondMoments);
    }

    public string? WhereNotFinite() => _whereNotFinite ?? Where();

    public void Dispose()
    {
        Forget();
        _batch.Dispose();
        _factors.Dispose();
        _parameters.Dispose();
        _threads.Dispose();
    }

    private void Forward(int[] rows, int step)
    {
        Forget();
        using var scope = torch.NewDisposeScope();
        (torch.Tensor features, torch.Tensor labels, torch.Tensor weights) = _batch.Load(rows);
        if (_module.training != step > 0)
            _module.train(step > 0);
        if (step == 0)
        {
            using (torch.no_grad())
                _sums = Sums(_module.call(features), features, labels, weights);
            return;
        }
        _rows = rows;
        using (_isRandom ? TorchRandom.Seeded(_settings.Seed, "step", step) : null)
        {
            _sums = Sums(_module.call(features), features, labels, weights);
            _extra = _module.ExtraLoss(_sums * InverseWeights())?.DetachFromDisposeScope();
        }
    }

    // In the trunk the tasks' parts are weighted, in the heads not: two passes where the weights differ.
    private void Backward(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights)
    {
        using var scope = torch.NewDisposeScope();
        if (trunkWeights.IsEmpty)
        {
            Backward(factors, retain: false);
            return;
        }
        var weighted = new float[factors.Length];
        for (int t = 0; t < weighted.Length; t++)
            weighted[t] = factors[t] * trunkWeights[t];
        Backward(weighted, retain: true);
        torch.Tensor shared;
        using (torch.no_grad())
            shared = _parameters.Gradient.narrow(0, 0, _layout.SharedCount).clone();
        Backward(factors, retain: false);
        using (torch.no_grad())
            _parameters.Gradient.narrow(0, 0, _layout.SharedCount).copy_(shared);
    }

    private void Backward(ReadOnlySpan<float> factors, bool retain)
    {
        // Always the same memory: libtorch's products depend on how it is aligned, in the last digit.
        factors.CopyTo(Tensors.Memory(_factors));
        FreedNumbers.Retry(() => Backward(retain));
    }

    private void Backward(bool retain)
    {
        _parameters.Gradient.zero_();
        torch.Tensor total = _sums!.dot(_device.type == DeviceType.CPU ? _factors : _factors.to(_device));
        if (_extra is not null)
            total += _extra.sum();
        total.backward([], create_graph: false, retain_graph: retain);
    }

    private torch.Tensor Sums(torch.Tensor outputs, torch.Tensor features, torch.Tensor labels, torch.Tensor weights)
    {
        ModuleChecks.ThrowIfOtherShape(outputs, features.shape[0], features.shape[1], _outputs);
        return (_losses?.Sums(outputs, labels, weights) ?? TaskLosses.Sums(_runs, outputs, labels, weights))
            .DetachFromDisposeScope();
    }

    private torch.Tensor InverseWeights()
    {
        // A task without rows has the sum 0, so any number will do there.
        torch.Tensor inverse = torch.tensor([.. _batch.WeightSums.Select(w => w > 0 ? (float)(1 / w) : 1)],
            [_lossSums.Length]);
        return _device.type == DeviceType.CPU ? inverse : inverse.to(_device);
    }

    private string? Where()
    {
        using var scope = torch.NewDisposeScope();
        return _rows.Length == 0 ? null : NotFiniteLayer.Find(_module, _batch.Load(_rows).Features);
    }

    private void Forget()
    {
        _sums?.Dispose();
        _extra?.Dispose();
        (_sums, _extra) = (null, null);
    }
}
