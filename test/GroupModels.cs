using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests;

/// <summary>What tests ask of a group's model when they know what it is.</summary>
internal static class GroupModels
{
    /// <summary>The model as the shared-bottom network that it is.</summary>
    public static SharedBottomNetwork Network(this IGroupModel model) => (SharedBottomNetwork)model;
}
