using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>One module from its making to the end of its training.</summary>
internal sealed class ModuleSession : IDisposable
{
    private const int ProbeRows = 4;
    private readonly TrainingProblem _problem;
    private readonly ModuleSource _source;
    private readonly TrainingOptions _options;
    private readonly string _device;
    private readonly MultiTaskModule _module;
    private readonly ModuleTraining _training;
    private readonly ModuleStart _start;
    private readonly NamedLosses? _losses;

    /// <param name="problem">The data.</param>
    /// <param name="source">Makes the module.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="device">Where.</param>
    /// <param name="start">Where to start, flat; null = where the module's own initial weights are.</param>
    /// <param name="losses">Those with a name; null = every task has its kind's.</param>
    public ModuleSession(TrainingProblem problem, ModuleSource source, TrainingOptions options, string device,
        float[]? start = null, NamedLosses? losses = null)
    {
        _losses = losses;
        (_problem, _source, _options, _device) = (problem, source, options, device);
        _module = New();
        using (TorchRandom.Seeded(options.Seed, "probe"))
        using (torch.Tensor rows = Probe())
            ModuleChecks.ThrowIfUnusable(_module, ModuleLayout.Of(_module), rows,
                problem.Tasks.Sum(t => t.OutputCount));
        _training = new ModuleTraining(problem, _module, options.EngineSettings(),
            TrainingRun.MostRows(problem, options),
            torch.device(device), isRandom: true, losses);
        if (start is not null)
            _training.Layout.Import(start);
        _start = ModuleStart.Of(options.Seed, _training.Layout);
    }

    /// <summary>Trains from fresh weights, or goes on from a checkpoint.</summary>
    public TrainedParameters Train(LearnerRun run)
    {
        var flat = new float[_training.Layout.Length];
        _training.Export(flat);
        TrainingOptions options = run.Checkpoints is not { } store ? _options : _options with
        {
            CheckpointSteps = _options.CheckpointSteps ?? store.Steps,
            Checkpoint = checkpoint => store.Write(run.CheckpointName, checkpoint.Save),
        };
        using var training = new TrainingRun(_problem, _training, flat, options, Fingerprint);
        if (run.Checkpoints?.Read(run.CheckpointName, TrainingCheckpoint.Load) is { } latest)
        {
            latest.ThrowIfOfAnother(Fingerprint());
            training.Restore(latest);
        }
        return training.Run(null, run.CancellationToken);
    }

    /// <summary>A model of its own with some parameters.</summary>
    public TorchModuleModel Model(float[] parameters) => new(_source, New(), parameters, _problem.Table.FeatureCount,
        [.. _problem.Means], [.. _problem.Scales], _device, _start);

    public void Dispose()
    {
        _training.Dispose();
        _module.Dispose();
    }

    private MultiTaskModule New() => ModuleBuilder.Create(_source.Create, _source.Text, _problem.Table.FeatureCount,
        _problem.Tasks, _options.Seed);

    private torch.Tensor Probe()
    {
        int[] rows = _problem.Train.Length == 0 ? [] : [.. Enumerable.Range(0, ProbeRows)
            .Select(i => _problem.Train[i % _problem.Train.Length])];
        var features = new float[rows.Length * _problem.Table.FeatureCount];
        _problem.Table.Features.CopyRows(rows, features);
        return torch.tensor(features, [rows.Length, _problem.Table.FeatureCount]);
    }

    private string Fingerprint() => TrainingFingerprint.Of(_problem, _options, $"architecture {_source}",
        "tensors " + string.Join(", ", _training.Layout.Tensors.Select(t => $"{t.Name} {Tensors.Text(t.Shape)}")),
        $"device {_device}{_losses}");
}
