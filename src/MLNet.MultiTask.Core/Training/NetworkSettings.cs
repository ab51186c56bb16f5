using System.Globalization;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Training;

/// <summary>Shared-bottom networks with a choice of widths, step sizes and weightings, as a sweep takes them.</summary>
internal static class NetworkSettings
{
    public const string Hidden = "hidden";
    public const string LearningRate = "learning-rate";
    public const string Weighting = "weighting";
    public const string Members = "members";

    /// <summary>Widths as text: <c>64,32</c>, or <c>none</c> for a linear model.</summary>
    public static string Text(IReadOnlyList<int> hidden) =>
        hidden.Count == 0 ? "none" : string.Join(',', hidden);

    /// <summary>A step size as text, the shortest that reads back.</summary>
    public static string Text(float learningRate) => learningRate.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Options with the chosen settings in place.</summary>
    /// <exception cref="ArgumentException">A value is no list of widths, no number or no weighting (it is
    /// named).</exception>
    public static TrainingOptions Apply(TrainingOptions options, IReadOnlyDictionary<string, string> settings) =>
        options with
        {
            Hidden = settings.TryGetValue(Hidden, out string? hidden) ? Widths(hidden) : options.Hidden,
            LearningRate = settings.TryGetValue(LearningRate, out string? rate) ? Rate(rate) : options.LearningRate,
            Weighting = settings.TryGetValue(Weighting, out string? weighting) ? Weigh(weighting) : options.Weighting,
        };

    public static IGroupLearner Learner(TrainingOptions options, IReadOnlyDictionary<string, string> settings) =>
        new SharedBottomLearner(Apply(options, settings));

    private static int[] Widths(string text) => text == "none" ? []
        : [.. text.Split(',').Select(w =>
            int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width >= 1 ? width
            : throw new ArgumentException(
                $"'{text}' is no list of layer widths; such as '64,32', or 'none', is expected"))];

    private static TaskWeighting Weigh(string text)
    {
        try
        {
            return TaskWeightings.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, e);
        }
    }

    private static float Rate(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float rate) && rate > 0
            && float.IsFinite(rate) ? rate
            : throw new ArgumentException($"'{text}' is no learning rate; a positive number is expected");
}
