namespace MLNet.MultiTask.Torch;

/// <summary>The named losses of this library: a new one is added here.</summary>
internal static class BuiltInLosses
{
    private static readonly SortedDictionary<string, Func<MethodSettings, ITaskLoss>> All = new(StringComparer.Ordinal)
    {
        ["decoupled-softmax"] = ContrastiveLoss.DecoupledSoftmax,
        ["info-nce"] = ContrastiveLoss.InfoNce,
        ["preference"] = s => new PreferenceLoss(s),
        ["z-loss"] = s => new ZLoss(s),
    };

    public static IReadOnlyList<string> Names => [.. All.Keys];

    /// <summary>The loss of a text, and its canonical text.</summary>
    /// <exception cref="FormatException">There is no such loss or setting, or a value is out of range.</exception>
    public static (ITaskLoss Loss, string Text) Parse(string text)
    {
        MethodSettings settings = MethodSettings.Parse(text, "loss", "z-loss(a=1; b=1)");
        if (!All.TryGetValue(settings.Name, out Func<MethodSettings, ITaskLoss>? create))
            throw new FormatException($"There is no loss '{settings.Name}'; there are " +
                $"{string.Join(", ", Names.Select(n => $"'{n}'"))}");
        ITaskLoss loss = create(settings);
        settings.ThrowIfNotAsked();
        return (loss, settings.ToString());
    }
}
