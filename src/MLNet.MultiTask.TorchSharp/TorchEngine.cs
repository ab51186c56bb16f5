using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Torch;
using MLNet.MultiTask.Training;
using TorchSharp;

namespace MLNet.MultiTask;

/// <summary>
/// Trains shared-bottom networks by TorchSharp: <c>new TrainingOptions { Engine = TorchEngine.Cpu }</c>. The network is
/// the same as the managed engine's, and so are scoring, files, affinities and ONNX. Results have the same bits on one
/// number of threads only.
/// </summary>
public sealed class TorchEngine : ITrainingEngine
{
    private readonly string _device;

    private TorchEngine(string device) => _device = device;

    /// <summary>On the CPU.</summary>
    public static TorchEngine Cpu { get; } = new("cpu");

    /// <inheritdoc/>
    public string Name => _device == "cpu" ? "torchsharp" : "torchsharp " + _device;

    /// <summary>On a GPU, by ML.NET's convention.</summary>
    /// <param name="gpuDeviceId">Number of the GPU, as <c>MLContext.GpuDeviceId</c>; null = the CPU.</param>
    /// <param name="fallbackToCpu">Whether the CPU is taken where there is no such GPU, as
    /// <c>MLContext.FallbackToCpu</c>.</param>
    /// <exception cref="InvalidOperationException">There is no such GPU, and the CPU is not to be taken.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp's libraries cannot be loaded; what is missing is
    /// said.</exception>
    public static TorchEngine On(int? gpuDeviceId, bool fallbackToCpu = false)
    {
        TorchLibrary.ThrowIfAbsent();
        string device = TorchDevices.Choose(gpuDeviceId, fallbackToCpu).Device;
        return device == "cpu" ? Cpu : new TorchEngine(device);
    }

    /// <inheritdoc/>
    /// <exception cref="DllNotFoundException">TorchSharp's libraries cannot be loaded; what is missing is
    /// said.</exception>
    public ITrainableNetwork Create(TrainingProblem problem, NetworkShape shape, ReadOnlySpan<float> parameters,
        EngineSettings settings, int maxRows)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(settings);
        TorchLibrary.ThrowIfAbsent();
        if (settings.GramianSketch is { } sketch)
            throw new NotSupportedException(
                $"{nameof(TrainingOptions.GramianSketch)} is {sketch}; the TorchSharp engine " +
                "compares gradients exactly: leave it null, or use the managed engine");
        var context = new ArchitectureContext(shape.FeatureCount, shape.Tasks, ArchitectureText.Parse("shared-bottom"),
            settings.Seed);
        var module = new SharedBottomModule(context, shape, settings.Dropout);
        var training = new ModuleTraining(problem, module, settings, maxRows, torch.device(_device),
            settings.Dropout > 0);
        training.Layout.Import(parameters);
        return training;
    }
}
