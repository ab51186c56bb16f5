using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>Shared-bottom networks as a learner of a sweep.</summary>
public static class NetworkSweep
{
    /// <summary>Networks with a choice of layers and step sizes.</summary>
    /// <param name="training">The usual network and optimiser, and all that is not chosen.</param>
    /// <param name="hidden">Further widths of the shared layers, such as "64,32"; "none" = a linear model.</param>
    /// <param name="learningRates">Further step sizes.</param>
    /// <exception cref="ArgumentException">A value is no list of widths, or no positive number.</exception>
    public static SweepLearner Learner(TrainingOptions training, IReadOnlyList<string>? hidden = null,
        IReadOnlyList<float>? learningRates = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        List<SweepSetting> settings = [];
        string[] widths = [.. ((string[])[NetworkSettings.Text(training.Hidden), .. hidden ?? []]).Distinct()];
        string[] rates = [.. ((float[])[training.LearningRate, .. learningRates ?? []]).Select(NetworkSettings.Text)
            .Distinct()];
        if (widths.Length > 1)
            settings.Add(new SweepSetting(NetworkSettings.Hidden, widths));
        if (rates.Length > 1)
            settings.Add(new SweepSetting(NetworkSettings.LearningRate, rates));
        foreach (string width in widths)
            foreach (string rate in rates)
                NetworkSettings.Apply(training, new Dictionary<string, string>
                {
                    [NetworkSettings.Hidden] = width, [NetworkSettings.LearningRate] = rate,
                }).Validate();
        return new SweepLearner("shared-bottom", chosen => NetworkSettings.Learner(training, chosen), settings);
    }
}
