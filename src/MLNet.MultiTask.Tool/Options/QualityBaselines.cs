using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>
/// The settings under which the reference results of the published data sets were made: row limit, columns of codes and
/// hidden layers by set, no row weights; everything else is the default of <see cref="TrainingOptions"/>.
/// </summary>
internal static class QualityBaselines
{
    public const int MaxRows = 20000;

    private static readonly string[] LargeSets = ["landmine", "thyroid", "census", "rf1"];
    private static readonly string[] CensusCodes =
        ["det_ind_code", "det_occ_code", "own_or_self", "vet_benefits", "year"];

    public static DataDescription Apply(DataDescription description, string? set) => description with
    {
        UseWeights = false,
        Categorical = set == "census" ? [.. description.Categorical, .. CensusCodes] : description.Categorical,
    };

    public static IReadOnlyList<int> Hidden(string? set) => LargeSets.Contains(set) ? [128, 64] : [64, 32];
}
