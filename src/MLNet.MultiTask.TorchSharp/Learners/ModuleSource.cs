namespace MLNet.MultiTask.Torch;

/// <summary>
/// Where new modules come from: a registered architecture with settings, or a factory without a name.
/// </summary>
internal sealed record ModuleSource
{
    private readonly string? _unnamed;

    private ModuleSource(Func<ArchitectureContext, MultiTaskModule> create, ArchitectureText text, bool isNamed)
    {
        (Create, Text) = (create, text);
        // Two factories cannot be compared: each is another one to caches and histories.
        _unnamed = isNamed ? null : $"unnamed {Guid.NewGuid():n}";
    }

    public Func<ArchitectureContext, MultiTaskModule> Create { get; }

    public ArchitectureText Text { get; init; }

    /// <summary>Whether a file can say the module by a name.</summary>
    public bool IsNamed => _unnamed is null;

    /// <exception cref="ArgumentException">The architecture is not registered, or its text is none.</exception>
    public static ModuleSource Of(TorchModuleOptions options)
    {
        if (options.Create is { } create)
            return new ModuleSource(create, ArchitectureText.Parse("unnamed"), isNamed: false);
        try
        {
            return Of(options.Architecture);
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, nameof(options), e);
        }
    }

    /// <exception cref="FormatException">The architecture is not registered, or its text is none.</exception>
    public static ModuleSource Of(string architecture)
    {
        ArchitectureText text = ArchitectureText.Parse(architecture);
        return new ModuleSource(TorchArchitectures.Find(text.Name), text, isNamed: true);
    }

    public override string ToString() => _unnamed ?? Text.ToString();
}
