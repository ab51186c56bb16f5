using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests;

/// <summary>Modules that a user might bring, good and bad.</summary>
internal static class TestModules
{
    public static nn.Module<Tensor, Tensor> Trunk(int features = 5) => nn.Sequential(("a", nn.Linear(features, 8)),
        ("norm", nn.BatchNorm1d(8)), ("relu", nn.ReLU()), ("drop", nn.Dropout(0.2)), ("b", nn.Linear(8, 6)));

    public static TorchModuleLearner Learner(Func<ArchitectureContext, MultiTaskModule> create,
        TrainingOptions? training = null) =>
        new(new TorchModuleOptions { Create = create, Training = training ?? Training });

    public static readonly TrainingOptions Training = new()
    {
        LearningRate = 0.01f, BatchSize = 32, Threads = 1, MaxEpochs = 6,
    };
}

/// <summary>A function as a module, with a parameter so that something can be trained.</summary>
internal sealed class Lambda : nn.Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor> _function;

    public Lambda(Func<Tensor, Tensor> function, int features = 5) : base(nameof(Lambda))
    {
        _function = function;
        Layer = nn.Linear(features, 4);
        register_module("layer", Layer);
    }

    public TorchSharp.Modules.Linear Layer { get; }

    public override Tensor forward(Tensor input) => _function(Layer.call(input));
}

/// <summary>Outputs by a function of the features, without heads.</summary>
internal sealed class Outputs : MultiTaskModule
{
    private readonly Func<Tensor, Tensor> _function;

    public Outputs(ArchitectureContext context, Func<Tensor, Tensor> function, bool unused = false) : base(context)
    {
        _function = function;
        Layer = nn.Linear(context.FeatureCount, context.Tasks.Sum(t => t.OutputCount));
        register_module("layer", Layer);
        if (unused)
            register_module("spare", nn.Linear(2, 2));
    }

    public TorchSharp.Modules.Linear Layer { get; }

    public override Tensor forward(Tensor input) => _function(Layer.call(input));
}
