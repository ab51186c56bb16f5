using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Output;
using MLNet.MultiTask.Tool.Verbs;
using Spectre.Console;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>
/// <c>--grouping auto</c>: affinity, groupings for several numbers of groups, and the choice by training them.
/// </summary>
internal sealed class AutoGrouping(
    DataSet all, TrainingOptions options, UnlearnableTasks unlearnable, string method, int runs,
    Checkpoints? checkpoints, ToolConsole console)
{
    // Below 4 tasks the affinity suggests no number of groups by default; every number is tried.
    private const int TooFewToChoose = 4;

    private readonly SetAside _aside =
        LibraryErrors.Translate(() => SetAside.Find(all.Table, all.Split.Train, unlearnable));

    /// <summary>The candidates, over all tasks; those that cannot be learned are groups of their own.</summary>
    public GroupCountSearchResult Run(CancellationToken cancellationToken)
    {
        int[] learnable = _aside.Learnable;
        DataSet data = _aside.Tasks.Count == 0 ? all : all with { Table = all.Table.Select(learnable) };
        GroupCountSearchResult own = Run(data, cancellationToken);
        return data == all ? own : new GroupCountSearchResult([.. own.Curve.Select(c => c with
        {
            Grouping = new TaskGrouping([
                .. c.Grouping.Groups.Select(g => new TaskGroup([.. g.Served.Select(t => learnable[t])],
                    [.. g.Helpers.Select(t => learnable[t])])),
                .. _aside.Tasks.Select(t => new TaskGroup([t], []))]),
        })]);
    }

    private GroupCountSearchResult Run(DataSet data, CancellationToken cancellationToken)
    {
        int tasks = data.Table.Tasks.Count;
        // Two tasks are together or apart; there is nothing to estimate.
        TaskAffinity affinity = tasks > 2
            ? checkpoints?.Affinity(method, data, options, Estimate) ?? Estimate()
            : new TaskAffinity([.. data.Table.Tasks.Select(t => t.Name)], new double[tasks * tasks], "none");
        return console.Watch(
            "Choosing the grouping by training", detail => Search(data, affinity, detail, cancellationToken));

        TaskAffinity Estimate() => AffinityCommand.Estimate(
            AffinityMethods.Create(method, options), data, console, cancellationToken);
    }

    /// <summary>The candidates with their scores, minus the mean loss relative to the trivial predictor's.</summary>
    public static JsonArray ToJson(GroupCountSearchResult search) => [.. search.Curve.Select(c => new JsonObject
    {
        ["grouping"] = c.Grouping.ToString(),
        ["score"] = JsonFile.Number(c.Mean),
        ["standardError"] = JsonFile.Number(c.StandardError),
    })];

    /// <summary>One row per candidate; lower is better, below 1 beats the trivial predictor.</summary>
    public static Table ToTable(GroupCountSearchResult search)
    {
        Table table = Tables.Create("networks", ["relative loss", "±", ""]);
        foreach (GroupCountCandidate candidate in search.Curve)
            Tables.AddRow(table, [$"{candidate.Grouping.Count}", Tables.Number(-candidate.Mean),
                Tables.Number(candidate.StandardError), candidate == search.Best ? "chosen" : ""]);
        return table;
    }

    private GroupCountSearchResult Search(
        DataSet data, TaskAffinity affinity, Action<string> detail, CancellationToken cancellationToken)
    {
        var trial = new GroupingTrial(data, options, runs, checkpoints);
        var search = new GroupCountSearchOptions
        {
            GroupCounts = affinity.Count < TooFewToChoose ? [.. Enumerable.Range(1, affinity.Count)] : null,
            Solver = k => new SdpGroupingSolver(
                new() { GroupCount = k, Seed = options.Seed, Threads = options.Threads }),
        };
        return LibraryErrors.Translate(() => GroupCountSearch.Run(affinity, (grouping, token) =>
        {
            detail($"{grouping.Count} networks");
            return trial.Scores(grouping, token);
        }, search, cancellationToken));
    }
}
