using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>Rows of a problem as tensors; the memory is one for all batches.</summary>
internal sealed class BatchTensors : IDisposable
{
    private readonly TrainingProblemView _view;
    private readonly torch.Tensor _features, _labels, _weights;
    private readonly torch.Device _device;

    public BatchTensors(Training.TrainingProblem problem, int maxRows, torch.Device device)
    {
        (_view, _device) = (new TrainingProblemView(problem), device);
        int tasks = problem.Tasks.Count;
        _features = torch.zeros(maxRows, problem.Table.FeatureCount).DetachFromDisposeScope();
        _labels = torch.zeros(maxRows, tasks).DetachFromDisposeScope();
        _weights = torch.zeros(maxRows, tasks).DetachFromDisposeScope();
        WeightSums = new double[tasks];
    }

    /// <summary>Per task Σ w of the rows.</summary>
    public double[] WeightSums { get; }

    /// <summary>Loads rows: features rows×d, standardised labels and weights rows×T.</summary>
    public (torch.Tensor Features, torch.Tensor Labels, torch.Tensor Weights) Load(ReadOnlySpan<int> rows)
    {
        _view.Copy(rows, Tensors.Memory(_features), Tensors.Memory(_labels), Tensors.Memory(_weights), WeightSums);
        return (Placed(_features, rows.Length), Placed(_labels, rows.Length), Placed(_weights, rows.Length));
    }

    public void Dispose()
    {
        _features.Dispose();
        _labels.Dispose();
        _weights.Dispose();
    }

    private torch.Tensor Placed(torch.Tensor tensor, int rows)
    {
        torch.Tensor own = rows == tensor.shape[0] ? tensor.alias() : tensor.narrow(0, 0, rows);
        return _device.type == DeviceType.CPU ? own : own.to(_device);
    }
}
