using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Search;

/// <summary>The learners of a point's groups, each made once.</summary>
internal sealed class PointLearners
{
    private readonly SweepPoint _point;
    private readonly Dictionary<LearnerSettings, IGroupLearner> _learners;

    private PointLearners(SweepPoint point, Dictionary<LearnerSettings, IGroupLearner> learners) =>
        (_point, _learners) = (point, learners);

    /// <exception cref="ArgumentException">The point is outside the space.</exception>
    public static PointLearners Of(SweepSpace space, SweepPoint point)
    {
        space.Check(point);
        return new(point, point.Groups.Distinct().ToDictionary(g => g, space.Create));
    }

    /// <summary>The learner of a group.</summary>
    public IGroupLearner this[TaskGroup group] => _learners[_point.Of(group)];

    /// <summary>The same that stop after fewer epochs; null where one of them cannot, or is no longer anyway.</summary>
    public PointLearners? WithMaxEpochs(int epochs) =>
        _learners.Values.All(l => l is IEpochLearner { MaxEpochs: { } most } && most > epochs)
            ? new(_point, _learners.ToDictionary(l => l.Key, l => ((IEpochLearner)l.Value).WithMaxEpochs(epochs)))
            : null;
}
