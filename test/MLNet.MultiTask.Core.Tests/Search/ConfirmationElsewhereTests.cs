using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Search;

/// <summary>Contenders that other machines measure again: together, and to the bits of one process.</summary>
[TestClass]
public sealed class ConfirmationElsewhereTests
{
    private const int Folds = 2;

    private static readonly TrainingOptions Small = new() { Hidden = [4], MaxEpochs = 4, LearningRate = 0.01f };
    private static readonly TaskTable Table =
        Training.Problems.Mixed(120, 4, 0.1, 2, new TaskInfo("a", TaskKind.Binary),
        new TaskInfo("b", TaskKind.Regression), new TaskInfo("c", TaskKind.Binary),
        new TaskInfo("d", TaskKind.Regression));

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public void Run_ResultsInAnyOrder_ConfirmAsInOneProcess(bool lastFirst, bool sharesGroups)
    {
        SweepOptions options = Options(new CountedLearner(Small)) with { SharesGroups = sharesGroups };
        SweepResult here = GroupingSweep.Run(Table, options);
        var executor = new GatheringExecutor(Contenders(here), lastFirst);
        SweepResult elsewhere = GroupingSweep.Run(Table, options with { Executor = executor });
        Assert.IsGreaterThan(1, Contenders(here));
        Assert.IsTrue(executor.AllCame, "Contenders were not asked for together");
        CollectionAssert.AreEqual(Lines(here), Lines(elsewhere));
    }

    [TestMethod]
    public void Run_OneFailsThere_OnlyThatOneIsOut()
    {
        ulong anew = SweepFold.Anew(Table, Options(new CountedLearner(Small)))[0].Seed;
        SweepResult all = GroupingSweep.Run(Table, Options(new CountedLearner(Small)));
        // A group of the first contender, which others may hold, too.
        int[] members = [.. all.Trials.First(t => t.Confirmations.Count > 0).Point.Grouping.Groups[0].Members];
        SweepOptions options = Options(new FailingLearner(Small, anew, members));
        SweepResult here = GroupingSweep.Run(Table, options);
        Assert.IsLessThan(Contenders(all), Contenders(here));
        CollectionAssert.AreEqual(Lines(here), Lines(GroupingSweep.Run(Table, options with
        {
            Executor = new GatheringExecutor(Contenders(all), lastFirst: true),
        })));
    }

    [TestMethod]
    public void Run_CancelledBeforeAllAreThere_LeavesTheFoldOut()
    {
        SweepOptions options = Options(new CountedLearner(Small));
        using var source = new CancellationTokenSource();
        var executor = new GatheringExecutor(Contenders(GroupingSweep.Run(Table, options)), lastFirst: false)
        {
            AfterOne = source.Cancel,
        };
        SweepResult result = GroupingSweep.Run(Table, options with { Executor = executor }, source.Token);
        Assert.AreEqual(0, Contenders(result));
        Assert.AreEqual(0, executor.Running);
    }

    [TestMethod]
    public void Run_ServerIsGone_EndsTheSweepWithNothingLeftRunning()
    {
        SweepOptions options = Options(new CountedLearner(Small));
        var executor = new GatheringExecutor(Contenders(GroupingSweep.Run(Table, options)), lastFirst: false)
        {
            AfterOne = () => throw new TrialExecutorException("The server is gone"),
        };
        Assert.AreEqual("The server is gone", Assert.ThrowsExactly<TrialExecutorException>(
            () => GroupingSweep.Run(Table, options with { Executor = executor })).Message);
        Assert.AreEqual(0, executor.Running);
    }

    private static SweepOptions Options(IGroupLearner learner) => new()
    {
        Learners = [new SweepLearner("network", _ => learner)], Folds = Folds, MaxTrials = 8,
    };

    private static int Contenders(SweepResult result) => result.Trials.Count(t => t.Confirmations.Count > 0);

    /// <summary>Everything that must be the same, but for times.</summary>
    private static string[] Lines(SweepResult result) =>
    [
        $"best {result.Best.Number} of {result.GroupsTrained}: {string.Join(' ', result.Notes)}",
        .. result.Trials.Select(t => FormattableString.Invariant($"{t.Number} {t.Point} {t.Status} {t.Epochs} ")
            + string.Join(' ', t.Losses.Concat(t.Confirmations).SelectMany(l => l).Select(l => l.ToString("R", null)))),
        string.Join(' ', GroupingSweepTests.Scores(result.Model, [0, 50, 99])),
    ];

    /// <summary>
    /// Holds what is asked for in the first of the new folds until so many contenders have asked, and lets them go by
    /// the order in which they came.
    /// </summary>
    private sealed class GatheringExecutor(int contenders, bool lastFirst) : ITrialExecutor
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<TaskCompletionSource> _waiting = [];
        private int _running;

        public bool AllCame => _all.Task.IsCompletedSuccessfully;

        public int Running => _running;

        /// <summary>What happens once one contender's results are there, in place of all others.</summary>
        public Action? AfterOne { get; init; }

        public async Task<IReadOnlyList<GroupOutcome>> TrainAsync(IReadOnlyList<GroupTraining> batch,
            CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _running);
            try
            {
                if (batch[0].Fold == Folds)
                    await TurnAsync(cancellationToken);
                return [.. batch.Select(t => Outcome(t, cancellationToken))];
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }

        public GroupFit? Models(GroupTraining training, CancellationToken cancellationToken) => null;

        private async Task TurnAsync(CancellationToken cancellationToken)
        {
            int place;
            lock (_waiting)
            {
                place = _waiting.Count;
                _waiting.Add(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                if (_waiting.Count == contenders)
                    _all.SetResult();
            }
            await _all.Task.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
            int before = lastFirst ? place + 1 : place - 1;
            if (before >= 0 && before < contenders)
                await _waiting[before].Task.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
            _waiting[place].SetResult();
            if (before >= 0 && AfterOne is not null)
                AfterOne();
        }

        private static GroupOutcome Outcome(GroupTraining training, CancellationToken cancellationToken)
        {
            try
            {
                return training.Train(1, cancellationToken) with { Fit = null };
            }
            catch (InvalidOperationException e)
            {
                return new GroupOutcome { Error = e.Message };
            }
        }
    }

    /// <summary>Fails for one group in one fold.</summary>
    private sealed class FailingLearner(TrainingOptions options, ulong seed, int[] members) : IGroupLearner
    {
        private readonly SharedBottomLearner _learner = new(options);

        public string Name => "network";

        public string Settings => _learner.Settings;

        public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run) =>
            run.Seed == seed && tasks.SequenceEqual(members) ? throw new InvalidOperationException("Not here")
                : _learner.Fit(table, split, tasks, run);
    }
}
