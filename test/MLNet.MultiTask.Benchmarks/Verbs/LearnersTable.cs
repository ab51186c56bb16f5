using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Per set: means over seeds of every learner; of the single learner that is best on the validation rows, chosen seed
/// by seed; of the ensemble; and the best of the peers, measured in the same run or stored.
/// </summary>
internal sealed class LearnersTable(PeerResults stored)
{
    private readonly List<LearnerLine> _lines = [];

    /// <summary>Takes a line; one of the same training replaces it.</summary>
    public void Add(LearnerLine? line)
    {
        if (line is null)
            return;
        _lines.RemoveAll(l => (l.Set, l.Arm, l.Seed) == (line.Set, line.Arm, line.Seed));
        _lines.Add(line);
    }

    /// <summary>A line per set, and a last one that counts the sets on which a target is met.</summary>
    public IEnumerable<JsonObject> Lines()
    {
        SetResult[] sets = [.. _lines.GroupBy(l => l.Set).Select(Result)];
        foreach (SetResult set in sets)
            yield return set.ToJson();
        if (sets.Length == 0)
            yield break;
        yield return new JsonObject
        {
            ["bench"] = "learners-targets", ["sets"] = sets.Length,
            ["single_as_good_as_best_peer"] = sets.Count(s => s.SingleAsGood),
            ["single_better_than_lightgbm"] = sets.Count(s => s.SingleBeatsLightGbm),
            ["ensemble_better_than_best_peer"] = sets.Count(s => s.EnsembleBetter),
        };
    }

    private SetResult Result(IGrouping<string, LearnerLine> set)
    {
        LearnerLine[] singles = [.. set.Where(l => l.Role == LearnerRole.Single)];
        int seeds = set.Max(l => l.Seed);
        LearnerLine[] chosen = [.. Enumerable.Range(1, seeds).Select(seed => singles
            .GroupBy(l => l.Arm).Select(arm => arm.FirstOrDefault(l => l.Seed == seed) ?? arm.First())
            .MaxBy(l => l.HigherIsBetter ? l.Validation : -l.Validation)).OfType<LearnerLine>()];
        var peers = set.Where(l => l.Role == LearnerRole.Peer).GroupBy(l => l.Arm)
            .Select(arm => new ArmResult(arm.Key, [.. arm.Select(l => l.Macro)]))
            .Concat(stored.All(set.Key, set.First().Metric).Select(p => new ArmResult(p.Name, [p.Value], p.Sd)))
            .ToArray();
        return new SetResult(set.Key, set.First().Metric,
            [.. set.GroupBy(l => l.Arm).Select(arm => new ArmResult(arm.Key, [.. arm.Select(l => l.Macro)]))],
            new ArmResult(string.Join('/', chosen.Select(c => c.Arm).Distinct()), [.. chosen.Select(c => c.Macro)]),
            [.. set.Where(l => l.Role == LearnerRole.Ensemble).GroupBy(l => l.Arm)
                .Select(arm => new ArmResult(arm.Key, [.. arm.Select(l => l.Macro)]))], peers);
    }

    private sealed record ArmResult(string Name, double[] Values, double StoredDeviation = 0)
    {
        public double Mean => Values.Average();

        public double Deviation => Values.Length < 2 ? StoredDeviation
            : Math.Sqrt(Values.Sum(v => (v - Mean) * (v - Mean)) / (Values.Length - 1));

        public JsonArray ToJson() => [Math.Round(Mean, 5), Math.Round(Deviation, 5)];
    }

    private sealed record SetResult(string Set, string Metric, ArmResult[] Arms, ArmResult Chosen,
        ArmResult[] Ensembles, ArmResult[] Peers)
    {
        private bool HigherIsBetter => Metric == "auc";

        private ArmResult? BestPeer => Best(Peers);

        private ArmResult? BestLightGbm => Best(Peers.Where(p => p.Name is "lgbm" or "lightgbm"));

        public bool SingleAsGood => BestPeer is { } peer && Chosen.Values.Length > 0
            && Gain(Chosen, peer) >= -Math.Max(Chosen.Deviation, peer.Deviation);

        public bool SingleBeatsLightGbm =>
            BestLightGbm is { } peer && Chosen.Values.Length > 0 && Gain(Chosen, peer) > 0;

        public bool EnsembleBetter =>
            BestPeer is { } peer && Ensembles is [var ensemble, ..] && Gain(ensemble, peer) > 0;

        public JsonObject ToJson()
        {
            var arms = new JsonObject();
            foreach (ArmResult arm in Arms)
                arms.Add(arm.Name, arm.ToJson());
            return new JsonObject
            {
                ["bench"] = "learners-set", ["set"] = Set, ["metric"] = Metric, ["arms"] = arms,
                ["chosen"] = Chosen.Name, ["chosen_macro"] = Chosen.Values.Length > 0 ? Chosen.ToJson() : null,
                ["ensemble_macro"] = Ensembles is [var ensemble, ..] ? ensemble.ToJson() : null,
                ["best_peer"] = BestPeer?.Name, ["best_peer_macro"] = BestPeer?.ToJson(),
                ["lightgbm_macro"] = BestLightGbm?.ToJson(), ["single_as_good_as_best_peer"] = SingleAsGood,
                ["single_better_than_lightgbm"] = SingleBeatsLightGbm,
                ["ensemble_better_than_best_peer"] = EnsembleBetter,
            };
        }

        private double Gain(ArmResult own, ArmResult peer) =>
            HigherIsBetter ? own.Mean - peer.Mean : peer.Mean - own.Mean;

        private ArmResult? Best(IEnumerable<ArmResult> arms) =>
            HigherIsBetter ? arms.MaxBy(a => a.Mean) : arms.MinBy(a => a.Mean);
    }
}
