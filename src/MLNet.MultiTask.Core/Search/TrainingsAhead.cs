using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Search;

/// <summary>
/// The groups of a point in one fold, asked for before it is their turn; whoever judges the point takes what it still
/// needs of them.
/// </summary>
/// <param name="groups">Members of every group that was asked for.</param>
/// <param name="ask">Asks for them, in this order.</param>
/// <param name="cancellationToken">Ends the waiting.</param>
internal sealed class TrainingsAhead(IReadOnlyList<IReadOnlyList<int>> groups,
    Func<CancellationToken, Task<IReadOnlyList<GroupOutcome>>> ask, CancellationToken cancellationToken)
    : ITrialExecutor
{
    private readonly Task<IReadOnlyList<GroupOutcome>> _outcomes =
        Task.Run(() => ask(cancellationToken), cancellationToken);

    /// <summary>The outcomes of some of the groups.</summary>
    public async Task<IReadOnlyList<GroupOutcome>> TrainAsync(IReadOnlyList<GroupTraining> batch,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<GroupOutcome> all = await _outcomes.WaitAsync(cancellationToken).ConfigureAwait(false);
        Dictionary<string, int> places = groups.Select((g, i) => (Text(g), i)).ToDictionary();
        return [.. batch.Select(t => all[places[Text(t.Tasks)]])];
    }

    public GroupFit? Models(GroupTraining training, CancellationToken cancellationToken) => null;

    /// <summary>Waits for the end of what was asked for, whatever comes of it.</summary>
    public void LetGo() => _outcomes.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();

    private static string Text(IReadOnlyList<int> tasks) => string.Join(',', tasks);
}
