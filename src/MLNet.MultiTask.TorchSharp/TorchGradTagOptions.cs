using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="TorchGradTagAffinity"/> estimates.</summary>
public sealed record TorchGradTagOptions : FineTuningGradTagOptions
{
    /// <summary>Two base modules.</summary>
    public TorchGradTagOptions() : base(bases: 2)
    {
    }

    /// <summary>The module, and how the base modules are trained; seeds are derived from
    /// <see cref="AffinityOptions.Seed"/>.</summary>
    /// <value>The default value is the defaults of <see cref="TorchModuleOptions"/>.</value>
    public TorchModuleOptions Module { get; init; } = new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Module);
        Module.Validate();
        Check(Module.Training.EarlyStopping == EarlyStopping.Macro,
            $"{nameof(Module)}.{nameof(TrainingOptions.EarlyStopping)}",
            Module.Training.EarlyStopping, "Macro: a base module is one for all tasks");
        Check(Enum.IsDefined(Subspace) && Subspace != GradTagSubspace.Whole, nameof(Subspace), Subspace,
            "Krylov, Rademacher or Kronecker for a module");
    }

    private static void Check(bool ok, string name, object? value, string range)
    {
        if (!ok)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}");
    }
}
