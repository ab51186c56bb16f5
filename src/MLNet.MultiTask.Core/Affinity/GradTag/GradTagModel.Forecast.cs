using System.Globalization;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <content>The automatic stage: what training from the start gives, and whose groups pay.</content>
internal sealed partial class GradTagModel
{
    private const double LateEpochs = 12;
    private const int PairCoverage = 16, ManyTasks = 100;

    private static readonly GradTagOptions s_defaults = new();

    // What groups end with at the common stop, and with each task at its own best; and of that which counts, who suits
    // whom.
    private TrainingForecast? _common, _own, _company;
    private bool _ownBest;
    private LinearizedNetwork[] _earlyBases = [];
    private StepLength _earlyLength;
    private string _choice = Outcome;

    private TrainingForecast Counting => (_ownBest ? _own : _common)!;

    private void FitForecast(RowSplit split)
    {
        IReadOnlyList<TaskInfo> tasks = _table.Tasks;
        _ownBest = _options.Training.EarlyStopping == EarlyStopping.PerTask;
        bool few = tasks.Count <= ProbeDesign.FewTasks;
        double[] levels = new double[tasks.Count];
        int[][] subsets = AffinitySubsets.Draw(tasks.Count, AffinitySubsets.DefaultSize(tasks.Count), 0,
            tasks.Count > ManyTasks ? 1 : PairCoverage, new RandomStream(_options.Seed, "pairs").NextUInt64());
        PairEffects? early = null;
        if (!few)
        {
            FitStages(split, subsets);
            early = PairEffects.Of(_early = EarlyAffinity(subsets));
            levels = [.. Enumerable.Range(0, tasks.Count).Select(t => Bases.Average(b => b.Losses[t]))];
        }
        (int[] Members, int Draw)[] Learnable((int[] Members, int Draw)[] design) =>
            [.. design.Where(d => d.Members.Any(t => tasks[t].Weight > 0))];
        ProbeRuns runs = _clock.Measure("probes", () => ProbeRuns.Train(_table, split, Learnable(ProbeDesign.Of(
            [.. tasks.Select(t => t.Name)], _options.Probes, _options.ProbeRuns, _options.Seed)), _options,
            _cancellationToken));
        var relative = new RelativeLoss(new TrainingProblem(_table, split, [.. Enumerable.Range(0, tasks.Count)]));
        void Forecast(ProbeRuns of, bool quick) => (_common, _own, _company) = _clock.Measure("forecast", () =>
        {
            double[][]? late = few ? null : Losses(Bases, [.. of.All.Select(run => run.Members)], Length);
            TrainingForecast Fit(ProbeRuns some, bool own, bool trusting) => TrainingForecast.Fit(tasks, some, own,
                relative.Of, late, levels, early, trusting, quick, _options.Threads, _cancellationToken);
            return (Fit(of, own: false, trusting: true), Fit(of, own: true, trusting: true),
                // Longer runs tell losses better, but they told less well who suits whom.
                few ? null : Fit(of.Sooner(_options.ProbePatience), _ownBest, trusting: false));
        });
        if (few)
            Forecast(runs, quick: false);
        else
        {
            Forecast(runs.Sooner(_options.ProbePatience), quick: true);
            _choice = Consensus;
            _labels = LabelAffinity(split);
            _alone = AloneAffinity(split);
            int[] sample = GroupingTrials.Tasks(tasks.Count, _options.Seed);
            (string Name, int[][] Groups)[] proposals = [.. Candidates(subsets)
                .Select(c => (c.Name, GroupingTrials.Propose(c.Affinity, sample)))];
            runs = _clock.Measure("trials", () => runs.With(_table, split,
                Learnable(GroupingTrials.Design([.. proposals.Select(p => p.Groups)])), _options, _cancellationToken));
            Forecast(runs, quick: false);
            Choose(proposals, runs, relative);
        }
        Describe(runs, few);
        Warn(few);
    }

