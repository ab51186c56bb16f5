using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Tests.Search;

/// <summary>Never fits: for tests that only ask what a sweep would try.</summary>
internal sealed class FakeLearner(string settings) : IGroupLearner
{
    public string Name => "fake";

    public string Settings => settings;

    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run) =>
        throw new NotSupportedException("This learner never fits");

    public static SweepLearner Named(string name, params SweepSetting[] settings) =>
        new(name, values => new FakeLearner(string.Join(' ', values.Select(v => $"{v.Key}={v.Value}"))), settings);
}
