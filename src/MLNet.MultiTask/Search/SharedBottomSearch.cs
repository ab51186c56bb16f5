using System.Globalization;
using Microsoft.ML.SearchSpace;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// What is worth choosing of a shared-bottom network, with the ranges as attributes that <c>SearchSpace&lt;T&gt;</c> of
/// Microsoft.ML.AutoML reads.
/// </summary>
/// <remarks>
/// For <c>mlContext.Auto().CreateSweepableEstimator((context, chosen) => context.MultiTask().Trainers.SharedBottom(…
/// chosen.Apply(training) …), new SearchSpace&lt;SharedBottomSearch&gt;())</c>. Widths and factors are choices: a whole
/// number in a range loses its upper bound on the way through AutoML's tuners.
/// </remarks>
public sealed class SharedBottomSearch
{
    /// <summary>Widths of the shared layers; none = a linear model.</summary>
    /// <value>The default value is "64,32".</value>
    [Choice(["64,32", "128,64", "256,128", "32", "128", "none"], "64,32")]
    public string Hidden { get; set; } = "64,32";

    /// <summary>Step size of AdamW.</summary>
    /// <value>The default value is 0.001; from 0.0001 to 0.02.</value>
    [Range(1e-4f, 2e-2f, 1e-3f, logBase: true)]
    public float LearningRate { get; set; } = 1e-3f;

    /// <summary>Share of the hidden units that every update leaves out.</summary>
    /// <value>The default value is 0; from 0 to 0.5.</value>
    [Range(0f, 0.5f, 0f)]
    public float Dropout { get; set; }

    /// <summary>Decoupled weight decay.</summary>
    /// <value>The default value is 0.0001; from 0.000001 to 0.1.</value>
    [Range(1e-6f, 1e-1f, 1e-4f, logBase: true)]
    public float WeightDecay { get; set; } = 1e-4f;

    /// <summary>How the tasks of a network are weighed; see <see cref="TaskWeightings"/>.</summary>
    /// <value>The default value is "equal".</value>
    [Choice(["equal", "uncertainty", "si"], "equal")]
    public string Weighting { get; set; } = "equal";

    /// <summary>Options with what was chosen in place.</summary>
    /// <exception cref="ArgumentException">A value is no list of widths or no weighting (it is named), or options are
    /// out of range.</exception>
    public TrainingOptions Apply(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TrainingOptions chosen = NetworkSettings.Apply(options, new Dictionary<string, string>
        {
            [NetworkSettings.Hidden] = Hidden,
            [NetworkSettings.LearningRate] = LearningRate.ToString("R", CultureInfo.InvariantCulture),
            [NetworkSettings.Weighting] = Weighting,
        }) with { Dropout = Dropout, WeightDecay = WeightDecay };
        chosen.Validate();
        return chosen;
    }
}