    private void Choose((string Name, int[][] Groups)[] proposals, ProbeRuns runs, RelativeLoss relative)
    {
        double[] weights = [.. _table.Tasks.Select(t => (double)t.Weight)];
        TrialScore[] scores = GroupingTrials.Score([.. proposals.Select(p => p.Groups)], GroupingTrials.Draws,
            (group, draw) =>
            {
                double[] Shortfalls(double[] losses) => [.. losses.Select((loss, k) =>
                    Shortfall(_table.Tasks[group[k]].Kind, relative.Of(group[k], loss)))];
                TrialLosses lost = runs.Losses(group, draw, _ownBest, relative.Of, weights);
                return new TrialLosses(Shortfalls(lost.All), [.. lost.Without.Select(Shortfalls)]);
            }, weights);
        (int choice, double error) = GroupingTrials.Choose(scores);
        _choice = proposals[choice].Name;
        // Half of all statistics, which nobody asks again.
        if (_choice != Early)
            _earlyBases = [];
        _diagnostics["trialError"] = error;
        for (int c = 0; c < scores.Length; c++)
            _diagnostics["trial." + proposals[c].Name] = scores[c].Mean;
    }

    // Linearises a late stage of the user's own training, and an early one where the trunk has room for all tasks.
    private void FitStages(RowSplit split, int[][] subsets)
    {
        GradTagOptions roomy = _options with { Training = RoomyTrunk.Of(_options.Training) };
        bool narrow = roomy.Training != _options.Training;
        BaseRun[] Train(GradTagOptions options) => BaseRun.TrainAll(_table, split, options, _cancellationToken);
        (BaseRun[] runs, BaseRun[] roomyRuns) = _clock.Measure("baseNetworks", () =>
        {
            BaseRun[] own = Train(_options);
            return (own, narrow ? Train(roomy) : own);
        });
        (double Epochs, SharedBottomNetwork Network)[]
            earlier = [.. roomyRuns.Select(r => r.At(_options.StageShare))],
            later = [.. runs.Select(r => r.At(_options.LateStageShare))];
        int head = _options.LearnHeads ? RoomyTrunk.Of(_options.Training).Hidden[^1] + 1 : 0;
        GradTagOptions late = _options with
        {
            // The steps of the late stage are long: only a forward pass tells their losses well.
            Evaluation = _options.Evaluation
                ?? (_table.Tasks.Count > ManyTasks ? SubsetEvaluation.Quadratic : SubsetEvaluation.Forward),
            MaxDimension = StatisticsBudget.Dimension(2 * _options.Bases, _table.Tasks.Count, head,
                _options.MaxDimension),
        };
        // Those of the early stage are short: they hardly leave the span of the gradients themselves.
        GradTagOptions early = late with
        {
            Evaluation = _options.Evaluation ?? SubsetEvaluation.Quadratic,
            KrylovProducts = 0,
            OwnProducts = 0,
        };
        LinearizedNetwork[] Linearize((double Epochs, SharedBottomNetwork Network)[] stage, GradTagOptions options) =>
            ParallelRuns.MapInWaves(stage.Length, _options.Threads, (b, threads) => new LinearizedNetwork(
                stage[b].Network, _table, split, options with { Threads = threads }, _cancellationToken),
                _cancellationToken);
        (_earlyBases, Bases) =
            _clock.Measure("linearization", () => (Linearize(earlier, early), Linearize(later, late)));
        double stage = earlier.Average(e => e.Epochs);
        _earlyLength = EarlyLength(roomyRuns, stage, _options);
        Length = _options.Lambda is not null || _options.Geometry == StepGeometry.Euclidean ? _earlyLength
            : new StepLength(null, _options.FineTuningEpochs ?? LateEpochs);
        _diagnostics["earlyEpochs"] = stage;
        _diagnostics["baseEpochs"] = later.Average(e => e.Epochs);
        LinearizedNetwork[] both = [.. _earlyBases, .. Bases];
        if (narrow)
            _diagnostics["roomyWidth"] = roomy.Training.Hidden.Min();
        _diagnostics["fixedFlops"] = runs.Union(roomyRuns).Sum(r => r.Flops) + both.Sum(b => b.Flops)
            + subsets.Sum(s => both.Sum(b => b.FlopsPerSubset(s.Length)));
    }

