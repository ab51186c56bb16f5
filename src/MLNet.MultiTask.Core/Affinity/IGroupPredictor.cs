namespace MLNet.MultiTask.Affinity;

/// <summary>Predicts how well every task of a group would be learned if just these tasks were trained together.</summary>
public interface IGroupPredictor
{
    /// <summary>Number of tasks T that groups are drawn from.</summary>
    int TaskCount { get; }

    /// <summary>The predicted value of every member: higher is better, the negative of its validation loss. Safe to call from many threads.</summary>
    /// <param name="tasks">The group: at least one task, from 0 to T−1, no two equal, in any order.</param>
    /// <returns>One value per entry of <paramref name="tasks"/>, in its order.</returns>
    double[] PredictGroup(IReadOnlyList<int> tasks);
}
