using System.Security.Cryptography;
using System.Text.Json;

namespace MLNet.MultiTask.Distribution;

/// <summary>
/// A training as it travels (<c>trial.json</c>): all that decides its outcome, and nothing else. Its key is the hash of
/// that, so that the same training has the same key on every machine and in every run.
/// </summary>
/// <param name="Build">What the outcome's bits depend on besides: <see cref="BuildIdentity"/>.</param>
/// <param name="Data">SHA-256 of the <see cref="SweepDataFile"/>, hexadecimal.</param>
/// <param name="Fold">Number of the fold in it.</param>
/// <param name="Seed">The fold's seed.</param>
/// <param name="Tasks">Numbers of the group's tasks, ascending.</param>
/// <param name="TaskNames">Their names.</param>
/// <param name="Learner">Name of the learner in the sweep.</param>
/// <param name="Settings">What the sweep chose, by name.</param>
/// <param name="LearnerText">The learner's own line of all that decides its bits.</param>
internal sealed record TrialFile(string Build, string Data, int Fold, ulong Seed, int[] Tasks, string[] TaskNames,
    string Learner, SortedDictionary<string, string> Settings, string LearnerText)
{
    /// <summary>The only version so far.</summary>
    public int Version { get; init; } = 1;

    public static TrialFile Of(GroupTraining training, string data) => new(BuildIdentity.Text, data, training.Fold,
        training.Data.Folds[training.Fold].Seed, [.. training.Tasks],
        [.. training.Tasks.Select(t => training.Data.Table.Tasks[t].Name)], training.LearnerName,
        new SortedDictionary<string, string>(training.Settings.ToDictionary(), StringComparer.Ordinal),
        $"{training.Learner.Name} {training.Learner.Settings}");

    /// <summary>What a list of trials calls it: the learner with its settings and the tasks by name.</summary>
    public string Title => string.Join(' ', [Learner, .. Settings.Select(s => $"{s.Key}={s.Value}")]) +
        FormattableString.Invariant($": {string.Join(" + ", TaskNames)} (fold {Fold})");

    public string ToJson() => JsonSerializer.Serialize(this, DistributionJson.Default.TrialFile);

    /// <summary>The key of a trial in its JSON.</summary>
    public static string KeyOf(string json) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(json)));

    /// <exception cref="FormatException">It is no trial, or of another version.</exception>
    public static TrialFile Parse(string json)
    {
        try
        {
            TrialFile trial = JsonSerializer.Deserialize(json, DistributionJson.Default.TrialFile)
                ?? throw new FormatException("A trial is null");
            return trial.Version == 1 ? trial
                : throw new FormatException($"A trial is of version {trial.Version}; version 1 is known here");
        }
        catch (JsonException e)
        {
            throw new FormatException($"A trial cannot be read: {e.Message}", e);
        }
    }
}
