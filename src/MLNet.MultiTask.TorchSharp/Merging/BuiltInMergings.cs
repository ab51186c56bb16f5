namespace MLNet.MultiTask.Torch;

/// <summary>The mergings of this library by name: a new one is added here.</summary>
internal static class BuiltInMergings
{
    private static readonly SortedDictionary<string, Func<MethodSettings, IModelMerging>> All =
        new(StringComparer.Ordinal)
    {
        ["task-arithmetic"] = s => new TaskArithmetic(s),
        ["ties"] = s => new TiesMerging(s),
        ["tall-masks"] = s => new TallMasks(s),
        ["consensus"] = s => new ConsensusMerging(s),
        ["adamerging"] = s => new AdaMerging(s),
        ["atlas"] = s => new AnisotropicScaling(s),
        ["self-positioning"] = s => new SelfPositioning(s),
        ["twin"] = s => new TwinMerging(s),
        ["scalearn"] = s => new ScaLearn(s),
        ["logits-fusion"] = s => new LogitsFusion(s),
        ["delta-guided"] = _ => new DeltaGuidedFusion(),
    };

    public static IReadOnlyList<string> Names => [.. All.Keys];

    /// <summary>The method of a text, and its canonical text.</summary>
    /// <exception cref="FormatException">There is no such merging or setting, or a value is out of range.</exception>
    public static (IModelMerging Merging, string Text) Parse(string text)
    {
        MethodSettings settings = MethodSettings.Parse(text.Replace(',', ';'), "merging", "ties(keep=0.2; scale=0.3)");
        if (!All.TryGetValue(settings.Name, out Func<MethodSettings, IModelMerging>? create))
            throw new FormatException($"There is no merging '{settings.Name}'; there are " +
                $"{string.Join(", ", Names.Select(n => $"'{n}'"))}");
        IModelMerging merging = create(settings);
        settings.ThrowIfNotAsked();
        return (merging, settings.ToString());
    }
}
