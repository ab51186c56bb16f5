using MLNet.MultiTask.Torch;

namespace MLNet.MultiTask;

/// <summary>Architectures as a learner of a sweep.</summary>
public static class TorchModuleSweep
{
    /// <summary>Name of the one setting.</summary>
    internal const string Architecture = "architecture";

    /// <summary>Modules with a choice of architectures; the groupings are the sweep's matter.</summary>
    /// <param name="module">
    /// The usual architecture, how it is trained and where; null = the defaults. Patience is that of
    /// <see cref="NetworkSweep.Learner"/>.
    /// </param>
    /// <param name="architectures">Further architectures with settings, such as <c>mmoe(experts=2)</c>; null = all of
    /// this library.</param>
    /// <returns>The learner, for <see cref="SweepOptions.Learners"/> or <see cref="SweepSpace"/>.</returns>
    /// <exception cref="ArgumentException">A text is none, a name is not registered, or the module is without a
    /// name.</exception>
    public static SweepLearner Learner(TorchModuleOptions? module = null, IReadOnlyList<string>? architectures = null)
    {
        TorchModuleOptions given = module ?? new(), options = given with { Training = given.Training.ForSweep() };
        if (options.Create is not null)
            throw new ArgumentException("A sweep names what it tries: register the factory with " +
                $"{nameof(TorchArchitectures)}.{nameof(TorchArchitectures.Register)} and give its name",
                nameof(module));
        string[] all = [.. ((string[])[options.Architecture, .. architectures ?? [.. BuiltInArchitectures.All.Keys]])
            .Select(Text).Distinct(StringComparer.Ordinal)];
        foreach (string one in all)
            _ = new TorchModuleLearner(options with { Architecture = one });
        return new SweepLearner(TorchModuleModel.KindName, chosen => new TorchModuleLearner(options with
        {
            Architecture = chosen[Architecture],
        }), new SweepSetting(Architecture, all))
        {
            Note = rows => NetworkSweep.PatienceNote(given.Training, rows),
        };
    }

    // Values of a sweep have no blanks.
    private static string Text(string architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        try
        {
            return ArchitectureText.Parse(architecture).ToString().Replace(" ", "", StringComparison.Ordinal);
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, nameof(architecture), e);
        }
    }
}
