using System.Globalization;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>Networks as learners of a sweep.</summary>
public static class NetworkSweep
{
    /// <summary>Networks with a choice of layers, step sizes and weightings of tasks.</summary>
    /// <param name="training">
    /// The usual network and optimiser, and all that is not chosen. Where neither
    /// <see cref="TrainingOptions.Patience"/>
    /// nor <see cref="TrainingOptions.PatienceSteps"/> is set, the latter is 200.
    /// </param>
    /// <param name="hidden">Further widths of the shared layers, such as "64,32"; "none" = a linear model.</param>
    /// <param name="learningRates">Further step sizes.</param>
    /// <param name="weightings">Further weightings of the tasks, such as "cagrad" or "fairgrad(alpha=1)"; see
    /// <see cref="TaskWeightings"/>.</param>
    /// <exception cref="ArgumentException">A value is no list of widths, no positive number or no
    /// weighting.</exception>
    public static SweepLearner Learner(TrainingOptions training, IReadOnlyList<string>? hidden = null,
        IReadOnlyList<float>? learningRates = null, IReadOnlyList<string>? weightings = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.InitialModel is not null)
            throw new ArgumentException($"{nameof(training.InitialModel)} is given, but a sweep compares models of " +
                "other groups and layers, which cannot all go on from one; train from it with a trainer",
                nameof(training));
        TrainingOptions given = training;
        training = training.ForSweep();
        List<SweepSetting> settings = [];
        string[] widths = [.. ((string[])[NetworkSettings.Text(training.Hidden), .. hidden ?? []]).Distinct()];
        string[] rates = [.. ((float[])[training.LearningRate, .. learningRates ?? []]).Select(NetworkSettings.Text)
            .Distinct()];
        if (widths.Length > 1)
            settings.Add(new SweepSetting(NetworkSettings.Hidden, widths));
        if (rates.Length > 1)
            settings.Add(new SweepSetting(NetworkSettings.LearningRate, rates));
        string[] methods = [.. ((string[])[training.Weighting.ToString(), .. weightings ?? []]).Distinct()];
        if (methods.Length > 1)
            settings.Add(new SweepSetting(NetworkSettings.Weighting, methods));
        foreach (string width in widths)
            foreach (string rate in rates)
                foreach (string method in methods)
                    NetworkSettings.Apply(training, Chosen(settings, width, rate, method)).Validate();
        return new SweepLearner("shared-bottom", chosen => NetworkSettings.Learner(training, chosen), settings)
        {
            Note = rows => PatienceNote(given, rows),
        };
    }

    /// <summary>Tabular networks with a choice of members.</summary>
    /// <param name="training">The usual network, and all that is not chosen; null = the defaults.</param>
    /// <param name="members">Further numbers of members, from 1 to 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of members is out of range.</exception>
    public static SweepLearner Tabular(TabularOptions? training = null, IReadOnlyList<int>? members = null)
    {
        TabularOptions usual = training ?? new();
        int[] choices = [.. ((int[])[usual.Members, .. members ?? []]).Distinct()];
        foreach (int choice in choices)
            (usual with { Members = choice }).Validate();
        return choices.Length == 1 ? new SweepLearner(new TabularLearner(usual))
            : new SweepLearner("tabular", chosen => new TabularLearner(usual with
            {
                Members = int.Parse(chosen[NetworkSettings.Members], CultureInfo.InvariantCulture),
            }), new SweepSetting(NetworkSettings.Members,
                [.. choices.Select(c => c.ToString(CultureInfo.InvariantCulture))]));
    }

    /// <summary>How much more patient a sweep is than the options say; null where it is not.</summary>
    internal static string? PatienceNote(TrainingOptions given, int trainingRows)
    {
        TrainingOptions own = given.ForSweep();
        (int? usual, int? epochs) = (given.PatienceFor(trainingRows), own.PatienceFor(trainingRows));
        return usual == epochs ? null : string.Create(CultureInfo.InvariantCulture,
            $"Networks train on until {epochs} epochs in a row bring nothing better, not the usual {usual}, since " +
            $"{own.PatienceSteps} updates on {trainingRows} rows take that long; a {nameof(given.Patience)} that is " +
            $"set is kept");
    }

    // Only what may be chosen: the usual weighting need not be one of the registry.
    private static Dictionary<string, string> Chosen(List<SweepSetting> settings, string width, string rate,
        string method)
    {
        var all = new Dictionary<string, string>
        {
            [NetworkSettings.Hidden] = width, [NetworkSettings.LearningRate] = rate,
                [NetworkSettings.Weighting] = method,
        };
        return settings.ToDictionary(s => s.Name, s => all[s.Name]);
    }
}