    private void Warn(bool few)
    {
        if (few && _options with { Seed = 1, Threads = null, Training = s_defaults.Training, Probes = s_defaults.Probes,
            ProbeRuns = s_defaults.ProbeRuns, ProbePatience = s_defaults.ProbePatience, Subsets = s_defaults.Subsets,
            SubsetSize = null, PairCoverage = s_defaults.PairCoverage, Standardize = true, LinearizationRadii =
            _options.LinearizationRadii.Count == 0 ? s_defaults.LinearizationRadii : _options.LinearizationRadii }
            != s_defaults)
            _warnings.Add(
                $"With {_table.Tasks.Count} tasks every group is really trained, so options of base networks " +
                $"and their steps do not count; set another {nameof(GradTagOptions.Stage)} to use them.");
        if (_table.Tasks.Count == 2)
            _warnings.Add(PairVerdict());
        else if (few && IsUndecided())
            _warnings.Add(
                $"What the {_table.Tasks.Count} tasks do to one another is within the error of measuring it: no " +
                "group did clearly better or worse than another, and affinities, which are in units of their own " +
                "spread, may be chance. One model for all, or one per task, may do as well as any grouping.");
    }

    // Whether no task's expected losses differ from group to group by more than they are uncertain.
    private bool IsUndecided() => AffinitySubsets.All(_table.Tasks.Count)
        .SelectMany(group => group.Zip(Counting.Predict(group, null), (task, predicted) => (task, predicted)))
        .GroupBy(one => one.task, one => one.predicted)
        .All(task =>
        {
            double mean = task.Average(one => one.Loss);
            return task.Average(one => (one.Loss - mean) * (one.Loss - mean))
                < task.Average(one => one.StandardError * one.StandardError);
        });

    // Two tasks leave one question, and two affinities in units of their own spread would answer it with ±1 whatever
    // the size.
    private string PairVerdict()
    {
        PredictedLoss[] apart = [.. Enumerable.Range(0, 2).Select(t => Counting.Predict([t], null)[0])],
            together = Counting.Predict([0, 1], null);
        string[] words = [.. Enumerable.Range(0, 2).Select(t => string.Create(CultureInfo.InvariantCulture,
            $"'{_table.Tasks[t].Name}' a loss of {apart[t].Loss:G4} alone and {together[t].Loss:G4} together " +
            $"(± {Math.Sqrt(Math.Pow(apart[t].StandardError, 2) + Math.Pow(together[t].StandardError, 2)):G2})"))];
        return $"Two tasks can only be learned together or apart: {words[0]}, {words[1]}; ± is one standard error " +
            "of the difference.";
    }

    private void Describe(ProbeRuns runs, bool few)
    {
        _diagnostics["fixedFlops"] =
            _diagnostics.GetValueOrDefault("fixedFlops") + runs.All.Sum(run => run.Flops);
        _diagnostics["flopsPerSubset"] =
            Bases.Sum(b => b.FlopsPerSubset(AffinitySubsets.DefaultSize(_table.Tasks.Count)));
        _diagnostics["probes"] = runs.All.Length;
        _diagnostics["probePatience"] = runs.Patience;
        _diagnostics["probeEpochs"] = runs.All.Average(run => run.Course.Length);
        OutcomeForecast forecast = Counting.Outcome;
        string[] estimates = [.. few ? [] : new[] { "late" }, .. _ownBest ? [] : new[] { "stop" },
            .. few ? [] : new[] { "early" }];
        for (int q = 0; q < estimates.Length; q++)
            _diagnostics[estimates[q] + "Weight"] = forecast.Weights[q];
        OutcomeVariances variances = forecast.Variances;
        foreach ((string name, double value) in new[] { ("size", variances.Size + variances.OwnSize),
            ("source", variances.Source), ("pair", variances.Pair), ("company", variances.Company),
            ("draw", variances.Draw), ("noise", variances.Noise) })
            _diagnostics[name + "Deviation"] = Math.Sqrt(value);
    }
}
