using System.CommandLine;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;

namespace MLNet.MultiTask.Benchmarks;

/// <summary>
/// The settings under which the reference results of the published data sets were made: row limit, columns of codes and
/// hidden layers by set, no row weights; everything else is the default of <see cref="TrainingOptions"/>.
/// </summary>
internal sealed class QualityBaselines : ITrainingPreset
{
    private static readonly string[] LargeSets = ["landmine", "thyroid", "census", "rf1"];
    private static readonly string[] CensusCodes =
        ["det_ind_code", "det_occ_code", "own_or_self", "vet_benefits", "year"];

    public Option<bool> Option { get; } = new("--like-quality-baselines")
    {
        Description = "Settings of the published reference results: at most 20,000 rows, no row weights, hidden " +
            "layers by data set.",
    };

    public int MaxRows => 20000;

    public DataDescription Apply(DataDescription description, string? set) => description with
    {
        UseWeights = false,
        Categorical = set == "census" ? [.. description.Categorical, .. CensusCodes] : description.Categorical,
    };

    public IReadOnlyList<int> Hidden(string? set) => LargeSets.Contains(set) ? [128, 64] : [64, 32];
}
